/**
 * Where the bytes of pieces are in the files of a layout. Decides which layouts contradict themselves (THREATS 9, 34: the
 * plane has checked paths before; here is the last gate before the disk).
 */
import { createHash } from 'node:crypto';
import type { Layout } from '@jstorrent/engine/ports';
import { DiskFailure } from './codes.ts';
import { PARTS_ID_HASH_BYTES } from './limits.ts';

/** Folder below a place that holds the part files of all torrents there. */
export const PARTS_FOLDER = '.jstorrent-parts';

/** Bytes of a piece that lie in one file. */
interface Run {
  readonly file: number;
  /** Offset in the file. */
  readonly at: number;
  /** Offset in the piece. */
  readonly offset: number;
  readonly length: number;
}

/** The arithmetic of one layout; pieces are numbered from 0. */
export interface Geometry {
  readonly pieceCount: number;
  /** Length of a piece; only the last may be shorter. */
  lengthOf(piece: number): number;
  /** Runs that cover [offset, offset + length) of a piece, in order. */
  runs(piece: number, offset: number, length: number): readonly Run[];
  /** First and last piece that overlap a file; null for a file without bytes. */
  piecesOf(file: number): { readonly first: number; readonly last: number } | null;
}

/** The arithmetic of a layout; fails with `BAD_LAYOUT` or `PATH_ESCAPES`. */
export function geometryOf(layout: Layout): Geometry {
  const { pieceLength, files } = layout;
  if (!Number.isSafeInteger(pieceLength) || pieceLength <= 0) throw bad('piece length');
  const starts = new Float64Array(files.length + 1);
  for (const [file, { length, kind }] of files.entries()) {
    if (!Number.isSafeInteger(length) || length < 0) throw bad('file length');
    if (kind === 'symlink' && length !== 0) throw bad('link with a length');
    starts[file + 1] = (starts[file] ?? 0) + length;
  }
  const total = starts[files.length] ?? 0;
  if (!Number.isSafeInteger(total)) throw bad('total length');
  const pieceCount = Math.ceil(total / pieceLength);
  const digestBytes = layout.algorithm === 'sha1' ? 20 : 32;
  if (layout.hashes.length !== 0 && layout.hashes.length !== pieceCount * digestBytes) throw bad('hashes');
  checkPaths(layout.files.filter(({ kind }) => kind !== 'pad').map(({ path }) => path));
  return arithmetic(pieceLength, starts, pieceCount);
}

function arithmetic(pieceLength: number, starts: Float64Array, pieceCount: number): Geometry {
  const startOf = (file: number): number => starts[file] ?? Infinity;
  const fileCount = starts.length - 1;
  const total = startOf(fileCount);
  return {
    pieceCount,
    lengthOf: (piece) => Math.min(pieceLength, total - piece * pieceLength),
    runs: (piece, offset, length) => {
      const start = piece * pieceLength + offset;
      const runs: Run[] = [];
      for (let file = fileAt(starts, start); file < fileCount && startOf(file) < start + length; file++) {
        const from = Math.max(start, startOf(file));
        const until = Math.min(start + length, startOf(file + 1));
        if (from >= until) continue;
        runs.push({ file, at: from - startOf(file), offset: offset + from - start, length: until - from });
      }
      return runs;
    },
    piecesOf: (file) => {
      const from = startOf(file);
      const until = startOf(file + 1);
      if (from === until) return null;
      return { first: Math.floor(from / pieceLength), last: Math.floor((until - 1) / pieceLength) };
    },
  };
}

/** The last file that starts at or before `position`. */
function fileAt(starts: Float64Array, position: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((starts[middle] ?? Infinity) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Check that paths stay below a root, differ, and that none is the folder of another; fails with `PATH_ESCAPES` or
 * `BAD_LAYOUT`.
 */
export function checkPaths(paths: readonly (readonly string[])[]): void {
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const path of paths) {
    if (path.length === 0) throw bad('empty path');
    for (const component of path) checkComponent(component);
    const joined = path.join('/');
    if (files.has(joined)) throw bad(`two files at ${joined}`);
    files.add(joined);
    for (let depth = path.length - 1; depth > 0; depth--) {
      const folder = path.slice(0, depth).join('/');
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  for (const folder of folders) {
    if (files.has(folder)) throw bad(`${folder} is a file and a folder`);
  }
}

/** Check the components of a folder below a root; fails with `PATH_ESCAPES` or `BAD_LAYOUT`. */
export function checkFolder(folder: readonly string[]): void {
  for (const component of folder) checkComponent(component);
}

function checkComponent(component: string): void {
  // At any depth: what is a file here may be a note in the eyes of a torrent whose place is a folder further down.
  if (component.toLowerCase() === PARTS_FOLDER) throw bad(`${PARTS_FOLDER} is ours`);
  const isPlain = component !== '' && component !== '.' && component !== '..' && !/[/\\\0]/u.test(component);
  // On Windows `a:b` is a stream of a file and `c:` another drive.
  if (!isPlain || (process.platform === 'win32' && component.includes(':'))) {
    throw new DiskFailure('PATH_ESCAPES', `path component ${JSON.stringify(component)}`);
  }
}

function bad(detail: string): DiskFailure {
  return new DiskFailure('BAD_LAYOUT', detail);
}

/**
 * Path of the folder of a torrent's part files. It depends on lengths and hashes only, so that it stays the same when
 * files are renamed.
 */
export function partsFolder(layout: Layout): string {
  const hasher = createHash('sha256');
  hasher.update(
    `${layout.pieceLength}:${layout.files.map(({ length }) => length).join(',')}:${layout.hashes.length}`,
  );
  hasher.update(layout.hashes.subarray(0, PARTS_ID_HASH_BYTES));
  return `${PARTS_FOLDER}/${hasher.digest('hex').slice(0, 40)}`;
}
