/**
 * A disk over temporary folders for the tests of this folder: `main` and `other` are its roots, fresh for each test.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach } from 'vitest';
import type { Answer, DiskError, FinishResult, OpenFiles, Segment, StoreFiles } from '@jstorrent/data-plane';
import type { FileStat, Layout, LayoutFile } from '@jstorrent/engine/ports';
import { nodeDisk } from './disk.ts';

/** Length of a piece unless told otherwise. */
export const PIECE = 32_768;

const roots: Record<string, string> = {};
/** One disk serves all tests, as one serves all torrents. */
export const disk = nodeDisk({ roots, arenaBytes: 4 * 1024 * 1024, workers: 2 });
afterAll(() => disk.close());

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'jst-disk-'));
  for (const key of ['main', 'other']) mkdirSync((roots[key] = join(base, key)));
  mkdirSync(join(base, 'outside'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** A path below the root `main`. */
export function at(path: string): string {
  return join(base, 'main', path);
}

/** A path beside the roots `main` and `other`. */
export function beside(path: string): string {
  return join(base, path);
}

/** The value of an answer; rejects with the error, which is a plain value of the port. */
export function ask<T>(call: (answer: Answer<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call({ onDone: resolve, onError: (error) => reject(Object.assign(new Error(error.code), error)) });
  });
}

/** The error of an answer. */
export function failing<T>(call: (answer: Answer<T>) => void): Promise<DiskError> {
  return new Promise((resolve, reject) => {
    call({ onDone: () => reject(new Error('no error')), onError: resolve });
  });
}

/** A layout and its bytes. */
interface Torrent {
  readonly layout: Layout;
  readonly content: Uint8Array;
  readonly pieces: number;
}

/** A torrent of these files with bytes of its own. */
export function torrent(files: readonly LayoutFile[], pieceLength = PIECE): Torrent {
  const length = files.reduce((sum, entry) => sum + entry.length, 0);
  const content = Uint8Array.from({ length }, (_, index) => (index * 2_654_435_761) >>> 23);
  const pieces = Math.ceil(length / pieceLength);
  const hashes = Buffer.concat(
    Array.from({ length: pieces }, (_, piece) =>
      createHash('sha1')
        .update(content.subarray(piece * pieceLength, (piece + 1) * pieceLength))
        .digest(),
    ),
  );
  const layout: Layout = { pieceLength, files, hashes: new Uint8Array(hashes), algorithm: 'sha1' };
  return { layout, content, pieces };
}

/** A file of a layout. */
export function file(path: string, length: number): LayoutFile {
  return { path: path.split('/'), length, kind: 'file' };
}

const PLACE = { root: 'main', folder: [] };

/** A request to open a layout in `main` with all files wanted. */
export function request(layout: Layout, change: Partial<OpenFiles> = {}): OpenFiles {
  const wanted = new Uint8Array(Math.ceil(layout.files.length / 8)).fill(255);
  return { place: PLACE, isSaved: true, layout, wanted, preallocate: 'sparse', ...change };
}

/** Open a torrent. */
export async function open({ layout }: Torrent, change: Partial<OpenFiles> = {}): Promise<StoreFiles> {
  const opened = await ask<{ files: StoreFiles }>((answer) => disk.open(request(layout, change), answer));
  return opened.files;
}

/** Put a piece into its own place of the arena. */
export function place({ layout, content }: Torrent, piece: number): Segment[] {
  const bytes = content.subarray(piece * layout.pieceLength, (piece + 1) * layout.pieceLength);
  const memory = (piece * layout.pieceLength) % (disk.arena.length - layout.pieceLength);
  disk.arena.set(bytes, memory);
  return [{ offset: 0, length: bytes.length, memory }];
}

/** Move to another root. */
export function moveTo(files: StoreFiles, root: string): (answer: Answer<readonly FileStat[]>) => void {
  return (answer) => files.move({ root, folder: [] }, () => {}, answer);
}

/** Rename one file. */
export function renameOne(
  files: StoreFiles,
  index: number,
  path: readonly string[],
): (answer: Answer<readonly FileStat[]>) => void {
  return (answer) => files.rename([{ file: index, path }], answer);
}

/** Names in a folder, without our own folder of part files and notes. */
export function namesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .toSorted();
}

/** Finish a piece, which must be good. */
export async function finish(files: StoreFiles, of: Torrent, piece: number): Promise<void> {
  const result = await ask<FinishResult>((answer) => files.finish(piece, place(of, piece), false, answer));
  if (!result.good) throw new Error(`piece ${piece} is bad`);
}

/** Finish all pieces, 16 at once. */
export async function finishAll(files: StoreFiles, of: Torrent): Promise<void> {
  for (let first = 0; first < of.pieces; first += 16) {
    const some = Array.from({ length: Math.min(16, of.pieces - first) }, (_, index) => first + index);
    await Promise.all(some.map((piece) => finish(files, of, piece)));
  }
}

/** Sync; how the files look then. */
export function sync(files: StoreFiles): Promise<readonly FileStat[]> {
  return ask((answer) => files.sync(answer));
}

/** Digests of all pieces as they are on disk. */
export async function hashOf(files: StoreFiles, of: Torrent): Promise<Buffer> {
  return Buffer.from(await ask<Uint8Array>((answer) => files.hash(0, of.pieces, answer)));
}
