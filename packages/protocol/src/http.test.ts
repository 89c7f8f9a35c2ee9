import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChunkReader } from './http-chunks.ts';
import { encodeHttpGet, parseHttpHead } from './http-head.ts';
import {
  anyBytes,
  ascii,
  codeOf,
  cutAt,
  expectValueOrProtocolError,
  hostile,
  RUNS,
} from './testing/hostile.ts';

const head = (...lines: string[]): Uint8Array => ascii(`${lines.join('\r\n')}\r\n\r\n`);
const OK = 'HTTP/1.1 200 OK';

test('a request asks for a part of a file', () => {
  const bytes = encodeHttpGet({
    authority: 'a.example:8080',
    target: '/x?y',
    userAgent: 'T/1',
    first: 5,
    last: 9,
  });
  expect(Buffer.from(bytes).toString('latin1')).toBe(
    'GET /x?y HTTP/1.1\r\nHost: a.example:8080\r\nUser-Agent: T/1\r\nAccept: */*\r\n' +
      'Accept-Encoding: identity\r\nRange: bytes=5-9\r\nConnection: keep-alive\r\n\r\n',
  );
});

describe('the head of an answer', () => {
  test('says what follows', () => {
    const bytes = head(
      'HTTP/1.1 206 Partial Content',
      'content-length: 5',
      'Content-Range: bytes 5-9/100',
      'Content-Type: Application/Octet-Stream; x=y',
      'Content-Encoding: GZIP',
    );
    expect(parseHttpHead(bytes)).toEqual({
      status: 206,
      keepsAlive: true,
      contentLength: 5,
      isChunked: false,
      contentRange: { first: 5, last: 9, total: 100 },
      contentType: 'application/octet-stream',
      contentEncoding: 'gzip',
      location: null,
      retryAfterMs: null,
    });
    const moved = parseHttpHead(head('HTTP/1.0 302', 'Location: /there', 'Transfer-Encoding: chunked'));
    expect(moved).toMatchObject({ status: 302, location: '/there', isChunked: true, keepsAlive: false });
  });

  test.each([
    ['HTTP/1.1 200 OK', 'Connection: close', false],
    ['HTTP/1.1 200 OK', 'Connection: keep-alive, Upgrade', true],
    ['HTTP/1.0 200 OK', 'Connection: Keep-Alive', true],
    ['HTTP/1.0 200 OK', 'X: y', false],
  ])('%s with %s tells whether the connection stays', (status, field, keepsAlive) => {
    expect(parseHttpHead(head(status, field)).keepsAlive).toBe(keepsAlive);
  });

  test.each([
    ['120', 120_000],
    ['Wed, 21 Oct 2015 07:28:30 GMT', 30_000],
    ['Wed, 21 Oct 2015 07:27:00 GMT', 0],
    ['soon', null],
    ['-1', null],
  ])('asks for a pause of %s', (value, expected) => {
    const date = 'Date: Wed, 21 Oct 2015 07:28:00 GMT';
    const said = parseHttpHead(head('HTTP/1.1 503 Busy', date, `Retry-After: ${value}`));
    expect(said.retryAfterMs).toBe(expected);
  });

  test('dates are counted as the calendar does', () => {
    const days = fc.integer({ min: 0, max: 40_000 });
    fc.assert(
      fc.property(days, fc.nat(86_399), fc.nat(1_000_000), (day, second, wait) => {
        const now = (day * 86_400 + second) * 1000;
        const text = (ms: number): string => new Date(ms).toUTCString();
        const fields = [`Date: ${text(now)}`, `Retry-After: ${text(now + wait * 1000)}`];
        expect(parseHttpHead(head('HTTP/1.1 429 Slow', ...fields)).retryAfterMs).toBe(wait * 1000);
      }),
      RUNS,
    );
  });

  test('a range that contradicts itself counts as none', () => {
    for (const range of ['bytes 9-5/100', 'bytes 5-9/9', 'items 0-1/2', 'bytes */100', 'bytes 5-9/1e3'])
      expect(parseHttpHead(head(OK, `Content-Range: ${range}`)).contentRange).toBeNull();
    expect(parseHttpHead(head(OK, 'Content-Range: bytes 5-9/*')).contentRange).toMatchObject({ total: null });
  });

  test.each([
    [head('HTTP/2 200')],
    [head('HTTP/1.1 99 Low')],
    [head('ICY 200 OK')],
    [head(OK, ' folded: x')],
    [head(OK, 'no colon')],
    [head(OK, 'space : x')],
    [head(OK, 'a: b\rc')],
    [head(OK, 'a: b\nc: d')],
    [head(OK, 'a: \0')],
    [head(OK, 'Content-Length: 1', 'Content-Length: 2')],
    [head(OK, 'Content-Length: +1')],
    [head(OK, 'Content-Length: 1', 'Transfer-Encoding: chunked')],
    [head(OK, 'Transfer-Encoding: gzip, chunked')],
    [head('HTTP/1.1 302 Found', 'Location: /a', 'Location: /b')],
    [head(OK, ...Array.from({ length: 101 }, (_, index) => `x${index}: y`))],
    [ascii('HTTP/1.1 200 OK\r\n')],
    [ascii('')],
  ])('is refused where two programs could read two things (%#)', (bytes) => {
    expect(codeOf(() => parseHttpHead(bytes))).toBe('HTTP_HEAD');
  });

  test('any bytes give a value or an error', () => {
    const valid = fc.constant(head(OK, 'Content-Length: 5', 'Content-Range: bytes 0-4/5', 'Retry-After: 1'));
    fc.assert(
      fc.property(hostile(valid), (bytes) => expectValueOrProtocolError(() => parseHttpHead(bytes))),
      RUNS,
    );
  });
});

/** The payload of a chunked body that comes in these pieces, and what was not used of it. */
function unchunk(pieces: readonly Uint8Array[]): { payload: Uint8Array; isDone: boolean; rest: number } {
  const reader = new ChunkReader();
  const payload: Uint8Array[] = [];
  let rest = 0;
  for (const piece of pieces) {
    let at = 0;
    while (at < piece.length && !reader.isDone) {
      at = reader.skip(piece, at);
      const count = Math.min(reader.left, piece.length - at);
      if (count === 0) continue;
      payload.push(piece.slice(at, at + count));
      reader.use(count);
      at += count;
    }
    rest += piece.length - at;
  }
  return { payload: Buffer.concat(payload), isDone: reader.isDone, rest };
}

describe('a body in chunks', () => {
  const chunked = (chunks: readonly Uint8Array[], trailer: string): Uint8Array =>
    Buffer.concat([
      ...chunks.flatMap((chunk) => [ascii(`${chunk.length.toString(16)};a="b"\r\n`), chunk, ascii('\r\n')]),
      ascii(`0\r\n${trailer}\r\n`),
    ]);

  test('is its payload, however it is cut, and ends where it ends', () => {
    const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 6 });
    const trailer = fc.constantFrom('', 'Sum: 1\r\n');
    fc.assert(
      fc.property(chunks, trailer, fc.array(fc.nat()), (parts, ending, cuts) => {
        const bytes = Buffer.concat([chunked(parts, ending), ascii('HTTP')]);
        const { payload, isDone, rest } = unchunk(cutAt(bytes, cuts));
        expect(Buffer.compare(payload, Buffer.concat(parts))).toBe(0);
        expect([isDone, rest]).toEqual([true, 4]);
      }),
      RUNS,
    );
  });

  test.each([
    'x',
    '\r\n',
    '1\n',
    '1 \r\na',
    '1\r\nab',
    '1\r\na\rb',
    '1234567890abc\r\n',
    `1;${'x'.repeat(300)}`,
  ])('that is malformed is refused (%#)', (text) => {
    expect(codeOf(() => unchunk([ascii(text)]))).toBe('HTTP_CHUNK');
  });

  test('has a trailer of bounded length', () => {
    expect(codeOf(() => unchunk([ascii(`0\r\n${'a: b\r\n'.repeat(5000)}`)]))).toBe('HTTP_CHUNK');
  });

  test('of any bytes gives payload or an error', () => {
    const valid = fc.constant(Uint8Array.from(chunked([ascii('hello'), ascii('world')], '')));
    fc.assert(
      fc.property(fc.oneof(hostile(valid), anyBytes(50)), (bytes) =>
        expectValueOrProtocolError(() => unchunk([bytes])),
      ),
      RUNS,
    );
  });
});
