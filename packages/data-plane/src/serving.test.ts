import { describe, expect, test } from 'vitest';
import { isEqual, joined } from './test-support/bytes.ts';
import { rawPiece, World } from './test-support/world.ts';

const BLOCK = 16_384;

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
