import type { PlaneCommand } from '@jstorrent/engine/ports';
import { describe, expect, test } from 'vitest';
import { joined } from '../test-support/bytes.ts';
import { blocksOf, operations, ready, request, types } from '../test-support/store-world.ts';

const BLOCK = 16_384;
const KIB = 1024;

describe('a store without memory', () => {
  const TIGHT = { length: 4096 * KIB, pieceLength: 1024 * KIB, arenaBytes: 512 * KIB } as const;
  const ALL = Array.from({ length: 64 }, (_, block) => block);

  test('writes blocks to disk as they come, hashes them from there, and fetches nothing twice', () => {
    const { world, socket } = ready(TIGHT);
    world.run(request(1, 0, 0, 64), request(1, 1, 0, 64));
    const mixed = ALL.flatMap((block) => [world.pieceMessage(0, block), world.pieceMessage(1, 63 - block)]);
    for (const message of mixed) socket.send(message);
    const events = world.settle();
    expect(events.filter(({ type }) => type === 'verified')).toHaveLength(2);
    const seen = events.flatMap((event) =>
      event.type === 'blocks'
        ? Array.from({ length: event.count }, (_, index) => `${event.piece} ${event.block + index}`)
        : [],
    );
    expect(new Set(seen).size).toBe(128);
    expect(seen).toHaveLength(128);
    expect(operations(world, 'write')).toBeGreaterThan(0);
    expect(world.disk.bytes.slice(0, 2048 * KIB)).toEqual(world.content.slice(0, 2048 * KIB));
  });

  test.each([3, 63])('does not suspect the disk when a peer spoilt block %i of a spilled piece', (bad) => {
    const { world, socket } = ready(TIGHT);
    world.run(request(1, 0, 0, 64));
    for (const block of ALL) socket.send(world.pieceMessage(0, block, block !== bad));
    expect(world.settle().at(-1)).toMatchObject({ type: 'corrupt', fromDisk: false });
    expect(operations(world, 'write')).toBeGreaterThan(0);
  });

  test('suspects the disk when a spilled block comes back other than it was written', () => {
    const { world, socket } = ready(TIGHT);
    world.run(request(1, 0, 0, 64));
    for (const block of ALL.slice(0, 60)) socket.send(world.pieceMessage(0, block));
    world.settle();
    expect(world.disk.bytes[3 * BLOCK]).toBe(world.content[3 * BLOCK]);
    world.disk.bytes[3 * BLOCK] = ~(world.content[3 * BLOCK] ?? 0);
    for (const block of ALL.slice(60)) socket.send(world.pieceMessage(0, block));
    expect(world.settle().at(-1)).toMatchObject({ type: 'corrupt', fromDisk: true });
  });

  test('suspects the disk when an earlier opening left blocks of a corrupt piece there', () => {
    const { world, socket } = ready(TIGHT);
    world.run(request(1, 0, 0, 64));
    for (const block of ALL.slice(0, 8)) socket.send(world.pieceMessage(0, block));
    world.settle();
    const closed = world.run({ type: 'closeStore', store: 1 }).at(-1);
    if (closed?.type !== 'storeClosed') throw new Error('not closed');
    world.open(closed.partials);
    const next = world.link(2);
    world.run(request(2, 0, 8, 56));
    for (const block of ALL.slice(8)) next.send(world.pieceMessage(0, block, block !== 20));
    expect(world.settle().at(-1)).toMatchObject({ type: 'corrupt', fromDisk: true });
  });

  test('stops reading a link in the middle of its stream until the disk has caught up', () => {
    const { world, socket } = ready(TIGHT);
    world.disk.isHeld = true;
    world.run(request(1, 0, 0, 64));
    for (const block of ALL) socket.send(world.pieceMessage(0, block));
    const before = world.settle();
    expect(before).toMatchObject([{ type: 'blocks', block: 0, count: 32 }]);
    expect(socket.isPaused).toBe(true);
    world.disk.release();
    const after = world.settle();
    expect(after.at(-1)).toMatchObject({ type: 'verified', piece: 0 });
    expect(socket.isPaused).toBe(false);
  });

  test('gives memory that is waited for to the links in the order they came', () => {
    const { world } = ready(TIGHT);
    const sockets = [2, 3, 4, 5].map((link) => world.link(link));
    world.disk.isHeld = true;
    for (const [index, socket] of sockets.entries()) {
      world.run(request(index + 2, index, 0, 16));
      for (let block = 0; block < 16; block++) socket.send(world.pieceMessage(index, block));
      world.settle();
    }
    expect(sockets.map(({ isPaused }) => isPaused)).toEqual([false, false, true, true]);
    world.disk.release();
    const order = world.settle().flatMap((event) => (event.type === 'blocks' ? [event.link] : []));
    expect([...new Set(order)]).toEqual([4, 5]);
  });

  test('leaves the memory of closed links to others', () => {
    const { world, socket } = ready({ ...TIGHT, arenaBytes: 256 * KIB });
    const other = world.link(2);
    world.run(request(1, 0, 0, 1), request(2, 1, 0, 1));
    socket.send(world.pieceMessage(0, 0).subarray(0, 100));
    world.settle();
    other.send(world.pieceMessage(1, 0));
    expect(world.settle()).toEqual([]);
    expect(other.isPaused).toBe(true);
    expect(types(world.run({ type: 'close', link: 1 }))).toEqual(['blocks']);
  });

  test('takes memory back from links that stopped in the middle of a block, when others need it', () => {
    const { world, socket } = ready(TIGHT);
    const [slow, other] = [world.link(2), world.link(3)];
    world.run(request(1, 0, 0, 3), request(2, 1, 0, 1), request(3, 2, 0, 1));
    const half = world.pieceMessage(0, 1);
    socket.send(joined(world.pieceMessage(0, 0), half.subarray(0, 100)));
    slow.send(world.pieceMessage(1, 0).subarray(0, 100));
    other.send(world.pieceMessage(2, 0));
    world.settle();
    expect(other.isPaused).toBe(true);
    world.timeline.advance(6000);
    expect(world.takeEvents()).toEqual([{ type: 'blocks', link: 3, piece: 2, block: 0, count: 1 }]);
    socket.send(joined(half.subarray(100), world.pieceMessage(0, 2)));
    expect(world.settle()).toMatchObject([
      { type: 'unwanted', link: 1, offset: BLOCK, reason: 'duplicate' },
      { type: 'blocks', link: 1, block: 2 },
    ]);
  });

  test('does not starve another one when its own disk is full', () => {
    const { world, socket } = ready({ ...TIGHT, arenaBytes: 2048 * KIB });
    world.disk.isHeld = true;
    world.run(request(1, 0, 0, 64), request(1, 1, 0, 64), request(1, 2, 0, 64));
    for (let piece = 0; piece < 3; piece++) {
      for (let block = 0; block < 63; block++) socket.send(world.pieceMessage(piece, block));
    }
    world.settle();
    expect(socket.isPaused).toBe(true);
    world.disk.failing.set('write', 'DISK_FULL');
    world.disk.release();
    expect(types(world.settle())).toContain('storeBlocked');
    world.disk.failing.clear();
    world.run({ ...world.openCommand(), store: 2 } as PlaneCommand);
    const other = world.link(2, 2);
    world.run(request(2, 3, 0, 64));
    for (let block = 0; block < 64; block++) other.send(world.pieceMessage(3, block));
    expect(world.settle().at(-1)).toMatchObject({ type: 'verified', store: 2, piece: 3 });
  });

  test('packs small pieces, so that many fit', () => {
    const { world, socket } = ready({ length: 1024 * KIB, pieceLength: 32 * KIB, arenaBytes: 256 * KIB });
    for (let piece = 0; piece < 8; piece++) {
      world.plane.submit([request(1, piece, 0, 1)]);
      socket.send(world.pieceMessage(piece, 0));
    }
    expect(world.settle()).toHaveLength(8);
    expect(operations(world, 'write')).toBe(0);
    world.run(request(1, 8, 0, 1));
    socket.send(world.pieceMessage(8, 0));
    expect(types(world.settle())).toEqual(['blocks']);
    expect(operations(world, 'write')).toBe(1);
  });
});

describe('a store whose disk fails', () => {
  test('holds still, keeps what it has, and goes on after a retry without fetching anything twice', () => {
    const { world, socket } = ready();
    world.disk.failing.set('finish', 'DISK_FULL');
    world.run(request(1, 0, 0, 4), request(1, 1, 0, 4));
    socket.send(blocksOf(world, 0, [0, 1, 2, 3]));
    expect(world.settle()).toMatchObject([
      { type: 'blocks', count: 4 },
      { type: 'storeBlocked', store: 1, code: 'DISK_FULL', missing: 65_536 },
    ]);
    expect(socket.isPaused).toBe(true);
    socket.send(blocksOf(world, 1, [0, 1, 2, 3]));
    expect(world.settle()).toEqual([]);
    expect(types(world.run({ type: 'retryStore', store: 1 }))).toEqual(['storeBlocked']);
    world.disk.failing.clear();
    expect(types(world.run({ type: 'retryStore', store: 1 }))).toEqual([
      'verified',
      'storeUnblocked',
      'blocks',
      'verified',
    ]);
  });

  test('is blocked by a spill that fails and spills again', () => {
    const { world, socket } = ready({ length: 1024 * KIB, pieceLength: 512 * KIB, arenaBytes: 256 * KIB });
    world.disk.failing.set('write', 'DISK_ERROR');
    world.run(request(1, 0, 0, 32));
    for (let block = 0; block < 32; block++) socket.send(world.pieceMessage(0, block));
    expect(types(world.settle())).toEqual(['blocks', 'storeBlocked']);
    world.disk.failing.clear();
    expect(types(world.run({ type: 'retryStore', store: 1 }))).toEqual([
      'storeUnblocked',
      'blocks',
      'verified',
    ]);
  });

  test('answers a sync by telling that it is blocked, each time', () => {
    const { world } = ready();
    world.disk.failing.set('sync', 'DISK_ERROR');
    expect(types(world.run({ type: 'sync', store: 1, request: 1 }))).toEqual(['storeBlocked']);
    expect(types(world.run({ type: 'sync', store: 1, request: 2 }))).toEqual(['storeBlocked']);
    world.disk.failing.clear();
    expect(types(world.run({ type: 'retryStore', store: 1 }))).toEqual(['storeUnblocked']);
    expect(world.run({ type: 'sync', store: 1, request: 3 })).toMatchObject([{ type: 'synced', request: 3 }]);
  });

  test('closes all the same, and reports only what is on disk', () => {
    const { world, socket } = ready();
    world.disk.failing.set('finish', 'DISK_FULL');
    world.disk.failing.set('write', 'DISK_FULL');
    world.run(request(1, 0, 0, 4));
    socket.send(blocksOf(world, 0, [0, 1, 2, 3]));
    world.settle();
    expect(world.run({ type: 'closeStore', store: 1 })).toMatchObject([
      { type: 'closed', code: 'STORE_CLOSED' },
      { type: 'storeClosed', partials: [] },
    ]);
  });
});
