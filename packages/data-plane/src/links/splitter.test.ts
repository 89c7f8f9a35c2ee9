import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joined } from '../test-support/bytes.ts';
import { blockMessage, rawPiece } from '../test-support/world.ts';
import { SKIP, Splitter, WAIT } from './splitter.ts';
import { writeU32 } from './wire.ts';

const LIMITS = { maxMessage: 4096, maxPayload: 2048 };

interface Recorder {
  readonly calls: string[];
  readonly splitter: Splitter;
  readonly arena: Uint8Array;
}

/** Places the payload of piece p at 100 * p, skips odd pieces, and makes every `waitEvery`th header wait once. */
function record(waitEvery = 0): Recorder {
  const calls: string[] = [];
  const arena = new Uint8Array(4096);
  let offered = 0;
  const splitter = new Splitter(
    {
      pieceStart: (piece, offset, length) => {
        if (waitEvery > 0 && ++offered % waitEvery === 0) return WAIT;
        calls.push(`piece ${piece} ${offset} ${length}`);
        return piece % 2 === 1 ? SKIP : 100 * piece;
      },
      pieceEnd: () => calls.push('end'),
      request: (piece, offset, length) => calls.push(`request ${piece} ${offset} ${length}`),
      message: (bytes) => calls.push(`message ${bytes.join(',')}`),
      broken: (code) => calls.push(`broken ${code}`),
    },
    arena,
    (source, sourceOffset, target, targetOffset, length) =>
      target.set(source.subarray(sourceOffset, sourceOffset + length), targetOffset),
    LIMITS,
  );
  return { calls, splitter, arena };
}

/** Feeds a stream in chunks, offering the rest again whenever the splitter waits. */
function feed({ splitter }: Recorder, stream: Uint8Array, cuts: readonly number[]): void {
  let from = 0;
  const ends = [...cuts].sort((a, b) => a - b);
  for (const end of [...ends, stream.length]) {
    const chunk = stream.slice(from, end);
    let used = 0;
    for (let tries = 0; tries < 16; tries++) used = splitter.push(chunk, used);
    expect(used).toBe(chunk.length);
    chunk.fill(0xee);
    from = end;
  }
}

function prefixed(body: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 + body.length);
  writeU32(bytes, 0, body.length);
  bytes.set(body, 4);
  return bytes;
}

const anyMessage = fc.oneof(
  fc.constant(new Uint8Array(4)),
  fc.constant(prefixed([0])),
  fc.constant(prefixed([4, 0, 0, 0, 9])),
  fc.array(fc.nat(255), { maxLength: 40 }).map((body) => prefixed([20, ...body])),
  fc.nat(5).map((piece) => blockMessage(6, piece, 0, 16)),
  fc
    .tuple(fc.nat(9), fc.integer({ min: 1, max: 60 }))
    .map(([piece, length]) => rawPiece(piece, 16 * length, new Uint8Array(length).fill(piece + 1))),
);

describe('a splitter', () => {
  test('makes the same calls however the stream is cut and however often a header waits', () => {
    fc.assert(
      fc.property(
        fc.array(anyMessage, { maxLength: 12 }),
        fc.array(fc.nat(600), { maxLength: 60 }),
        fc.integer({ min: 2, max: 4 }),
        (messages, cuts, waitEvery) => {
          const stream = joined(...messages);
          const whole = record();
          expect(whole.splitter.push(stream, 0)).toBe(stream.length);
          const inside = cuts.filter((cut) => cut <= stream.length);
          const parts = record(waitEvery);
          feed(parts, stream, inside);
          expect(parts.calls).toEqual(whole.calls);
          expect(parts.arena).toEqual(whole.arena);
          const bytes = record();
          feed(
            bytes,
            stream,
            Array.from({ length: stream.length }, (_, at) => at),
          );
          expect(bytes.calls).toEqual(whole.calls);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('gives every message exactly once, payload to its place and skipped payload nowhere', () => {
    const at = record();
    const stream = joined(
      rawPiece(2, 16, Uint8Array.of(1, 2, 3)),
      rawPiece(3, 32, Uint8Array.of(9, 9)),
      new Uint8Array(4),
      blockMessage(6, 1, 16_384, 2048),
      prefixed([5, 0xf0]),
    );
    at.splitter.push(stream, 0);
    expect(at.calls).toEqual([
      'piece 2 16 3',
      'end',
      'piece 3 32 2',
      'end',
      'message ',
      'request 1 16384 2048',
      'message 5,240',
    ]);
    expect([...at.arena.subarray(200, 204)]).toEqual([1, 2, 3, 0]);
    expect(at.arena.includes(9)).toBe(false);
  });

  test('refuses a length of 4 GiB before it keeps anything, even when only the prefix came', () => {
    for (const tail of [[], [20], [7, 0, 0, 0, 0, 0, 0, 0, 0], [20, 1, 2, 3, 4, 5, 6, 7, 8, 9]]) {
      const at = record();
      at.splitter.push(Uint8Array.of(0xff, 0xff, 0xff, 0xff, ...tail), 0);
      expect(at.calls).toEqual(['broken MESSAGE_TOO_LONG']);
    }
  });

  test('refuses payload above its limit and takes the longest allowed', () => {
    const long = record();
    long.splitter.push(rawPiece(1, 0, new Uint8Array(2049)), 0);
    expect(long.calls).toEqual(['broken MESSAGE_TOO_LONG']);
    const allowed = record();
    allowed.splitter.push(rawPiece(1, 0, new Uint8Array(2048)), 0);
    expect(allowed.calls).toEqual(['piece 1 0 2048', 'end']);
    const split = record();
    feed(split, rawPiece(1, 0, new Uint8Array(2049)).subarray(0, 8), [3, 5]);
    expect(split.calls).toEqual(['broken MESSAGE_TOO_LONG']);
  });

  test('refuses piece, request and reject messages of impossible size', () => {
    for (const body of [[7], [7, 0, 0, 0, 0, 0, 0, 0, 0], [6, 1], [16, 1, 2, 3], Array(14).fill(6)]) {
      const whole = record();
      whole.splitter.push(joined(prefixed(body), new Uint8Array(20)), 0);
      expect(whole.calls[0]).toBe('broken BAD_MESSAGE');
      expect(whole.calls).toHaveLength(1);
      const bytewise = record();
      for (const byte of joined(prefixed(body), new Uint8Array(20))) {
        bytewise.splitter.push(Uint8Array.of(byte), 0);
      }
      expect(bytewise.calls).toEqual(['broken BAD_MESSAGE']);
    }
  });

  test('passes a request of an impossible length on as the message it was', () => {
    for (const length of [0, 2049, 0xffff_ffff]) {
      const at = record();
      at.splitter.push(blockMessage(6, 1, 2, length), 0);
      expect(at.calls).toEqual([`message ${blockMessage(6, 1, 2, length).subarray(4).join(',')}`]);
    }
  });

  test('makes no call after it was stopped', () => {
    const at = record();
    at.splitter.push(rawPiece(2, 0, new Uint8Array(20)).subarray(0, 20), 0);
    at.splitter.stop();
    at.splitter.push(new Uint8Array(100), 0);
    expect(at.calls).toEqual(['piece 2 0 20']);
  });
});
