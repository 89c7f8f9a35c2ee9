import type { PlaneEvent } from '@jstorrent/engine/ports';
import { BLOCK_LENGTH } from '@jstorrent/engine/ports';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Asked } from '../test-support/web-world.ts';
import { blocksIn, webCode, WebWorld } from '../test-support/web-world.ts';

const part = (url: string, offset: number, length: number, fileLength = length + offset) => ({
  url,
  offset,
  length,
  fileLength,
});

describe('a link to a web seed', () => {
  test('asks for a run of blocks at once and puts them into the store', () => {
    const world = new WebWorld().begin();
    expect(world.connections).toBe(0);
    world.ask(1, 0, 4);
    expect(world.network.web[0]?.target).toEqual({
      host: 'w.example',
      port: 80,
      isSecure: false,
      mayBeLocal: false,
    });
    const asked = world.accept();
    expect(asked).toEqual({ host: 'w.example', target: '/a.bin', first: 65_536, last: 131_071 });
    const events = world.give(asked);
    expect(events).toMatchObject([
      { type: 'blocks', link: 5, piece: 1, block: 0, count: 4 },
      { type: 'verified', piece: 1 },
    ]);
  });

  test('joins what follows, and asks ahead on the same connection once the server has shown what it is', () => {
    const world = new WebWorld().begin();
    world.ask(0, 0, 1);
    world.run(world.command(0, 1, 3), world.command(1, 0, 4), world.command(3, 0, 4));
    const first = world.accept();
    expect([first.first, first.last]).toEqual([0, BLOCK_LENGTH - 1]);
    world.give(first);
    const [second, third, ...more] = world.askedAll();
    expect([second, third, more]).toMatchObject([
      { first: BLOCK_LENGTH, last: 131_071 },
      { first: 196_608, last: 262_143 },
      [],
    ]);
    world.give(second!);
    expect(world.give(third!)).toContainEqual({ type: 'blocks', link: 5, piece: 3, block: 0, count: 4 });
    expect(world.connections).toBe(1);
  });

  test('asks ahead no more where that loses a question, and goes on', () => {
    const world = new WebWorld().begin();
    world.run(world.command(0, 0, 4), world.command(2, 0, 4));
    const first = world.accept();
    world.give(first);
    expect(world.askedAll()).toMatchObject([{ first: 131_072 }]);
    world.run(world.command(1, 0, 2));
    world.server.end('ENDED');
    expect(world.settle()).toEqual([]);
    const second = world.accept();
    expect(second.first).toBe(131_072);
    world.give(second);
    expect(world.asked()).toMatchObject({ first: 65_536 });
    world.run(world.command(3, 0, 4));
    expect(world.askedAll()).toEqual([]);
  });

  test('does not ask ahead for crumbs, nor for more than a request is long', () => {
    const world = new WebWorld({ limits: { webRangeBytes: 65_536 } }).begin();
    world.ask(0, 0, 4);
    const first = world.accept();
    const head = ['HTTP/1.1 206 P', 'Content-Range: bytes 0-65535/262144', 'Content-Length: 65536'];
    world.answer(head, world.content.subarray(0, 1000));
    world.ask(1, 0, 1);
    expect(world.askedAll()).toEqual([]);
    world.ask(1, 1, 1);
    expect(world.asked()).toMatchObject({ first: 65_536, last: 98_303 });
    world.ask(2, 0, 4);
    expect(world.askedAll()).toEqual([]);
    world.server.send(world.content.slice(1000, 65_536));
    world.settle();
    expect(first.last).toBe(65_535);
    expect(world.asked()).toMatchObject({ first: 131_072, last: 196_607 });
  });

  test('bounds a request', () => {
    const world = new WebWorld({ limits: { webRangeBytes: 40_000 } }).begin();
    world.ask(0, 0, 4);
    const asked = world.accept();
    expect(asked.last).toBe(39_999);
    world.give(asked);
    expect(world.asked()).toMatchObject({ first: 40_000, last: 65_535 });
  });

  test('fetches pieces across files, and pads from nobody', () => {
    const world = new WebWorld().begin();
    const parts = [
      part('http://w/a', 5, 10_000),
      part('', 0, 6384),
      part('http://w/b', 0, 20_000, 20_000),
      part('https://x/c', 7, 29_152),
    ];
    const content = world.content.slice(0, 65_536);
    content.fill(0, 10_000, 16_384);
    world.ask(0, 0, 4, parts);
    const give = (from: number, total: number): PlaneEvent[] => {
      const { first, last } = world.accept();
      const range = `Content-Range: bytes ${first}-${last}/${total}`;
      return world.answer(['HTTP/1.1 206 P', range], content.subarray(from, from + last - first + 1));
    };
    give(0, 10_005);
    give(16_384, 20_000);
    expect(world.network.web[2]?.target).toMatchObject({ host: 'x', port: 443, isSecure: true });
    // The pad makes it another piece than the hash says: what counts is that all of it came.
    expect(give(36_384, 29_159)).toMatchObject([{ type: 'blocks', count: 2 }, { type: 'corrupt' }]);
  });

  test('takes answers in chunks, without a length, of old servers, and after interim answers', () => {
    const chunked = new WebWorld().begin();
    chunked.ask(0, 0, 4);
    const { first, last } = chunked.accept();
    const body = chunked.content.subarray(first, last + 1);
    const bytes = Buffer.concat([Buffer.from('10000\r\n'), body, Buffer.from('\r\n0\r\n\r\n')]);
    const range = `Content-Range: bytes ${first}-${last}/*`;
    const head = ['HTTP/1.1 103 Early', '', 'HTTP/1.1 206 P', range];
    const events = chunked.answer([...head, 'Transfer-Encoding: chunked'], bytes);
    expect(blocksIn(events)).toHaveLength(4);
    chunked.ask(1, 0, 4);
    expect(chunked.connections).toBe(1);

    const old = new WebWorld().begin();
    old.ask(0, 0, 4);
    old.give(old.accept());
    const again = new WebWorld().begin();
    again.ask(0, 0, 4);
    const asked = again.accept();
    again.answer(
      ['HTTP/1.0 206 P', `Content-Range: bytes 0-65535/262144`],
      again.content.subarray(0, asked.last + 1),
    );
    again.server.end('ENDED');
    again.settle();
    again.ask(1, 0, 4);
    expect(again.connections).toBe(2);
  });

  test('is paced as peers are, and waits while the store or the host says so', () => {
    const world = new WebWorld().begin();
    world.run({ type: 'limit', store: 1, down: 16_384, up: 0 });
    world.ask(0, 0, 4);
    world.give(world.accept());
    const startMs = world.timeline.now();
    let count = 0;
    while (count < 3) {
      world.timeline.advance(100);
      count += blocksIn(world.takeEvents()).length;
    }
    expect(world.timeline.now() - startMs).toBeGreaterThan(1000);
    world.plane.pauseReading();
    world.timeline.advance(10_000);
    world.takeEvents();
    world.ask(1, 0, 1);
    expect(world.connections).toBe(1);
    world.plane.resumeReading();
    world.settle();
    expect(world.asked()).toMatchObject({ first: 65_536 });
  });
});

/** Asked for the first piece, and the request has arrived. */
function asking(limits = {}, mayBeLocal = false): { world: WebWorld; asked: Asked } {
  const world = new WebWorld({ limits }).begin(mayBeLocal);
  world.ask(0, 0, 4);
  return { world, asked: world.accept() };
}

describe('an answer that is no good', () => {
  const RANGE = 'Content-Range: bytes 0-65535/262144';

  test.each([
    ['BAD_STATUS', ['HTTP/1.1 404 Not Found', 'Content-Length: 0']],
    ['BAD_STATUS', ['HTTP/1.1 403 Forbidden']],
    ['BAD_STATUS', ['HTTP/1.1 500 Oops']],
    ['BAD_STATUS', ['HTTP/1.1 204 Nothing']],
    ['BAD_STATUS', ['HTTP/1.1 304 Not Modified']],
    ['BUSY', ['HTTP/1.1 503 Busy', 'Retry-After: 7']],
    ['BUSY', ['HTTP/1.1 429 Slow Down', 'Retry-After: 7']],
    ['WRONG_LENGTH', ['HTTP/1.1 416 Range', 'Content-Range: bytes */5']],
    ['WRONG_LENGTH', ['HTTP/1.1 206 P', 'Content-Range: bytes 0-65535/262145']],
    ['WRONG_LENGTH', ['HTTP/1.1 200 OK', 'Content-Length: 262143']],
    ['NOT_DATA', ['HTTP/1.1 200 OK', 'Content-Length: 99', 'Content-Type: text/html; charset=utf-8']],
    ['NOT_DATA', ['HTTP/1.1 200 OK', 'Content-Type: text/html']],
    ['BAD_REPLY', ['HTTP/1.1 206 P', 'Content-Length: 65536']],
    ['BAD_REPLY', ['HTTP/1.1 206 P', 'Content-Range: bytes 1-65536/262144']],
    ['BAD_REPLY', ['HTTP/1.1 206 P', 'Content-Range: bytes 0-65536/262144']],
    ['BAD_REPLY', ['HTTP/1.1 206 P', RANGE, 'Content-Length: 5']],
    ['BAD_REPLY', ['HTTP/1.1 206 P', RANGE, 'Content-Encoding: gzip']],
    ['BAD_REPLY', ['HTTP/1.1 101 Switching']],
    ['BAD_REPLY', ['HTTP/1.1 200']],
    ['BAD_REPLY', ['220 smtp.example ready']],
    ['BAD_REPLY', Array.from({ length: 10 }, () => 'HTTP/1.1 100 Continue\r\n')],
    ['BAD_REPLY', ['HTTP/1.1 200 OK', `X: ${'y'.repeat(17_000)}`]],
    ['BAD_URL', ['HTTP/1.1 302 Found', 'Location: ftp://w/']],
    ['BAD_URL', ['HTTP/1.1 302 Found', 'Location: http://user:secret@w/']],
    ['BAD_STATUS', ['HTTP/1.1 302 Found']],
  ])('ends the link with %s (%#)', (code, lines) => {
    const { world } = asking();
    const events = world.answer(lines);
    if (code === 'BAD_REPLY' && lines[0] === 'HTTP/1.1 200') expect(webCode(events)).toBeNull();
    else {
      expect(webCode(events)).toBe(code);
      if (code === 'BUSY') expect(events[0]).toMatchObject({ retryMs: 7000 });
      expect(world.server.isDestroyed).toBe(true);
      expect(world.ask(1, 0, 1)).toEqual([]);
    }
  });

  test('of a server without ranges is used from the start of the file, and not from far behind it', () => {
    const { world } = asking({ webDrainBytes: 1000 });
    const head = ['HTTP/1.1 200 OK', 'Content-Length: 262144'];
    expect(blocksIn(world.answer(head, world.content.subarray(0, 100_000)))).toHaveLength(4);
    world.ask(1, 0, 4);
    world.accept();
    expect(blocksIn(world.answer(head, world.content))).toHaveLength(4);

    const far = new WebWorld({ limits: { webSkipBytes: 65_535 } }).begin();
    far.ask(1, 0, 4);
    far.accept();
    expect(webCode(far.answer(head))).toBe('NO_RANGES');
  });

  test('is not read any further than it is wanted', () => {
    const { world } = asking({ webDrainBytes: 1000 });
    world.answer(['HTTP/1.1 200 OK', 'Content-Length: 262144'], world.content.subarray(0, 100_000));
    expect(world.server.isDestroyed).toBe(true);
    world.ask(1, 0, 1);
    expect(world.connections).toBe(2);
  });

  test('with bytes behind it ends the connection, not the link', () => {
    const { world, asked } = asking();
    const body = Buffer.concat([world.content.subarray(0, 65_536), Buffer.from('HTTP/1.1 200 OK')]);
    world.answer(['HTTP/1.1 206 P', RANGE, 'Content-Length: 65536'], body);
    expect(asked.first).toBe(0);
    world.ask(1, 0, 4);
    expect(world.connections).toBe(2);
    expect(blocksIn(world.give(world.accept()))).toHaveLength(4);
  });
});

describe('a redirect', () => {
  const moved = (location: string): string[] => ['HTTP/1.1 302 Found', `Location: ${location}`];

  test('is followed, remembered, and asked again when it does not hold any more', () => {
    const { world } = asking();
    world.answer(moved('https://mirror/x'));
    expect(world.network.web[1]?.target).toMatchObject({ host: 'mirror', isSecure: true });
    const asked = world.accept();
    expect(asked).toMatchObject({ host: 'mirror', target: '/x' });
    expect(blocksIn(world.give(asked))).toHaveLength(4);
    world.ask(1, 0, 4);
    expect(world.connections).toBe(2);
    expect(world.asked().target).toBe('/x');
    world.answer(['HTTP/1.1 403 Expired']);
    expect(world.network.web[2]?.target.host).toBe('w.example');
    expect(blocksIn(world.give(world.accept()))).toHaveLength(4);
  });

  test('leads no nearer than its server is, whoever named the first one', () => {
    const { world } = asking({}, true);
    expect(world.network.web[0]?.target.mayBeLocal).toBe(true);
    world.answer(moved('http://192.168.0.1/x'));
    expect(world.network.web[1]?.target.mayBeLocal).toBe(false);
  });

  test('is not followed without end', () => {
    const { world } = asking();
    for (let hop = 0; hop < 5; hop++) {
      expect(webCode(world.answer(moved(`/${hop}`)))).toBeNull();
      world.accept();
    }
    expect(webCode(world.answer(moved('/6')))).toBe('TOO_MANY_REDIRECTS');
  });
});

describe('a connection that ends', () => {
  test('while it is idle, or before its next answer began, is replaced', () => {
    const { world, asked } = asking();
    world.give(asked);
    world.ask(1, 0, 4);
    world.server.end('ENDED');
    expect(world.settle()).toEqual([]);
    expect(world.connections).toBe(2);
    world.give(world.accept());
    world.server.end('RESET');
    world.settle();
    world.ask(2, 0, 1);
    expect(world.connections).toBe(3);
  });

  test('in the middle of an answer is replaced, and goes on at the very byte', () => {
    const { world } = asking();
    const head = ['HTTP/1.1 206 P', 'Content-Range: bytes 0-65535/262144', 'Content-Length: 65536'];
    world.answer(head, world.content.subarray(0, 20_001));
    world.server.end('RESET');
    world.settle();
    const asked = world.accept();
    expect(asked).toMatchObject({ first: 20_001, last: 65_535 });
    expect(world.give(asked)).toContainEqual({
      type: 'verified',
      store: 1,
      piece: 0,
      digests: expect.anything(),
    });
  });

  test('again and again, or without a byte of payload, ends the link', () => {
    const { world } = asking({ webCutOffs: 2 });
    for (let from = 0; from < 2; from++) {
      world.answer([`HTTP/1.1 206 P`, `Content-Range: bytes ${from}-65535/262144`], Uint8Array.of(1));
      world.server.end('RESET');
      expect(webCode(world.settle())).toBeNull();
      world.accept();
    }
    world.answer(['HTTP/1.1 206 P', 'Content-Range: bytes 2-65535/262144'], Uint8Array.of(1));
    world.server.end('RESET');
    expect(webCode(world.settle())).toBe('CUT_OFF');

    const worth = asking({ webCutOffs: 2, webWorthBytes: 1000 }).world;
    for (let from = 0; from < 10_000; from += 1000) {
      const range = `Content-Range: bytes ${from}-65535/262144`;
      worth.answer(['HTTP/1.1 206 P', range], worth.content.subarray(from, from + 1000));
      worth.server.end('RESET');
      expect(webCode(worth.settle())).toBeNull();
      worth.accept();
    }

    const silent = asking().world;
    silent.server.end('ENDED');
    expect(webCode(silent.settle())).toBe('CUT_OFF');
    const refused = new WebWorld().begin();
    refused.ask(0, 0, 1);
    refused.server.end('REFUSED');
    expect(webCode(refused.settle())).toBe('CONNECT_FAILED');
  });
});

describe('blocks that are not needed any more', () => {
  test('are not asked for, and a long answer of them is given up', () => {
    const { world, asked } = asking({ webDrainBytes: 20_000 });
    world.run(world.command(1, 0, 4), { type: 'cancel', link: 5, piece: 1, block: 0, count: 3 });
    world.give(asked);
    expect(world.asked()).toMatchObject({ first: 114_688, last: 131_071 });
    const second = asking({ webDrainBytes: 20_000 }).world;
    second.answer(['HTTP/1.1 206 P', 'Content-Range: bytes 0-65535/262144'], second.content.subarray(0, 5));
    second.run({ type: 'cancel', link: 5, piece: 0, block: 1, count: 3 });
    expect(second.server.isDestroyed).toBe(false);
    second.server.send(second.content.slice(5, 16_384));
    expect(blocksIn(second.settle())).toEqual(['0:0']);
    expect(second.server.isDestroyed).toBe(true);
    second.ask(2, 0, 1);
    expect(second.accept().first).toBe(131_072);
  });

  test('come once when they are asked for twice', () => {
    const { world, asked } = asking();
    world.ask(0, 0, 4);
    expect(blocksIn(world.give(asked))).toHaveLength(4);
    expect(() => world.asked()).toThrow('requests too many');
  });

  test('are told when another was faster', () => {
    const world = new WebWorld().begin();
    const peer = world.link(1);
    world.ask(0, 0, 1);
    const asked = world.accept();
    world.run({ type: 'request', link: 1, piece: 0, block: 0, count: 1 });
    peer.send(world.pieceMessage(0, 0));
    world.settle();
    const head = ['HTTP/1.1 206 P', `Content-Range: bytes 0-${asked.last}/262144`, 'Content-Length: 16384'];
    world.network.web[0]?.socket.send(new Uint8Array(Buffer.from(`${head.join('\r\n')}\r\n\r\n`)));
    world.network.web[0]?.socket.send(world.content.slice(0, 16_384));
    expect(world.settle()).toMatchObject([{ type: 'unwanted', link: 5, reason: 'duplicate' }]);
  });
});

test('a store that closes, and one that is none, end the link', () => {
  const { world } = asking();
  expect(webCode(world.run({ type: 'closeStore', store: 1 }))).toBe('STORE_CLOSED');
  const orphan = new WebWorld();
  const opened = orphan.run({ type: 'webOpen', link: 5, store: 9, userAgent: 'T/1', mayBeLocal: false });
  expect(webCode(opened)).toBe('STORE_CLOSED');
  const closing = asking().world;
  expect(closing.run({ type: 'close', link: 5 })).toEqual([]);
  expect(closing.server.isDestroyed).toBe(true);
});

test('whatever is cut, cut off, chunked or sent whole, every block comes once and right', () => {
  const style = fc.record({
    chunk: fc.integer({ min: 200, max: 30_000 }),
    late: fc.boolean(),
    kinds: fc.array(fc.constantFrom('part', 'chunks', 'toEnd', 'short', 'cut', 'close'), {
      minLength: 1,
      maxLength: 12,
    }),
    arena: fc.constantFrom(131_072, 1_048_576),
  });
  fc.assert(
    fc.property(style, ({ chunk, late, kinds, arena }) => {
      const limits = { webRangeBytes: 100_000, chunkBytes: 65_536, webCutOffs: 100 };
      const world = new WebWorld({ limits, arenaBytes: arena, length: 250_001 }).begin();
      const came: string[] = [];
      const verified = new Set<number>();
      const note = (): void => {
        for (const event of world.settle()) {
          came.push(...blocksIn([event]));
          if (event.type === 'verified') verified.add(event.piece);
        }
      };
      world.plane.submit([0, 1, 2, 3].map((piece) => world.command(piece, 0, 4)));
      let used = -1;
      let requests: Asked[] = [];
      for (let step = 0; step < 80 && verified.size < 4; step++) {
        if (world.connections - 1 > used) {
          used = world.connections - 1;
          requests = [];
          Object.assign(world.server, { chunkBytes: chunk, deliversLate: late });
          world.server.open();
          note();
        }
        requests.push(...world.askedAll());
        const request = requests.shift();
        if (request === undefined) break;
        const { first, last } = request;
        const { server } = world;
        const body = world.content.slice(first, last + 1);
        const kind = kinds[step % kinds.length];
        const short = kind === 'short' ? Math.max(1, body.length >> 1) : body.length;
        const lines = ['HTTP/1.1 206 P', `Content-Range: bytes ${first}-${first + short - 1}/250001`];
        if (kind === 'chunks') lines.push('Transfer-Encoding: chunked');
        else if (kind !== 'toEnd') lines.push(`Content-Length: ${short}`);
        if (kind === 'close') lines.push('Connection: close');
        server.send(new Uint8Array(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)));
        if (kind === 'chunks') {
          const bytes = [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')];
          server.send(new Uint8Array(Buffer.concat(bytes)));
        } else server.send(body.slice(0, kind === 'cut' ? (short >> 1) + 1 : short));
        note();
        if (kind === 'cut' || kind === 'toEnd' || kind === 'close') {
          if (!server.isDestroyed) server.end('ENDED');
          note();
        }
      }
      note();
      expect(verified.size).toBe(4);
      expect(new Set(came).size).toBe(came.length);
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 60) },
  );
});
