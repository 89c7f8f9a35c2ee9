/**
 * The small torrent that contract suites store: files that share pieces, padding, an empty file, a short last piece.
 */
import { createHash } from 'node:crypto';
import type { Layout, LayoutFile } from '@jstorrent/engine/ports';
import { concatBytes } from '@jstorrent/protocol';
import { SeededRandom } from '../random.ts';

/** Two blocks. */
export const PIECE_LENGTH = 32_768;

const FILES: readonly LayoutFile[] = [
  { path: ['t', 'a.bin'], length: 100_000, kind: 'file' },
  { path: ['t', '.pad', '5000'], length: 5000, kind: 'pad' },
  { path: ['t', 'sub', 'b.bin'], length: 30_000, kind: 'file' },
  { path: ['t', 'empty'], length: 0, kind: 'file' },
  { path: ['t', 'c.bin'], length: 50_000, kind: 'file' },
];

/** Bits of all files, as `wanted` has them. */
export const ALL_FILES = Uint8Array.of(0b1111_1000);
/** All files but b.bin (file 2), which shares pieces with a.bin, padding and c.bin. */
export const WITHOUT_B = Uint8Array.of(0b1101_1000);

const makeContent = (): Uint8Array => {
  const content = new SeededRandom('contract torrent').bytes(185_000);
  content.fill(0, 100_000, 105_000);
  return content;
};

/** The bytes of the torrent as a whole, padding included. */
export const CONTENT: Uint8Array = makeContent();
/** Pieces; the last has 21,160 bytes. */
export const PIECE_COUNT = Math.ceil(CONTENT.length / PIECE_LENGTH);
/** Indices of all pieces. */
export const ALL_PIECES: readonly number[] = Array.from({ length: PIECE_COUNT }, (_, piece) => piece);

/** The bytes of a piece. */
export const pieceBytes = (piece: number): Uint8Array =>
  CONTENT.subarray(piece * PIECE_LENGTH, Math.min(CONTENT.length, (piece + 1) * PIECE_LENGTH));

/** The bytes of a file of the layout. */
export const fileBytes = (file: number): Uint8Array => {
  const start = FILES.slice(0, file).reduce((sum, { length }) => sum + length, 0);
  return CONTENT.slice(start, start + FILES[file]!.length);
};

/** The path of a file of the layout below its root. */
export const filePath = (file: number): string => FILES[file]!.path.join('/');

/** The digest of some bytes. */
export const digest = (bytes: Uint8Array, algorithm: Layout['algorithm'] = 'sha1'): Uint8Array =>
  new Uint8Array(createHash(algorithm).update(bytes).digest());

/** The layout of the fixture. */
export const makeLayout = (algorithm: Layout['algorithm'] = 'sha1'): Layout => ({
  pieceLength: PIECE_LENGTH,
  files: FILES,
  hashes: Buffer.concat(
    Array.from({ length: PIECE_COUNT }, (_, piece) => digest(pieceBytes(piece), algorithm)),
  ),
  algorithm,
});

/** The SHA-1 of each block of some bytes. */
export const blockDigestsOf = (bytes: Uint8Array): Uint8Array =>
  concatBytes(
    Array.from({ length: Math.ceil(bytes.length / 16_384) }, (_, i) =>
      digest(bytes.subarray(i * 16_384, (i + 1) * 16_384)),
    ),
  );
