/**
 * One root folder of the in-memory disk: a tree of files, links and folders by path. Decides what a path may become;
 * throws `DiskFault` for what a real disk would refuse. Renames and deletions are durable at once.
 */
import type { DiskError, Entry } from '@jstorrent/data-plane';
import type { StoreCode } from '@jstorrent/engine/ports';
import type { SeededRandom } from '../random.ts';
import { PAGE_BYTES, PagedFile } from './paged-file.ts';

/** A world error on its way to the answer it belongs to. */
export class DiskFault extends Error {
  readonly error: DiskError;

  constructor(code: StoreCode, detail: string, missing = 0) {
    super(`${code} ${detail}`);
    this.error = { code, detail, missing };
  }
}

/** Free pages shared by all volumes of a disk. */
export interface Space {
  /** Bytes in all. */
  capacityBytes: number;
  /** Bytes of pages in use. */
  usedBytes: number;
}

/** A tree of files. */
export class Volume {
  /** The drive is unplugged, or the folder was deleted. */
  isGone = false;
  readonly #space: Space;
  readonly #files = new Map<string, PagedFile>();
  readonly #links = new Map<string, string>();
  readonly #folders = new Set<string>();
  /** Paths (and everything below them) that refuse access. */
  readonly #denied = new Map<string, StoreCode>();

  constructor(space: Space) {
    this.#space = space;
  }

  /** Paths of all files, sorted. */
  paths(): string[] {
    return [...this.#files.keys()].sort();
  }

  /** Paths of all folders, sorted. */
  folders(): string[] {
    return [...this.#folders].sort();
  }

  /** Links and their targets. */
  links(): ReadonlyMap<string, string> {
    return this.#links;
  }

  /** The file at a path, to read it; checked for access. */
  find(path: string): PagedFile | undefined {
    this.#check(path, false);
    return this.#files.get(path);
  }

  /** The file at a path, to look at it; that needs access to the volume only. */
  stat(path: string): PagedFile | undefined {
    if (this.isGone) throw new DiskFault('NOT_FOUND', path);
    const code = this.#denied.get('');
    if (code !== undefined && code !== 'READ_ONLY') throw new DiskFault(code, path);
    return this.#files.get(path);
  }

  /** What stands at a path; nothing is followed. */
  look(path: string): Entry | null {
    const file = this.stat(path);
    if (file !== undefined) {
      const { length: size, mtimeMs, serial } = file;
      return { kind: 'file', size, room: file.pageCount * PAGE_BYTES, mtimeMs, id: `${serial}` };
    }
    if (this.#links.has(path)) return { kind: 'link', size: 0, room: 0, mtimeMs: 0, id: `link ${path}` };
    if (this.#folders.has(path)) return { kind: 'other', size: 0, room: 0, mtimeMs: 0, id: `folder ${path}` };
    return null;
  }

  /** Names of what is in a folder ('' is the volume), sorted. */
  names(folder: string): string[] {
    const prefix = folder === '' ? '' : `${folder}/`;
    const names = new Set<string>();
    for (const paths of [this.#files.keys(), this.#links.keys(), this.#folders.keys()]) {
      for (const path of paths) {
        if (path.startsWith(prefix) && path !== folder) names.add(path.slice(prefix.length).split('/')[0]!);
      }
    }
    return [...names].sort();
  }

  has(path: string): boolean {
    return this.#files.has(path) || this.#links.has(path);
  }

  /** Refuse access to a path and everything below ('' is the whole volume); READ_ONLY refuses changes only. */
  deny(path: string, code: StoreCode): void {
    this.#denied.set(path, code);
  }

  allow(path: string): void {
    this.#denied.delete(path);
  }

  /** Make an empty file, and its folders, unless it is there. */
  create(path: string, nowMs: number): PagedFile {
    this.#check(path, true);
    const present = this.#files.get(path);
    if (present !== undefined) return present;
    if (this.#folders.has(path) || this.#links.has(path)) throw new DiskFault('EXISTS', path);
    this.#makeFolders(path);
    const file = new PagedFile(nowMs);
    this.#files.set(path, file);
    return file;
  }

  /** Write bytes, creating the file; DISK_FULL writes nothing. */
  write(path: string, offset: number, bytes: Uint8Array, nowMs: number): void {
    const file = this.create(path, nowMs);
    const neededBytes = file.pagesMissing(offset, bytes.length) * PAGE_BYTES;
    const missing = this.#space.usedBytes + neededBytes - this.#space.capacityBytes;
    if (neededBytes > 0 && missing > 0) throw new DiskFault('DISK_FULL', path, missing);
    file.write(offset, bytes, nowMs);
    this.#space.usedBytes += neededBytes;
  }

  /** Make a symbolic link unless something is there. */
  link(path: string, target: string): void {
    this.#check(path, true);
    if (this.has(path) || this.#folders.has(path)) return;
    this.#makeFolders(path);
    this.#links.set(path, target);
  }

  /** Remove a file or link, and the folders it leaves empty. Nothing happens when it is not there. */
  remove(path: string): void {
    this.#check(path, true);
    const file = this.#files.get(path);
    if (file !== undefined) this.#space.usedBytes -= file.pageCount * PAGE_BYTES;
    this.#files.delete(path);
    this.#links.delete(path);
    this.#dropEmptyFolders(path);
  }

  /** Move a file or link to a free path, here or on another volume of the same disk. */
  move(path: string, to: Volume, newPath: string): void {
    this.#check(path, true);
    to.#check(newPath, true);
    if (to.has(newPath) || to.#folders.has(newPath)) throw new DiskFault('EXISTS', newPath);
    const file = this.#files.get(path);
    const target = this.#links.get(path);
    to.#makeFolders(newPath);
    if (file !== undefined) to.#files.set(newPath, file);
    if (target !== undefined) to.#links.set(newPath, target);
    this.#files.delete(path);
    this.#links.delete(path);
    this.#dropEmptyFolders(path);
  }

  /** Rename a file, or a folder with all that is in it, to a free path in a folder that is there. */
  renameTree(from: string, to: string): void {
    this.#check(from, true);
    this.#check(to, true);
    if (this.look(from) === null) throw new DiskFault('NOT_FOUND', from);
    if (this.look(to) !== null) throw new DiskFault('EXISTS', to);
    const parent = to.slice(0, Math.max(0, to.lastIndexOf('/')));
    if (parent !== '' && !this.#folders.has(parent)) throw new DiskFault('NOT_FOUND', parent);
    const isIn = (path: string): boolean => path === from || path.startsWith(`${from}/`);
    for (const folder of [...this.#folders].filter(isIn)) {
      this.#folders.delete(folder);
      this.#folders.add(to + folder.slice(from.length));
    }
    for (const path of [...this.#files.keys(), ...this.#links.keys()].filter(isIn))
      this.move(path, this, to + path.slice(from.length));
  }

  /** Make a folder, and those above it. */
  makeFolder(path: string): void {
    this.#check(path, true);
    this.#makeFolders(`${path}/x`);
  }

  /** Lose what was not synced (power cut). */
  loseUnsynced(random: SeededRandom, keep: number): void {
    for (const [path, file] of this.#files) {
      const pagesBefore = file.pageCount;
      const exists = !file.isDirty || file.loseUnsynced(random, keep);
      this.#space.usedBytes -= (pagesBefore - file.pageCount) * PAGE_BYTES;
      if (exists) continue;
      this.#files.delete(path);
      this.#dropEmptyFolders(path);
    }
  }

  #check(path: string, isChange: boolean): void {
    if (this.isGone) throw new DiskFault('NOT_FOUND', path);
    for (const [denied, code] of this.#denied) {
      if (code === 'READ_ONLY' && !isChange) continue;
      if (denied === '' || path === denied || path.startsWith(`${denied}/`)) throw new DiskFault(code, path);
    }
    if (path.split('/').some((part) => part === '' || part === '.' || part === '..')) {
      throw new DiskFault('PATH_ESCAPES', path);
    }
  }

  #makeFolders(path: string): void {
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
      const folder = path.slice(0, end);
      if (this.#files.has(folder) || this.#links.has(folder)) throw new DiskFault('EXISTS', folder);
      this.#folders.add(folder);
    }
  }

  #dropEmptyFolders(path: string): void {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      const prefix = `${folder}/`;
      for (const names of [this.#files.keys(), this.#links.keys(), this.#folders.keys()]) {
        for (const name of names) if (name.startsWith(prefix)) return;
      }
      this.#folders.delete(folder);
    }
  }
}
