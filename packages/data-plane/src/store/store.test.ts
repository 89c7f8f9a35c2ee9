import { describe, expect, test } from 'vitest';
import { joined } from '../test-support/bytes.ts';
import { fakeDigest } from '../test-support/fake-disk.ts';
import { blocksOf, operations, ready, request, types } from '../test-support/store-world.ts';
import { closeCode, World } from '../test-support/world.ts';

const BLOCK = 16_384;

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
      { type: 'moveStore', store: 1, request: 1, root: 'other', folder: [] },
      { type: 'renameFiles', store: 1, request: 2, renames: [{ file: 0, path: ['b'] }] },
      { type: 'check', store: 1, first: 0, count: 1 },
      { type: 'serve', link: 1, piece: 2, offset: 0, length: 10, blockLength: 10 },
      { type: 'sync', store: 1, request: 3 },
    ]);
    socket.send(blocksOf(world, 0, [0, 1, 2, 3]));
    expect(types(world.settle())).toEqual(['blocks']);
    expect(world.disk.log.at(-1)?.operation).toBe('read');
    world.disk.release();
    const events = types(world.settle());
    expect(events.slice(0, 5)).toEqual(['served', 'moveProgress', 'storeDone', 'storeDone', 'synced']);
    expect(new Set(events.slice(5))).toEqual(new Set(['verified', 'served', 'checked']));
  });

  test('that fail leave the store as it was', () => {
    const { world } = ready();
    world.disk.failing.set('change', 'EXISTS');
    const wanted = Uint8Array.of(0);
    expect(world.run({ type: 'setWanted', store: 1, request: 4, wanted })).toEqual([
      { type: 'storeFailed', store: 1, request: 4, code: 'EXISTS', detail: 'change', missing: 0 },
    ]);
    for (const path of [['..', 'x'], [], ['a/b']]) {
      expect(
        world.run({ type: 'renameFiles', store: 1, request: 5, renames: [{ file: 0, path }] }),
      ).toMatchObject([{ type: 'storeFailed', request: 5, code: 'PATH_ESCAPES' }]);
    }
  });
});
