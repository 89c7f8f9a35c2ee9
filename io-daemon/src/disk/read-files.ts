/**
 * The files the main thread keeps open for serving. Decides when one is closed: never while a read is under way in it.
 * They are opened by workers, so that a slow disk cannot stop the sockets.
 */
import { close } from 'node:fs';
import type { Answer, DiskError } from '@jstorrent/data-plane';
import type { Counters } from './counters.ts';
import type { OpenedFile, Root } from './jobs.ts';
import type { WorkerPool } from './pool.ts';

/** The file a read wants. */
export interface ReadWish {
  readonly store: number;
  readonly root: Root;
  readonly path: string;
}

interface Entry {
  readonly store: number;
  fd: number;
  users: number;
  waiting: Answer<number>[];
}

const GONE: DiskError = { code: 'NOT_FOUND', detail: 'the file is gone', missing: 0 };

/** Open files of all stores, for reading. */
export class ReadFiles {
  /** Counts the reads in these files. */
  readonly counters: Counters;
  readonly #pool: WorkerPool;
  readonly #max: number;
  /** By root and path, in order of use. */
  readonly #entries = new Map<string, Entry>();

  constructor(pool: WorkerPool, max: number, counters: Counters) {
    this.counters = counters;
    this.#pool = pool;
    this.#max = max;
  }

  /** Files that are open or about to be. */
  get size(): number {
    return this.#entries.size;
  }

  /** Get a descriptor, at once when the file is open; the user gives it back with `release`. */
  acquire(wish: ReadWish, answer: Answer<number>): void {
    const key = keyOf(wish);
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      const opening: Entry = { store: wish.store, fd: -1, users: 0, waiting: [answer] };
      this.#entries.set(key, opening);
      this.#open(wish, opening);
      return;
    }
    if (entry.fd < 0) {
      entry.waiting.push(answer);
      return;
    }
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.users++;
    answer.onDone(entry.fd);
  }

  /** Give a descriptor back. */
  release(wish: ReadWish): void {
    const entry = this.#entries.get(keyOf(wish));
    if (entry !== undefined) entry.users--;
    this.#makeRoom(this.#max);
  }

  /** Close all files of a store that nobody reads, 0 = of all stores. */
  forget(store: number): void {
    for (const [key, entry] of this.#entries) {
      const isMeant = store === 0 || entry.store === store;
      if (isMeant && entry.users === 0 && entry.fd >= 0) this.#drop(key, entry);
    }
  }

  #open(wish: ReadWish, entry: Entry): void {
    const { store, root, path } = wish;
    this.#pool.run<'open'>(
      { kind: 'open', store, root, path, write: false },
      {
        onDone: (opened) => this.#opened(wish, entry, opened),
        onError: (error) => this.#failed(wish, entry, error),
      },
    );
  }

  #opened(wish: ReadWish, entry: Entry, opened: OpenedFile | null): void {
    if (opened === null) return this.#failed(wish, entry, { ...GONE, detail: `${wish.path} is gone` });
    entry.fd = opened.fd;
    entry.users = entry.waiting.length;
    const waiting = entry.waiting;
    entry.waiting = [];
    for (const answer of waiting) answer.onDone(opened.fd);
    this.#makeRoom(this.#max);
  }

  #failed(wish: ReadWish, entry: Entry, error: DiskError): void {
    this.#entries.delete(keyOf(wish));
    for (const answer of entry.waiting) answer.onError(error);
  }

  #makeRoom(max: number): void {
    if (this.#entries.size <= max) return;
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= max) return;
      if (entry.users === 0 && entry.fd >= 0) this.#drop(key, entry);
    }
  }

  #drop(key: string, entry: Entry): void {
    this.#entries.delete(key);
    close(entry.fd, () => {});
  }
}

function keyOf(wish: ReadWish): string {
  return `${wish.root.path}\0${wish.path}`;
}
