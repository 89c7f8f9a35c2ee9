import type { PlaneCommand, PlaneEvent } from '@jstorrent/engine/ports';
import { describe, expect, test } from 'vitest';
import type { DiskOperation } from './test-support/fake-disk.ts';
import { fakeDigest } from './test-support/fake-disk.ts';
import type { FakeSocket } from './test-support/fake-network.ts';
import { joined } from './test-support/bytes.ts';
import { closeCode, World } from './test-support/world.ts';

const BLOCK = 16_384;
const KIB = 1024;

const types = (events: readonly PlaneEvent[]): string[] => events.map(({ type }) => type);
const request = (link: number, piece: number, block: number, count: number): PlaneCommand => ({
  type: 'request',
  link,
  piece,
  block,
  count,
});
const blocksOf = (world: World, piece: number, blocks: readonly number[]): Uint8Array =>
  joined(...blocks.map((block) => world.pieceMessage(piece, block)));
const operations = (world: World, operation: DiskOperation): number =>
  world.disk.log.filter((one) => one.operation === operation).length;

/** A world with an open store of four pieces of four blocks, and one link. */
function ready(options: ConstructorParameters<typeof World>[0] = {}): { world: World; socket: FakeSocket } {
  const world = new World(options);
  world.open();
  return { world, socket: world.link(1) };
}

describe('a store', () => {
  test('verifies a piece whose blocks come in any order, and writes it', () => {
    const { world, socket } = ready();
    world.run(request(1, 2, 0, 4));
    socket.send(blocksOf(world, 2, [3, 0, 1]));
    expect(types(world.settle())).toEqual(['blocks', 'blocks']);
    socket.send(blocksOf(world, 2, [2]));
    expect(world.settle()).toEqual([
      { type: 'blocks', link: 1, piece: 2, block: 2, count: 1 },
      { type: 'verified', store: 1, piece: 2, digests: new Uint8Array(0) },
    ]);
    expect(world.disk.bytes.slice(131_072, 196_608)).toEqual(world.content.slice(131_072, 196_608));
    expect(world.disk.bytes.slice(0, 131_072).every((byte) => byte === 0)).toBe(true);
  });

  test('gives the disk no more work at once than the limit', () => {
    const { world, socket } = ready({ limits: { maxWriteJobs: 2 } });
    world.disk.isHeld = true;
    for (let piece = 0; piece < 4; piece++) {
      world.plane.submit([request(1, piece, 0, 4)]);
      socket.send(blocksOf(world, piece, [0, 1, 2, 3]));
    }
    world.settle();
    expect(operations(world, 'finish')).toBe(2);
    world.disk.release();
    expect(types(world.settle())).toEqual(['verified', 'verified', 'verified', 'verified']);
  });

  test('empties a corrupt piece, and gives digests of both attempts so that the liar is found', () => {
    const { world, socket } = ready();
    world.run(request(1, 0, 0, 4));
    socket.send(
      joined(world.pieceMessage(0, 0), world.pieceMessage(0, 1, false), blocksOf(world, 0, [2, 3])),
    );
    const corrupt = world.settle().at(-1);
    if (corrupt?.type !== 'corrupt') throw new Error('not corrupt');
    expect(corrupt.fromDisk).toBe(false);
    expect(world.disk.bytes.every((byte) => byte === 0)).toBe(true);
    world.run(request(1, 0, 0, 4));
    socket.send(blocksOf(world, 0, [0, 1, 2, 3]));
    const verified = world.settle().at(-1);
    if (verified?.type !== 'verified') throw new Error('not verified');
    const lied = [0, 1, 2, 3].filter((block) => {
      const digest = (digests: Uint8Array): string => digests.subarray(20 * block, 20 * block + 20).join();
      return digest(corrupt.digests) !== digest(verified.digests);
    });
    expect(lied).toEqual([1]);
    expect(verified.digests.slice(0, 20)).toEqual(fakeDigest(world.content.subarray(0, BLOCK)));
  });

  test('drops the second copy of a block, whether the first is complete, verified or still coming', () => {
    const { world, socket } = ready();
    const other = world.link(2);
    world.run(request(1, 0, 0, 4), request(2, 0, 0, 4));
    const block = world.pieceMessage(0, 0);
    socket.send(block.subarray(0, 10_000));
    world.settle();
    other.send(block);
    const duplicate = { type: 'unwanted', link: 2, piece: 0, length: BLOCK, reason: 'duplicate' };
    expect(world.settle()).toEqual([{ ...duplicate, offset: 0 }]);
    socket.send(block.subarray(10_000));
    expect(types(world.settle())).toEqual(['blocks']);
    socket.send(blocksOf(world, 0, [1]));
    other.send(blocksOf(world, 0, [1]));
    expect(world.settle()).toContainEqual({ ...duplicate, offset: BLOCK });
    socket.send(blocksOf(world, 0, [2, 3]));
    expect(types(world.settle())).toEqual(['blocks', 'verified']);
    other.send(blocksOf(world, 0, [2]));
    expect(world.settle()).toEqual([{ ...duplicate, offset: 2 * BLOCK }]);
  });

  test('misses a block again when its link dies half way', () => {
    const { world, socket } = ready();
    const other = world.link(2);
    world.run(request(1, 0, 0, 4), request(2, 0, 0, 4));
    socket.send(world.pieceMessage(0, 0).subarray(0, 10_000));
    world.settle();
    socket.end('RESET');
    world.settle();
    other.send(blocksOf(world, 0, [0, 1, 2, 3]));
    expect(types(world.settle())).toEqual(['blocks', 'verified']);
  });

  test('forgets a discarded piece, also while one of its blocks is coming', () => {
    const { world, socket } = ready();
    world.run(request(1, 0, 0, 4));
    socket.send(blocksOf(world, 0, [0]));
    socket.send(world.pieceMessage(0, 1).subarray(0, 9000));
    world.settle();
    world.run({ type: 'discard', store: 1, piece: 0 });
    socket.send(world.pieceMessage(0, 1).subarray(9000));
    expect(world.settle()).toMatchObject([{ type: 'unwanted', offset: BLOCK, reason: 'duplicate' }]);
    world.run(request(1, 0, 0, 2));
    socket.send(blocksOf(world, 0, [0, 1, 2, 3]));
    expect(types(world.settle())).toEqual(['blocks', 'verified']);
  });

  test('says what is wrong with a layout or with saved partial pieces, and opens nothing', () => {
    const bad = new World();
    const command = bad.openCommand();
    if (command.type !== 'openStore') throw new Error('no command');
    const layout = { ...command.layout, pieceLength: 0 };
    expect(bad.run({ ...command, layout })).toMatchObject([
      { type: 'storeFailed', store: 1, request: 0, code: 'BAD_LAYOUT' },
    ]);
    for (const [piece, blocks] of [
      [9, [0]],
      [0, []],
      [0, [0x08]],
      [-1, [0]],
    ] as const) {
      expect(bad.open([{ piece, blocks: Uint8Array.from(blocks) }])).toMatchObject([{ code: 'BAD_LAYOUT' }]);
    }
    expect(operations(bad, 'open')).toBe(0);
    expect(types(bad.open())).toEqual(['storeOpened']);
  });

  test('that cannot be opened closes its links and answers every question', () => {
    const world = new World();
    world.disk.failing.set('open', 'UNKNOWN_ROOT');
    world.link(1, 0);
    const events = world.run(
      world.openCommand(),
      { type: 'attach', link: 1, store: 1 },
      { type: 'check', store: 1, first: 0, count: 4 },
    );
    expect(types(events)).toEqual(['closed', 'storeFailed']);
    expect(world.run({ type: 'sync', store: 1, request: 3 })).toMatchObject([
      { type: 'storeFailed', request: 3, code: 'NOT_FOUND' },
    ]);
    expect(world.run({ type: 'closeStore', store: 1 })).toEqual([]);
  });
});

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

  test('tells when a corrupt piece was partly read back from disk', () => {
    const { world, socket } = ready(TIGHT);
    world.run(request(1, 0, 0, 64));
    for (const block of ALL) socket.send(world.pieceMessage(0, block, block !== 3));
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

describe('closing a store', () => {
  test('saves partial pieces, from which the next opening goes on', () => {
    const { world, socket } = ready();
    world.run(request(1, 0, 0, 4), request(1, 1, 0, 4));
    socket.send(joined(blocksOf(world, 0, [0, 3]), blocksOf(world, 1, [1])));
    socket.send(world.pieceMessage(1, 2).subarray(0, 7000));
    world.settle();
    const events = world.run({ type: 'closeStore', store: 1 });
    expect(closeCode(events)).toBe('STORE_CLOSED');
    const closed = events.at(-1);
    if (closed?.type !== 'storeClosed') throw new Error('not closed');
    expect(closed.partials).toEqual([
      { piece: 0, blocks: Uint8Array.of(0b1001_0000) },
      { piece: 1, blocks: Uint8Array.of(0b0100_0000) },
    ]);
    expect(types(world.open(closed.partials))).toEqual(['storeOpened']);
    const next = world.link(2);
    world.run(request(2, 0, 0, 4));
    next.send(blocksOf(world, 0, [1, 0, 2]));
    expect(types(world.settle())).toEqual(['blocks', 'unwanted', 'blocks', 'verified']);
    expect(world.disk.bytes.slice(0, 65_536)).toEqual(world.content.slice(0, 65_536));
  });

  test('finishes pieces that are being hashed first', () => {
    const { world, socket } = ready();
    world.disk.isHeld = true;
    world.run(request(1, 0, 0, 4));
    socket.send(blocksOf(world, 0, [0, 1, 2, 3]));
    world.settle();
    expect(types(world.run({ type: 'closeStore', store: 1 }))).toEqual(['closed']);
    expect(world.run({ type: 'sync', store: 1, request: 7 })).toMatchObject([{ code: 'BUSY' }]);
    world.disk.release();
    expect(types(world.settle())).toEqual(['verified', 'storeClosed']);
  });

  test('verifies a saved piece that turns out to be complete', () => {
    const world = new World();
    world.disk.bytes = world.content.slice();
    expect(types(world.open([{ piece: 2, blocks: Uint8Array.of(0xf0) }]))).toEqual([
      'storeOpened',
      'verified',
    ]);
  });

  test('waits for the files when it was asked before they were open', () => {
    const world = new World();
    expect(types(world.run(world.openCommand(), { type: 'closeStore', store: 1 }))).toEqual([
      'storeOpened',
      'storeClosed',
    ]);
  });

  test('by deleting writes nothing more and answers the request', () => {
    const { world, socket } = ready();
    world.run(request(1, 0, 0, 4));
    socket.send(blocksOf(world, 0, [0]));
    world.settle();
    const events = world.run({ type: 'deleteStore', store: 1, request: 5 });
    expect(events).toMatchObject([
      { type: 'closed' },
      { type: 'storeDone', request: 5, files: [{ size: -1, mtimeMs: 0 }] },
    ]);
    expect(operations(world, 'write')).toBe(0);
    expect(types(world.open())).toEqual(['storeOpened']);
  });

  test('does not happen when the files cannot be deleted', () => {
    const { world } = ready();
    world.disk.failing.set('remove', 'DENIED');
    expect(world.run({ type: 'deleteStore', store: 1, request: 5 }).at(-1)).toMatchObject({
      type: 'storeFailed',
      request: 5,
      code: 'DENIED',
    });
    const socket = world.link(2);
    world.run(request(2, 0, 0, 4));
    socket.send(blocksOf(world, 0, [0, 1, 2, 3]));
    expect(types(world.settle())).toEqual(['blocks', 'verified']);
  });
});

describe('changes of the files', () => {
  test('run alone and in order, and everything else waits for them', () => {
    const { world, socket } = ready();
    world.run(request(1, 0, 0, 4));
    world.disk.isHeld = true;
    world.plane.submit([
      { type: 'serve', link: 1, piece: 1, offset: 0, length: 10, blockLength: 10 },
      { type: 'moveStore', store: 1, request: 1, root: 'other' },
      { type: 'renameFile', store: 1, request: 2, file: 0, path: ['b'] },
      { type: 'check', store: 1, first: 0, count: 1 },
      { type: 'serve', link: 1, piece: 2, offset: 0, length: 10, blockLength: 10 },
      { type: 'sync', store: 1, request: 3 },
    ]);
    socket.send(blocksOf(world, 0, [0, 1, 2, 3]));
    expect(types(world.settle())).toEqual(['blocks']);
    expect(world.disk.log.at(-1)?.operation).toBe('read');
    world.disk.release();
    const events = types(world.settle());
    expect(events.slice(0, 4)).toEqual(['served', 'storeDone', 'storeDone', 'synced']);
    expect(new Set(events.slice(4))).toEqual(new Set(['verified', 'served', 'checked']));
  });

  test('that fail leave the store as it was', () => {
    const { world } = ready();
    world.disk.failing.set('change', 'EXISTS');
    const wanted = Uint8Array.of(0);
    expect(world.run({ type: 'setWanted', store: 1, request: 4, wanted })).toEqual([
      { type: 'storeFailed', store: 1, request: 4, code: 'EXISTS', detail: 'change' },
    ]);
    for (const path of [['..', 'x'], [], ['a/b']]) {
      expect(world.run({ type: 'renameFile', store: 1, request: 5, file: 0, path })).toMatchObject([
        { type: 'storeFailed', request: 5, code: 'PATH_ESCAPES' },
      ]);
    }
  });
});

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
