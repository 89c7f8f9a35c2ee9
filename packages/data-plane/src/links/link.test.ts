import { describe, expect, test } from 'vitest';
import { joined } from '../test-support/bytes.ts';
import { blockMessage, closeCode, rawPiece, runningCipher, World } from '../test-support/world.ts';

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
