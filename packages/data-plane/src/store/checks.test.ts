import { describe, expect, test } from 'vitest';
import { joined } from '../test-support/bytes.ts';
import { blocksOf, operations, ready, request, types } from '../test-support/store-world.ts';
import { World } from '../test-support/world.ts';

const BLOCK = 16_384;

describe('checking', () => {
  const MANY = { length: 40 * BLOCK, pieceLength: BLOCK, limits: { checkBytes: 4 * BLOCK } } as const;

  test('tells which pieces are good, merged, with as many hashes at once as there are lanes', () => {
    const { world } = ready(MANY);
    world.disk.bytes = world.content.slice();
    world.disk.bytes[5 * BLOCK] = (world.disk.bytes[5 * BLOCK] ?? 0) ^ 1;
    world.disk.lanes = 2;
    const events = world.run({ type: 'check', store: 1, first: 2, count: 37 });
    const good: boolean[] = [];
    for (const event of events) {
      if (event.type !== 'checked') throw new Error(event.type);
      expect(event.first).toBe(2 + good.length);
      for (let index = 0; index < event.count; index++) {
        good.push(((event.good[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0);
      }
    }
    expect(good).toHaveLength(37);
    expect(good.flatMap((one, index) => (one ? [] : [index + 2]))).toEqual([5]);
    expect(events.length).toBeLessThan(10);
    expect(world.disk.mostHashes).toBe(2);
  });

  test('takes blocks of bad pieces and drops those of good ones', () => {
    const { world, socket } = ready();
    world.disk.bytes = world.content.slice();
    world.disk.bytes[0] = (world.disk.bytes[0] ?? 0) ^ 1;
    world.run({ type: 'check', store: 1, first: 0, count: 4 }, request(1, 0, 0, 4), request(1, 1, 0, 1));
    socket.send(joined(blocksOf(world, 0, [0, 1, 2, 3]), blocksOf(world, 1, [0])));
    expect(types(world.settle())).toEqual(['blocks', 'unwanted', 'verified']);
  });

  test('forgets the blocks of a piece that turns out to be good', () => {
    const { world, socket } = ready();
    world.run(request(1, 0, 0, 4));
    socket.send(blocksOf(world, 0, [0]));
    world.settle();
    world.disk.bytes = world.content.slice();
    expect(types(world.run({ type: 'check', store: 1, first: 0, count: 1 }))).toEqual(['checked']);
    socket.send(blocksOf(world, 0, [1]));
    expect(world.settle()).toMatchObject([{ type: 'unwanted', reason: 'duplicate' }]);
    const range = { link: 1, piece: 0, offset: 0, length: 10, blockLength: 10 };
    expect(types(world.run({ type: 'serve', ...range }))).toEqual(['served']);
  });

  test('stops when asked, after the ranges that run', () => {
    const { world } = ready(MANY);
    world.disk.isHeld = true;
    world.run({ type: 'check', store: 1, first: 0, count: 40 });
    expect(world.run({ type: 'stopCheck', store: 1 })).toEqual([]);
    world.disk.release();
    expect(types(world.settle())).toEqual(['checked', 'checkStopped']);
    expect(operations(world, 'hash')).toBe(2);
    expect(types(world.run({ type: 'stopCheck', store: 1 }))).toEqual(['checkStopped']);
    expect(world.run({ type: 'check', store: 1, first: 0, count: 40 }).length).toBeGreaterThan(0);
  });

  test('goes on after a retry with the range that failed', () => {
    const { world } = ready(MANY);
    world.disk.bytes = world.content.slice();
    world.disk.failing.set('hash', 'DISK_ERROR');
    expect(types(world.run({ type: 'check', store: 1, first: 0, count: 40 }))).toEqual(['storeBlocked']);
    world.disk.failing.clear();
    const events = world.run({ type: 'retryStore', store: 1 });
    let count = 0;
    for (const event of events) if (event.type === 'checked') count += event.count;
    expect(count).toBe(40);
  });

  test('hashes pieces of a layout without hashes, told in order whichever ends first', () => {
    const world = new World(MANY);
    const command = world.openCommand();
    if (command.type !== 'openStore') throw new Error('no command');
    world.run({ ...command, layout: { ...command.layout, hashes: new Uint8Array(0) } });
    world.disk.bytes = world.content.slice();
    world.disk.choose = (count) => count - 1;
    const digests: number[] = [];
    for (const event of world.run({ type: 'hashPieces', store: 1, first: 0, count: 40 })) {
      if (event.type !== 'hashed') throw new Error(event.type);
      expect(event.first).toBe(digests.length / 20);
      digests.push(...event.digests);
    }
    expect(Uint8Array.from(digests)).toEqual(world.layout.hashes);
  });

  test('ends when the store is closed', () => {
    const { world } = ready(MANY);
    world.disk.isHeld = true;
    world.run({ type: 'check', store: 1, first: 0, count: 40 }, { type: 'closeStore', store: 1 });
    world.disk.release();
    expect(types(world.settle())).toEqual(['storeClosed']);
    expect(operations(world, 'hash')).toBe(2);
  });
});
