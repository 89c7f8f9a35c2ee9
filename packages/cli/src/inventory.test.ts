import { encodeBencode, parseMetainfo, type Info } from '@jstorrent/protocol';
import { expect, test } from 'vitest';
import { takeInventory } from './inventory.ts';
import { toPriorities } from './selection.ts';
import { nodeDigests } from '@jstorrent/native-host/digests';

const KIB = 1024;

/** Files of 40 KiB, 24 KiB of padding, 32 KiB and none, in pieces of 16 KiB. */
function makeInfo(): Info {
  const files = [
    { length: 40 * KIB, path: ['a'] },
    { attr: 'p', length: 24 * KIB, path: ['.pad', '24576'] },
    { length: 32 * KIB, path: ['b'] },
    { length: 0, path: ['empty'] },
  ];
  const info = { files, name: 'x', 'piece length': 16 * KIB, pieces: new Uint8Array(6 * 20) };
  return parseMetainfo(encodeBencode({ info }), nodeDigests).info;
}

const whole = [40 * KIB, -1, 32 * KIB, 0].map((size) => ({ size, mtimeMs: 0 }));

test('a torrent with all pieces good and all files there is complete', () => {
  const inventory = takeInventory(makeInfo(), Uint8Array.of(0b1111_1100), whole);
  expect(inventory).toMatchObject({ pieceCount: 6, good: 6, bad: 0, missing: 0, complete: true });
  expect(inventory.files.map(({ path }) => path)).toEqual(['x/a', 'x/b', 'x/empty']);
});

test('pieces whose bytes are there but wrong are bad, those whose bytes are not are missing', () => {
  const stats = [{ size: 20 * KIB, mtimeMs: 0 }, whole[1]!, whole[2]!, whole[3]!];
  const inventory = takeInventory(makeInfo(), Uint8Array.of(0b1001_1000), stats);
  expect(inventory).toMatchObject({ good: 3, bad: 1, missing: 2, complete: false });
  expect(inventory.files).toMatchObject([
    { size: 20 * KIB, pieces: 3, goodPieces: 1, complete: false },
    { pieces: 2, goodPieces: 1, complete: false },
    { pieces: 0, goodPieces: 0, complete: true },
  ]);
});

test('an empty file that is absent leaves the torrent incomplete', () => {
  const stats = [...whole.slice(0, 3), { size: -1, mtimeMs: 0 }];
  expect(takeInventory(makeInfo(), Uint8Array.of(0b1111_1100), stats)).toMatchObject({
    good: 6,
    complete: false,
  });
});

test('file numbers count what is on disk, indices of magnet links count padding too', () => {
  const info = makeInfo();
  const numbers = (first: number, last: number) => ({ kind: 'numbers', ranges: [{ first, last }] }) as const;
  expect(toPriorities({ kind: 'all' }, info)).toEqual([]);
  expect(toPriorities(numbers(2, 3), info)).toEqual([0, 0, 2, 2]);
  expect(toPriorities({ kind: 'indices', ranges: [{ first: 2, last: 9 }] }, info)).toEqual([0, 0, 2, 2]);
  expect(toPriorities({ kind: 'indices', ranges: [{ first: 7, last: 9 }] }, info)).toEqual([]);
  expect(() => toPriorities(numbers(1, 4), info)).toThrow('file 4');
});
