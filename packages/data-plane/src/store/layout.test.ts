import type { Layout, LayoutFile } from '@jstorrent/engine/ports';
import { describe, expect, test } from 'vitest';
import { limitsWith } from '../limits.ts';
import { geometryOf, pieceSize } from './layout.ts';

const LIMITS = limitsWith({ maxFiles: 4, maxPieces: 100 });
const FILE: LayoutFile = { path: ['t', 'a'], length: 100_000, kind: 'file' };
const SOUND: Layout = {
  pieceLength: 65_536,
  files: [FILE],
  hashes: new Uint8Array(40),
  algorithm: 'sha1',
};

type Refused = [string, Partial<Layout>];
const REFUSED: Refused[] = [
  ['a piece length of 0', { pieceLength: 0 }],
  ['a negative piece length', { pieceLength: -1 }],
  ['half a byte', { pieceLength: 1.5 }],
  ['a huge piece length', { pieceLength: 2 ** 30 }],
  ['no files', { files: [] }],
  ['too many files', { files: Array(5).fill(FILE) }],
  ['too many pieces', { pieceLength: 1 }],
  ['a negative length', { files: [{ ...FILE, length: -1 }] }],
  ['a length that is no number', { files: [{ ...FILE, length: NaN }] }],
  ['lengths beyond 2^53', { files: [{ ...FILE, length: 2 ** 53 - 1 }, FILE] }],
  ['too few hashes', { hashes: new Uint8Array(20) }],
  ['hashes of the other kind', { algorithm: 'sha256' }],
  ['a symlink with content', { files: [{ ...FILE, kind: 'symlink', target: ['a'] }] }],
  ['a symlink to nowhere', { files: [FILE, { ...FILE, length: 0, kind: 'symlink' }] }],
  ['an empty path', { files: [{ ...FILE, path: [] }] }],
  ...['', '.', '..', 'a/b', 'a\\b', 'a\0'].map((name): Refused => [
    `the name ${JSON.stringify(name)}`,
    { files: [{ ...FILE, path: ['t', name] }] },
  ]),
];

describe('a layout', () => {
  test('is cut into pieces of which the last is shorter', () => {
    const geometry = geometryOf(SOUND, LIMITS);
    if (typeof geometry === 'string') throw new Error(geometry);
    expect(geometry.pieces).toBe(2);
    expect([-1, 0, 1, 2].map((piece) => pieceSize(geometry, piece))).toEqual([0, 65_536, 34_464, 0]);
  });

  test('may have no hashes, symlinks, padding and empty files', () => {
    const files: LayoutFile[] = [
      FILE,
      { path: [], length: 5, kind: 'pad' },
      { path: ['e'], length: 0, kind: 'file' },
      { path: ['l'], length: 0, kind: 'symlink', target: ['t', 'a'] },
    ];
    expect(geometryOf({ ...SOUND, files, hashes: new Uint8Array(0) }, LIMITS)).toMatchObject({ pieces: 2 });
  });

  test.each(REFUSED)('is refused with %s', (_, change) => {
    expect(typeof geometryOf({ ...SOUND, ...change }, LIMITS)).toBe('string');
  });
});
