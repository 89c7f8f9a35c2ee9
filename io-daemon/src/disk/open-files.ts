/**
 * The files a worker keeps open, the least recently used closed first. Decides when a file is opened anew.
 */
import { closeSync, type Stats } from 'node:fs';
import { DiskFailure, systemCode } from './codes.ts';
import { lookInside, openInside, type InsideFile, type OpenMode } from './inside.ts';
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
  #folders: string[] = [];

  constructor(max: number) {
    this.#max = max;
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
    }
    const opened = this.#open(wanted);
    if (opened === null) return null;
    const { dev, ino } = opened.stat;
    this.#makeRoom(this.#max - 1);
    const { store, root, path, mode } = wanted;
    this.#entries.set(key, { fd: opened.fd, store, root, path, dev, ino, writable: mode !== 'read' });
    return opened.fd;
  }

  /** Close the file if its path names another object by now: its next use opens what is there. */
  refresh(wanted: Wanted): void {
    const key = keyOf(wanted);
    const cached = this.#entries.get(key);
    if (cached === undefined) return;
    const named = lookInside(wanted.root, wanted.path);
    if (isSame(named, cached)) return;
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
      if (entry.store !== store || !entry.writable || isNamed(entry)) continue;
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
      return openInside(wanted.root, wanted.path, wanted.mode, this.#folders);
    } catch (error) {
      if (!['EMFILE', 'ENFILE'].includes(systemCode(error)) || this.#entries.size === 0) throw error;
      this.#makeRoom(0);
      return openInside(wanted.root, wanted.path, wanted.mode, this.#folders);
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
  }
}

function isSame(named: Stats | null, { dev, ino }: Entry): boolean {
  return named !== null && named.dev === dev && named.ino === ino;
}

function isNamed(entry: Entry): boolean {
  try {
    return isSame(lookInside(entry.root, entry.path), entry);
  } catch (error) {
    if (!(error instanceof DiskFailure) && systemCode(error) === '') throw error;
    return false;
  }
}

function keyOf(wanted: Wanted): string {
  return `${wanted.root.path}\0${wanted.path}`;
}
