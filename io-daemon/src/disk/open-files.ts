/**
 * The files a worker keeps open, the least recently used closed first. Decides when a file is opened anew, and that the
 * folders above it are checked once for all that is done in one go.
 */
import { closeSync, type Stats } from 'node:fs';
import { DiskFailure, systemCode } from './codes.ts';
import {
  checkFolders,
  lookInFolder,
  lookInside,
  openInFolder,
  openInside,
  type InsideFile,
  type OpenMode,
} from './inside.ts';
import type { Root } from './jobs.ts';

interface Entry {
  readonly fd: number;
  readonly store: number;
  readonly root: Root;
  readonly path: string;
  readonly dev: number;
  readonly ino: number;
  readonly writable: boolean;
}

/** The file a job wants. */
export interface Wanted {
  readonly store: number;
  readonly root: Root;
  readonly path: string;
  readonly mode: OpenMode;
}

/** Descriptors of one worker. They belong to the cache: a caller uses one only until it asks for the next. */
export class OpenFiles {
  readonly #max: number;
  /** By root and path, in order of use. */
  readonly #entries = new Map<string, Entry>();
  /** Folders that were checked for the jobs of the message in hand. */
  readonly #checked = new Set<string>();
  readonly #onCount: (change: number) => void;
  #folders: string[] = [];

  /** `onCount` hears by how much the number of open files changes. */
  constructor(max: number, onCount: (change: number) => void = () => {}) {
    this.#max = max;
    this.#onCount = onCount;
  }

  /** The descriptor of a file, or null when it is missing and `mode` does not create it. */
  get(wanted: Wanted): number | null {
    const key = keyOf(wanted);
    const cached = this.#entries.get(key);
    if (cached !== undefined) {
      this.#entries.delete(key);
      if (cached.writable || wanted.mode === 'read') {
        this.#entries.set(key, cached);
        return cached.fd;
      }
      closeSync(cached.fd);
      this.#onCount(-1);
    }
    const opened = this.#open(wanted);
    if (opened === null) return null;
    const { dev, ino } = opened.stat;
    this.#makeRoom(this.#max - 1);
    const { store, root, path, mode } = wanted;
    this.#entries.set(key, { fd: opened.fd, store, root, path, dev, ino, writable: mode !== 'read' });
    this.#onCount(1);
    return opened.fd;
  }

  /** Close the file if its path names another object by now: its next use opens what is there. */
  refresh(wanted: Wanted): void {
    const key = keyOf(wanted);
    const cached = this.#entries.get(key);
    if (cached === undefined) return;
    if (isSame(this.#look(wanted), cached)) return;
    this.#drop(key, cached);
  }

  /** Open a file outside of the cache; the caller owns the descriptor. */
  openOwned(wanted: Wanted): InsideFile | null {
    return this.#open(wanted);
  }

  /** Close all files of a store, 0 = of all stores. */
  forget(store: number): void {
    for (const [key, entry] of this.#entries)
      if (store === 0 || entry.store === store) this.#drop(key, entry);
  }

  /** Paths of files of a store that are open for writing and whose path names something else by now; they are closed. */
  takeVanished(store: number): readonly string[] {
    const paths: string[] = [];
    for (const [key, entry] of this.#entries) {
      if (entry.store !== store || !entry.writable || this.#isNamed(entry)) continue;
      paths.push(entry.path);
      this.#drop(key, entry);
    }
    return paths;
  }

  /** Folders (absolute) that got new entries since the last call. */
  takeFolders(): readonly string[] {
    const folders = this.#folders;
    if (folders.length > 0) this.#folders = [];
    return folders;
  }

  #open(wanted: Wanted): InsideFile | null {
    try {
      return this.#openInside(wanted);
    } catch (error) {
      if (!['EMFILE', 'ENFILE'].includes(systemCode(error)) || this.#entries.size === 0) throw error;
      this.#makeRoom(0);
      return this.#openInside(wanted);
    }
  }

  #openInside({ root, path, mode }: Wanted): InsideFile | null {
    const folder = folderOf(root, path);
    if (this.#checked.has(folder)) {
      const opened = openInFolder(root, path, mode, this.#folders);
      if (opened !== null) return opened;
      // What is missing may be so because the whole root is gone by now, which is another answer.
      if (mode !== 'create') {
        checkFolders(root, path, null);
        return null;
      }
    }
    const opened = openInside(root, path, mode, this.#folders);
    if (opened !== null) this.#noteChecked(folder);
    return opened;
  }

  /** What stands at a path. */
  #look({ root, path }: Pick<Wanted, 'root' | 'path'>): Stats | null {
    const folder = folderOf(root, path);
    if (this.#checked.has(folder)) return lookInFolder(root, path);
    const found = lookInside(root, path);
    if (found !== null) this.#noteChecked(folder);
    return found;
  }

  #noteChecked(folder: string): void {
    // Runs when the message is dealt with: its jobs follow each other without a pause.
    if (this.#checked.size === 0) queueMicrotask(() => this.#checked.clear());
    this.#checked.add(folder);
  }

  #isNamed(entry: Entry): boolean {
    try {
      return isSame(this.#look(entry), entry);
    } catch (error) {
      if (!(error instanceof DiskFailure) && systemCode(error) === '') throw error;
      return false;
    }
  }

  #makeRoom(max: number): void {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= max) return;
      this.#drop(key, entry);
    }
  }

  #drop(key: string, entry: Entry): void {
    this.#entries.delete(key);
    closeSync(entry.fd);
    this.#onCount(-1);
  }
}

function isSame(named: Stats | null, { dev, ino }: Entry): boolean {
  return named !== null && named.dev === dev && named.ino === ino;
}

/** Names the folder a path is in, among those of all roots. */
function folderOf(root: Root, path: string): string {
  return `${root.path}\0${path.slice(0, path.lastIndexOf('/') + 1)}`;
}

function keyOf(wanted: Wanted): string {
  return `${wanted.root.path}\0${wanted.path}`;
}
