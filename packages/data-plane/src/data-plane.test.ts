import { describe, expect, test } from 'vitest';
import { isEqual, joined } from './test-support/bytes.ts';
import { blockMessage, closeCode, rawPiece, runningCipher, World } from './test-support/world.ts';

const NONE = new Uint8Array(0);
const BLOCK = 16_384;

describe('a link', () => {
  test('is read in lock step until it is upgraded, and loses no byte in between', () => {
    const world = new World();
    expect(world.run({ type: 'dial', link: 5, host: '192.0.2.7', port: 6881 })).toEqual([]);
    const socket = world.network.sockets[0]!;
    socket.chunkBytes = 4;
    socket.open();
    expect(world.settle()).toEqual([{ type: 'opened', link: 5 }]);
    socket.send(Uint8Array.of(1, 2, 3, 4, 5, 6));
    expect(world.settle()).toEqual([{ type: 'raw', link: 5, bytes: Uint8Array.of(1, 2, 3, 4) }]);
    socket.send(Uint8Array.of(0, 0, 0, 1, 2, 0, 0, 0, 0));
    expect(world.settle()).toEqual([]);
    expect(world.run({ type: 'continueRaw', link: 5 })).toEqual([
      { type: 'raw', link: 5, bytes: Uint8Array.of(5, 6) },
    ]);
    const rest = Uint8Array.of(0, 0, 0, 1, 0);
    socket.send(Uint8Array.of(0, 0, 0, 0));
    expect(world.run({ type: 'upgrade', link: 5, store: 0, rest, cipher: null })).toEqual([
      { type: 'message', link: 5, bytes: Uint8Array.of(0) },
      { type: 'message', link: 5, bytes: Uint8Array.of(2) },
      { type: 'message', link: 5, bytes: NONE },
      { type: 'message', link: 5, bytes: NONE },
    ]);
  });

  test('that is accepted gets an id from 2^31 up, and no more are taken than the limit', () => {
    const world = new World({ limits: { maxLinks: 2 } });
    world.run({ type: 'listen', listener: 1, host: '0.0.0.0', port: 0 });
    world.network.listeners[0]?.onListening(4000);
    const outcomes = [1, 2, 3].map((port) => world.network.connect('198.51.100.1', port));
    const events = world.settle();
    expect(events.map((event) => event.type)).toEqual(['listening', 'accepted', 'accepted']);
    expect(events[2]).toMatchObject({ listener: 1, link: 0x8000_0001, host: '198.51.100.1', port: 2 });
    expect(outcomes.map(({ isRefused }) => isRefused)).toEqual([false, false, true]);
  });

  test('merges requests of consecutive blocks, but not across a message or a shorter block', () => {
    const world = new World();
    world.open();
    const socket = world.link(1);
    const ask = (block: number, length = BLOCK): Uint8Array => blockMessage(6, 1, block * BLOCK, length);
    socket.send(joined(ask(0), ask(1), ask(3), blockMessage(8, 1, 0, BLOCK), ask(4), ask(5, 100), ask(6)));
    const requested = (block: number, length: number, blockLength = BLOCK): object => ({
      type: 'requested',
      link: 1,
      piece: 1,
      offset: block * BLOCK,
      length,
      blockLength,
    });
    expect(world.settle()).toEqual([
      requested(0, 2 * BLOCK),
      requested(3, BLOCK),
      { type: 'message', link: 1, bytes: blockMessage(8, 1, 0, BLOCK).subarray(4) },
      requested(4, BLOCK + 100),
      requested(6, BLOCK),
    ]);
  });

  test('bounds how many requests become one event', () => {
    const world = new World({ limits: { maxMergedRequests: 3 } });
    world.open();
    const socket = world.link(1);
    socket.send(joined(...[0, 1, 2, 3].map((block) => blockMessage(6, 1, block * BLOCK, BLOCK))));
    expect(world.settle()).toMatchObject([{ length: 3 * BLOCK }, { length: BLOCK }]);
  });

  test('writes the requests of a range with one call and takes their payload', () => {
    const world = new World();
    world.open();
    const socket = world.link(1);
    const before = socket.writes;
    world.run(
      { type: 'request', link: 1, piece: 1, block: 1, count: 2 },
      { type: 'cancel', link: 1, piece: 1, block: 2, count: 1 },
    );
    expect(socket.writes).toBe(before + 1);
    expect(socket.takeSent()).toEqual(
      joined(
        blockMessage(6, 1, BLOCK, BLOCK),
        blockMessage(6, 1, 2 * BLOCK, BLOCK),
        blockMessage(8, 1, 2 * BLOCK, BLOCK),
      ),
    );
    socket.send(joined(world.pieceMessage(1, 1), world.pieceMessage(1, 2)));
    expect(world.settle()).toEqual([{ type: 'blocks', link: 1, piece: 1, block: 1, count: 2 }]);
  });

  test('asks for the short last block of the torrent with its length', () => {
    const world = new World({ length: 100_000, pieceLength: 65_536 });
    world.open();
    const socket = world.link(1);
    world.run({ type: 'request', link: 1, piece: 1, block: 0, count: 3 });
    const last = blockMessage(6, 1, 2 * BLOCK, 100_000 - 65_536 - 2 * BLOCK);
    expect(socket.takeSent().slice(34)).toEqual(last);
    socket.send(joined(...[0, 1, 2].map((block) => world.pieceMessage(1, block))));
    expect(world.settle().map(({ type }) => type)).toEqual(['blocks', 'verified']);
  });

  test('drops payload that was not requested there, or with another offset or length', () => {
    const world = new World();
    world.open();
    const socket = world.link(1);
    world.link(2);
    world.run(
      { type: 'request', link: 1, piece: 0, block: 1, count: 1 },
      { type: 'request', link: 2, piece: 0, block: 0, count: 4 },
    );
    const cases: [number, number, number][] = [
      [0, 0, BLOCK],
      [0, BLOCK, BLOCK - 1],
      [0, BLOCK, 2 * BLOCK],
      [0, BLOCK + 1, BLOCK],
      [1, BLOCK, BLOCK],
      [9, BLOCK, BLOCK],
      [0xffff_ffff, 0xffff_c000, BLOCK],
    ];
    for (const [piece, offset, length] of cases) {
      socket.send(rawPiece(piece, offset, new Uint8Array(length).fill(7)));
      expect(world.settle()).toEqual([
        { type: 'unwanted', link: 1, piece, offset, length, reason: 'unrequested' },
      ]);
    }
    expect(world.disk.arena.includes(7)).toBe(false);
    socket.send(world.pieceMessage(0, 1));
    expect(world.settle()).toMatchObject([{ type: 'blocks', block: 1 }]);
    socket.send(world.pieceMessage(0, 1));
    expect(world.settle()).toMatchObject([{ type: 'unwanted', reason: 'unrequested' }]);
  });

  test('no longer accepts a block the peer rejected, and passes the reject on', () => {
    const world = new World();
    world.open();
    const socket = world.link(1);
    world.run({ type: 'request', link: 1, piece: 0, block: 0, count: 2 });
    socket.send(joined(blockMessage(16, 0, 0, BLOCK), world.pieceMessage(0, 0), world.pieceMessage(0, 1)));
    expect(world.settle().map(({ type }) => type)).toEqual(['message', 'unwanted', 'blocks']);
  });

  test('is closed when it sends more unasked payload than the limit', () => {
    const world = new World({ limits: { maxUnwanted: 100_000 } });
    world.open();
    const socket = world.link(1);
    socket.send(joined(...Array.from({ length: 10 }, () => rawPiece(0, 0, new Uint8Array(BLOCK)))));
    const events = world.settle();
    expect(closeCode(events)).toBe('FLOOD');
    expect(events.filter(({ type }) => type === 'unwanted')).toHaveLength(6);
    expect(socket.isDestroyed).toBe(true);
  });

  test('may send as much again as was requested before that counts as a flood', () => {
    const world = new World({ limits: { maxUnwanted: 1 } });
    world.open();
    const socket = world.link(1);
    world.run({ type: 'request', link: 1, piece: 0, block: 0, count: 2 });
    for (let copy = 0; copy < 3; copy++) socket.send(rawPiece(3, 0, new Uint8Array(BLOCK)));
    expect(closeCode(world.settle())).toBeNull();
    socket.send(rawPiece(3, 0, new Uint8Array(BLOCK)));
    expect(closeCode(world.settle())).toBe('FLOOD');
  });

  test('is closed when its peer leaves too many control bytes unread, not because of payload', () => {
    const world = new World({ limits: { maxControlBacklog: 1000, maxServeBacklog: 100_000 } });
    world.disk.bytes = world.content.slice();
    world.open();
    const socket = world.link(1);
    socket.isStalled = true;
    world.run({ type: 'serve', link: 1, piece: 0, offset: 0, length: 65_536, blockLength: BLOCK });
    world.run({ type: 'serve', link: 1, piece: 1, offset: 0, length: 65_536, blockLength: BLOCK });
    expect(socket.queuedBytes).toBeGreaterThan(100_000);
    const send = { type: 'send', link: 1, bytes: new Uint8Array(600) } as const;
    expect(world.run(send)).toEqual([]);
    expect(closeCode(world.run({ ...send, bytes: new Uint8Array(600) }))).toBe('BACKLOG');
  });

  test.each([false, true])(
    'encrypts and decrypts all of it in order, also what came early: %s',
    (isEarly) => {
      const world = new World();
      world.disk.bytes = world.content.slice();
      world.open();
      world.run({ type: 'dial', link: 1, host: '192.0.2.7', port: 1 });
      const socket = world.network.sockets[0]!;
      socket.chunkBytes = 100;
      socket.deliversLate = isEarly;
      socket.open();
      world.run({ type: 'send', link: 1, bytes: Uint8Array.of(1, 2, 3) });
      const encrypt = runningCipher(Uint8Array.of(9));
      const incoming = joined(Uint8Array.of(0, 0, 0, 1, 1), blockMessage(6, 2, 0, BLOCK));
      encrypt(incoming);
      socket.send(Uint8Array.of(77));
      socket.send(incoming);
      expect(world.settle()).toMatchObject([{ type: 'raw', bytes: Uint8Array.of(77) }]);
      const cipher = { name: 'running', outgoingKey: Uint8Array.of(4), incomingKey: Uint8Array.of(9) };
      const events = world.run(
        { type: 'send', link: 1, bytes: Uint8Array.of(4) },
        { type: 'upgrade', link: 1, store: 1, rest: Uint8Array.of(0, 0, 0, 0), cipher },
        { type: 'send', link: 1, bytes: Uint8Array.of(0, 0, 0, 1, 2) },
        { type: 'request', link: 1, piece: 0, block: 0, count: 1 },
        { type: 'serve', link: 1, piece: 2, offset: 0, length: BLOCK, blockLength: BLOCK },
      );
      expect(events.map(({ type }) => type)).toEqual(['message', 'message', 'requested', 'served']);
      const block = world.pieceMessage(0, 0);
      encrypt(block);
      socket.send(block);
      expect(world.settle()).toMatchObject([{ type: 'blocks', piece: 0, block: 0 }]);
      const sent = socket.takeSent();
      expect([...sent.subarray(0, 4)]).toEqual([1, 2, 3, 4]);
      const encrypted = sent.slice(4);
      runningCipher(Uint8Array.of(4))(encrypted);
      expect(encrypted).toEqual(
        joined(Uint8Array.of(0, 0, 0, 1, 2), blockMessage(6, 0, 0, BLOCK), world.pieceMessage(2, 0)),
      );
    },
  );

  test('tells why it ended once, and commands that crossed its end do nothing', () => {
    const world = new World();
    world.open();
    const socket = world.link(1);
    world.run({ type: 'request', link: 1, piece: 0, block: 0, count: 4 });
    socket.send(world.pieceMessage(0, 0).subarray(0, 5000));
    socket.end('RESET');
    expect(world.settle()).toEqual([{ type: 'closed', link: 1, code: 'RESET' }]);
    const late = world.run(
      { type: 'request', link: 1, piece: 0, block: 0, count: 1 },
      { type: 'serve', link: 1, piece: 0, offset: 0, length: 1, blockLength: 1 },
      { type: 'close', link: 1 },
    );
    expect(late).toEqual([]);
    const other = world.link(1);
    expect(world.run({ type: 'close', link: 1 })).toEqual([]);
    expect(other.isDestroyed).toBe(true);
  });

  test('feeds a store that was opened after its upgrade', () => {
    const world = new World();
    const socket = world.link(1, 0);
    socket.send(Uint8Array.of(0, 0, 0, 2, 20, 0));
    expect(world.settle()).toMatchObject([{ type: 'message' }]);
    world.run(world.openCommand(), { type: 'attach', link: 1, store: 1 });
    world.run({ type: 'request', link: 1, piece: 0, block: 0, count: 1 });
    socket.send(world.pieceMessage(0, 0));
    expect(world.settle()).toMatchObject([{ type: 'blocks' }]);
  });

  test('is closed when it is bound to a store that does not exist', () => {
    const world = new World();
    world.link(1, 0);
    expect(closeCode(world.run({ type: 'attach', link: 1, store: 4 }))).toBe('STORE_CLOSED');
  });

  test('is not read while the host does not keep up', () => {
    const world = new World();
    const socket = world.link(1, 0);
    world.plane.pauseReading();
    world.link(2, 0);
    socket.send(Uint8Array.of(0, 0, 0, 0));
    world.network.sockets[1]?.send(Uint8Array.of(0, 0, 0, 0));
    expect(world.settle()).toEqual([]);
    world.plane.resumeReading();
    expect(world.settle().map((event) => event.type)).toEqual(['message', 'message']);
  });
});

describe('serving', () => {
  function seeding(options: ConstructorParameters<typeof World>[0] = {}): World {
    const world = new World(options);
    world.disk.bytes = world.content.slice();
    world.open();
    return world;
  }

  test('reads consecutive messages at once and writes them at once', () => {
    const world = seeding({ pieceLength: 131_072 });
    const socket = world.link(1);
    const before = socket.writes;
    const events = world.run(
      { type: 'serve', link: 1, piece: 1, offset: BLOCK, length: 3 * BLOCK, blockLength: BLOCK },
      { type: 'serve', link: 1, piece: 0, offset: 5, length: 25, blockLength: 10 },
    );
    expect(events).toEqual([{ type: 'served', link: 1, blocks: 6, bytes: 3 * BLOCK + 25 }]);
    expect(socket.writes - before).toBe(2);
    expect(world.disk.log.filter(({ operation }) => operation === 'read')).toHaveLength(2);
    const messages = [1, 2, 3].map((block) => world.pieceMessage(1, block));
    for (const [offset, end] of [
      [5, 15],
      [15, 25],
      [25, 30],
    ] as const) {
      messages.push(rawPiece(0, offset, world.content.slice(offset, end)));
    }
    expect(socket.takeSent()).toEqual(joined(...messages));
  });

  test('keeps the order of messages when reads end out of order', () => {
    const world = seeding();
    world.disk.choose = (count) => count - 1;
    const socket = world.link(1);
    world.run(
      ...[3, 0, 2, 1].map(
        (piece) => ({ type: 'serve', link: 1, piece, offset: 0, length: BLOCK, blockLength: BLOCK }) as const,
      ),
    );
    expect(socket.takeSent()).toEqual(joined(...[3, 0, 2, 1].map((piece) => world.pieceMessage(piece, 0))));
  });

  test('stops reading while the peer is slow, drops what is cancelled, and goes on afterwards', () => {
    const world = seeding({ limits: { maxServeBacklog: 2 * BLOCK, serveRunBytes: BLOCK, maxServeReads: 1 } });
    const socket = world.link(1);
    socket.isStalled = true;
    const serve = {
      type: 'serve',
      link: 1,
      piece: 0,
      offset: 0,
      length: 4 * BLOCK,
      blockLength: BLOCK,
    } as const;
    expect(world.run(serve)).toMatchObject([{ type: 'served', blocks: 2 }]);
    const range = { link: 1, piece: 0, offset: BLOCK, length: 2 * BLOCK };
    expect(world.run({ type: 'unserve', ...range })).toEqual([
      {
        type: 'unserved',
        link: 1,
        piece: 0,
        offset: 2 * BLOCK,
        length: BLOCK,
        blockLength: BLOCK,
        reason: 'dropped',
      },
    ]);
    socket.drain();
    expect(world.settle()).toMatchObject([{ type: 'served', blocks: 1 }]);
    expect(socket.takeSent()).toEqual(joined(...[0, 1, 3].map((block) => world.pieceMessage(0, block))));
  });

  test('sends the right bytes again and again, while the memory of frames is used anew', () => {
    const world = seeding({ length: 1_048_576, pieceLength: 262_144 });
    const sockets = [world.link(1), world.link(2)];
    for (let round = 0; round < 6; round++) {
      for (const [index, socket] of sockets.entries()) {
        socket.isStalled = round % 3 === index;
        const piece = (round + index) % 4;
        const range = { piece, offset: 0, length: 262_144, blockLength: BLOCK };
        world.plane.submit([{ type: 'serve', link: index + 1, ...range }]);
      }
      world.settle();
      for (const [index, socket] of sockets.entries()) {
        socket.drain();
        const piece = (round + index) % 4;
        const whole = joined(...Array.from({ length: 16 }, (_, block) => world.pieceMessage(piece, block)));
        expect(isEqual(socket.takeSent(), whole)).toBe(true);
      }
      world.settle();
    }
  });

  test('refuses what is not a range of the torrent, or is still being received', () => {
    const world = seeding();
    const socket = world.link(1);
    world.run({ type: 'request', link: 1, piece: 2, block: 0, count: 1 });
    socket.send(world.pieceMessage(2, 0));
    world.settle();
    const ranges = [
      { piece: 0, offset: 65_000, length: 1000, blockLength: 1000 },
      { piece: 9, offset: 0, length: 10, blockLength: 10 },
      { piece: 0, offset: 0, length: 10, blockLength: 0 },
      { piece: 0, offset: 0, length: 0, blockLength: 10 },
      { piece: 0, offset: 0xffff_ffff, length: 0xffff_ffff, blockLength: 10 },
      { piece: 2, offset: 0, length: 10, blockLength: 10 },
    ];
    for (const range of ranges) {
      expect(world.run({ type: 'serve', link: 1, ...range })).toEqual([
        { type: 'unserved', link: 1, ...range, reason: 'unreadable' },
      ]);
    }
  });

  test('tells which piece is lost when it cannot be read', () => {
    const world = seeding();
    world.link(1);
    world.disk.failing.set('read', 'NOT_FOUND');
    const range = { link: 1, piece: 1, offset: 0, length: BLOCK, blockLength: BLOCK };
    expect(world.run({ type: 'serve', ...range })).toEqual([
      { type: 'pieceLost', store: 1, piece: 1, code: 'NOT_FOUND' },
      { type: 'unserved', ...range, reason: 'unreadable' },
    ]);
  });
});

describe('rate limits', () => {
  test('hold the download of all links to the rate, evenly, without losing a block', () => {
    const world = new World({ length: 2_097_152, pieceLength: 262_144 });
    world.open();
    world.run({ type: 'limit', store: 0, down: 100_000, up: 0 });
    const sockets = [1, 2].map((link) => world.link(link));
    for (const [index, socket] of sockets.entries()) {
      world.plane.submit([{ type: 'request', link: index + 1, piece: index, block: 0, count: 16 }]);
      for (let block = 0; block < 16; block++) socket.send(world.pieceMessage(index, block));
    }
    const count = (): number[] => {
      const counts = [0, 0, 0];
      for (const event of world.takeEvents()) {
        if (event.type === 'blocks') counts[event.link] = (counts[event.link] ?? 0) + event.count;
      }
      return counts.slice(1);
    };
    world.timeline.advance(2000);
    const [first = 0, second = 0] = count();
    expect((first + second) * BLOCK).toBeLessThan(250_000);
    expect((first + second) * BLOCK).toBeGreaterThan(170_000);
    expect(Math.abs(first - second)).toBeLessThanOrEqual(2);
    world.timeline.advance(5000);
    const [firstRest = 0, secondRest = 0] = count();
    expect([first + firstRest, second + secondRest]).toEqual([16, 16]);
  });

  test('hold the upload of a store to its rate', () => {
    const world = new World({ length: 2_097_152, pieceLength: 524_288 });
    world.disk.bytes = world.content.slice();
    world.open();
    world.run({ type: 'limit', store: 1, down: 0, up: 200_000 });
    const socket = world.link(1);
    world.run({ type: 'serve', link: 1, piece: 0, offset: 0, length: 524_288, blockLength: BLOCK });
    world.timeline.advance(1000);
    const sent = socket.takeSent().length;
    expect(sent).toBeGreaterThan(180_000);
    expect(sent).toBeLessThan(260_000);
    world.timeline.advance(5000);
    expect(sent + socket.takeSent().length).toBe(524_288 + 32 * 13);
  });
});

describe('UDP, HTTP and names', () => {
  test('are passed through with their answers', () => {
    const world = new World();
    world.run({ type: 'udpBind', socket: 3, host: '0.0.0.0', port: 0 });
    const udp = world.network.udp[0]!;
    udp.onBound(4000);
    udp.onPacket('192.0.2.1', 5, Uint8Array.of(1));
    world.run({ type: 'udpSend', socket: 3, host: 'h', port: 1, bytes: Uint8Array.of(9) });
    expect(udp.sent).toEqual([Uint8Array.of(9)]);
    const get = {
      url: 'http://t/announce',
      maxBytes: 10,
      connectTimeoutMs: 1,
      totalTimeoutMs: 2,
      userAgent: 'u',
      purpose: 'tracker',
    } as const;
    world.run({ type: 'httpGet', request: 8, ...get }, { type: 'httpGet', request: 9, ...get });
    expect(world.network.gets[0]?.request).toEqual(get);
    world.network.gets[0]?.reply(200, Uint8Array.of(5));
    expect(world.settle()).toEqual([{ type: 'httpReply', request: 8, status: 200, body: Uint8Array.of(5) }]);
    world.run({ type: 'httpCancel', request: 8 }, { type: 'httpCancel', request: 9 });
    expect(world.network.gets.map(({ isCancelled }) => isCancelled)).toEqual([false, true]);
    expect(world.run({ type: 'resolve', request: 1, host: 'localhost' })).toEqual([
      { type: 'resolved', request: 1, addresses: ['127.0.0.1'] },
    ]);
    world.run({ type: 'udpClose', socket: 3 });
    expect(udp.isClosed).toBe(true);
  });

  test('lose packets, and nothing else, while the host does not keep up', () => {
    const world = new World();
    world.run({ type: 'udpBind', socket: 3, host: '0.0.0.0', port: 0 });
    world.plane.pauseReading();
    world.network.udp[0]?.onPacket('192.0.2.1', 5, Uint8Array.of(1));
    world.run({ type: 'resolve', request: 1, host: 'localhost' });
    world.plane.resumeReading();
    world.network.udp[0]?.onPacket('192.0.2.1', 5, Uint8Array.of(2));
    expect(world.settle()).toEqual([
      { type: 'udpPacket', socket: 3, host: '192.0.2.1', port: 5, bytes: Uint8Array.of(2) },
    ]);
  });
});
