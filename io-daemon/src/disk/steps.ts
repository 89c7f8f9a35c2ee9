/**
 * The single steps of a relocation on real files, in a worker. Decides how each is done so that a power cut finds it done
 * or not done; their order is decided in the data plane.
 */
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  lstatSync,
  readdirSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  type Stats,
} from 'node:fs';
import { dirname } from 'node:path';
import type { DiskSteps, Entry, Slice } from '@jstorrent/data-plane';
import type { Place, StoreCode } from '@jstorrent/engine/ports';
import { copyDifferent, readAll, writeAll } from './bytes.ts';
import { DiskFailure, systemCode } from './codes.ts';
import { absolute, checkFolders, findRoot, lookInside, openInside, syncFolder } from './inside.ts';
import type { Root } from './jobs.ts';
import { NOTE_BYTES_MAX } from './limits.ts';
import { freeBytes, removeEmptyFolders, unlinkInside, withMissing } from './tree.ts';

/** A place that was found: paths below it are those below `root` after `prefix`. */
export interface Spot {
  readonly root: Root;
  /** Empty, or components with a slash after each. */
  readonly prefix: string;
}

/** Microseconds are cut off when a time is set; half of one more keeps them whole. */
const HALF_MICROSECOND_MS = 0.0005;

/** Steps on the folders behind these roots. */
export class NodeSteps implements DiskSteps<Spot> {
  readonly #roots: ReadonlyMap<string, string>;
  /** Folders (absolute) that got new entries and are not synced yet. */
  readonly #made = new Set<string>();

  constructor(roots: ReadonlyMap<string, string>) {
    this.#roots = roots;
  }

  spot({ root, folder }: Place): Spot {
    const path = this.#roots.get(root);
    if (path === undefined) throw new DiskFailure('UNKNOWN_ROOT', root);
    return { root: findRoot(path), prefix: folder.map((component) => `${component}/`).join('') };
  }

  isSame(a: Spot, b: Spot): boolean {
    return absolute(a.root, a.prefix) === absolute(b.root, b.prefix);
  }

  isFar(from: Spot, to: Spot): boolean {
    return deviceOf(from) !== deviceOf(to);
  }

  look(at: Spot, path: string): Entry | null {
    const stat = lookInside(at.root, at.prefix + path);
    if (stat === null) return null;
    const kind = stat.isSymbolicLink() ? 'link' : stat.isFile() ? 'file' : 'other';
    const { size, blocks, mtimeMs, dev, ino } = stat;
    return { kind, size, room: blocks * 512, mtimeMs: Math.floor(mtimeMs), id: `${dev}:${ino}` };
  }

  names(at: Spot, folder: string): readonly string[] {
    const path = at.prefix + folder;
    if (lookInside(at.root, path)?.isDirectory() !== true) return [];
    return readdirSync(absolute(at.root, path));
  }

  rename(from: Spot, path: string, to: Spot, target: string): boolean {
    this.#makeFolders(to, target);
    try {
      renameSync(absolute(from.root, from.prefix + path), absolute(to.root, to.prefix + target));
      return true;
    } catch (error) {
      if (systemCode(error) === 'EXDEV') return false;
      throw error;
    }
  }

  unlink(at: Spot, path: string): void {
    unlinkInside(at.root, at.prefix + path);
  }

  removeEmptyFolders(at: Spot, paths: readonly string[]): void {
    removeEmptyFolders(
      at.root,
      paths.map((path) => at.prefix + path),
    );
  }

  freeBytes(at: Spot): number {
    return freeBytes(at.root);
  }

  copy(from: Spot, to: Spot, slice: Slice): void {
    const { path, copy, offset, length } = slice;
    this.#withBoth(from, to, { path, copy }, (source, target) => {
      const copied = copyDifferent(source.fd, target.fd, { offset, length, known: target.stat.size });
      if (copied < length) throw new DiskFailure('FILE_CHANGED', path);
    });
  }

  seal(from: Spot, to: Spot, path: string, copy: string): void {
    this.#withBoth(from, to, { path, copy }, ({ stat }, { fd }) => {
      ftruncateSync(fd, stat.size);
      fchmodSync(fd, stat.mode & 0o777);
      const seconds = (ms: number): number => (ms + HALF_MICROSECOND_MS) / 1000;
      futimesSync(fd, seconds(stat.atimeMs), seconds(stat.mtimeMs));
      fsyncSync(fd);
    });
  }

  copyLink(from: Spot, to: Spot, path: string): void {
    this.#makeFolders(to, path);
    const target = readlinkSync(absolute(from.root, from.prefix + path));
    symlinkSync(target, absolute(to.root, to.prefix + path));
  }

  readNote(at: Spot, path: string): string | null {
    const opened = openInside(at.root, at.prefix + path, 'read', []);
    if (opened === null) return null;
    try {
      if (opened.stat.size > NOTE_BYTES_MAX) return null;
      const bytes = Buffer.alloc(opened.stat.size);
      return bytes.toString('utf8', 0, readAll(opened.fd, bytes, 0));
    } finally {
      closeSync(opened.fd);
    }
  }

  writeNote(at: Spot, path: string, text: string): void {
    const { root } = at;
    const fresh = `${at.prefix}${path}.new`;
    const made: string[] = [];
    const opened = openInside(root, fresh, 'create', made);
    if (opened === null) throw new DiskFailure('NOT_FOUND', path);
    const bytes = Buffer.from(text);
    try {
      ftruncateSync(opened.fd, 0);
      writeAll(opened.fd, bytes, 0);
      fsyncSync(opened.fd);
    } catch (error) {
      throw withMissing(error, root, path, bytes.length);
    } finally {
      closeSync(opened.fd);
    }
    renameSync(absolute(root, fresh), absolute(root, at.prefix + path));
    for (const folder of new Set([...made, dirname(absolute(root, at.prefix + path))])) syncFolder(folder);
  }

  syncFolders(at: Spot, paths: readonly string[]): void {
    const folders = new Set(paths.map((path) => dirname(absolute(at.root, at.prefix + path))));
    for (const folder of this.#made) folders.add(folder);
    this.#made.clear();
    for (const folder of folders) syncFolder(folder);
  }

  failure(code: StoreCode, detail: string, missing = 0): Error {
    return new DiskFailure(code, detail, missing);
  }

  #makeFolders(at: Spot, path: string): void {
    const made: string[] = [];
    checkFolders(at.root, at.prefix + path, made);
    for (const folder of made) this.#made.add(folder);
  }

  #withBoth(
    from: Spot,
    to: Spot,
    paths: { readonly path: string; readonly copy: string },
    work: (source: OpenFile, target: OpenFile) => void,
  ): void {
    const source = openInside(from.root, from.prefix + paths.path, 'read', []);
    if (source === null) throw new DiskFailure('NOT_FOUND', paths.path);
    try {
      const made: string[] = [];
      const target = openInside(to.root, to.prefix + paths.copy, 'create', made);
      if (target === null) throw new DiskFailure('NOT_FOUND', paths.copy);
      for (const folder of made) this.#made.add(folder);
      try {
        work(source, target);
      } catch (error) {
        throw withMissing(error, to.root, paths.path, source.stat.size - target.stat.size);
      } finally {
        closeSync(target.fd);
      }
    } finally {
      closeSync(source.fd);
    }
  }
}

interface OpenFile {
  readonly fd: number;
  readonly stat: Stats;
}

/** The file system of a place, or of the folder it will be made in. */
function deviceOf({ root, prefix }: Spot): number {
  let path = `${prefix}x`;
  while (path.includes('/')) {
    path = path.slice(0, path.lastIndexOf('/'));
    const stat = lstatSync(absolute(root, path), { throwIfNoEntry: false });
    if (stat !== undefined) return stat.dev;
  }
  return root.dev;
}
