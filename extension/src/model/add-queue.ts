/**
 * What waits to be added, handed from the background worker to the add dialog through the storage of the browser's
 * session: bytes of a file may be megabytes. Decides order and when an entry ends; the dialog is opened by the worker.
 */
import browser from 'webextension-polyfill';
import type { AddSource } from './link.ts';
import { Cell, type Observable } from './observable.ts';

const PREFIX = 'add:';
/** When pages last brought more than is taken of them, as a name in the line would be. */
const DROPPED = 'dropped';
/** A page that floods gets no more than this into one dialog. */
const WAITING_MAX = 200;

/** Something that waits, by the name it has in the address of the dialog. */
export interface Waiting {
  readonly id: string;
  readonly source: AddSource;
}

let last = 0;

/** Put something in line; gives its name for `add.html?source=`. Names sort in the order they were given. */
export async function queueSource(source: AddSource): Promise<string> {
  last = Math.max(last + 1, Date.now());
  const id = String(last);
  await browser.storage.session.set({ [PREFIX + id]: source });
  return id;
}

/** Pages brought more than is taken: a dialog that is open, or opens at this moment, says so. */
export async function noteDropped(): Promise<void> {
  last = Math.max(last, Date.now());
  await browser.storage.session.set({ [DROPPED]: String(last) });
}

/** What waits now, oldest first, for pages that only tell of it. */
export async function waitingSources(): Promise<readonly AddSource[]> {
  const stored = await browser.storage.session.get(null);
  return Object.entries(stored)
    .filter(([key]) => key.startsWith(PREFIX))
    .toSorted(([a], [b]) => orderOf(a, b))
    .map(([, source]) => source as AddSource);
}

/** Nothing waits any more: what a dialog left that is gone takes room of what is brought next. */
export async function dropQueued(): Promise<void> {
  const ids = await queuedIds();
  if (ids.length > 0) await browser.storage.session.remove(ids.map((id) => PREFIX + id));
}

/** The oldest that still waits, was neither added nor turned down, of those that were given no sooner than `first`. */
export async function oldestQueued(first: string): Promise<string | null> {
  const [oldest] = (await queuedIds()).filter((id) => orderOf(id, first) >= 0);
  return oldest ?? null;
}

/** The line as the dialog sees it. */
export class AddQueue {
  /** Oldest first; null until it was read. */
  readonly waiting: Observable<readonly Waiting[] | null>;
  /** Whether pages brought more than was taken of them, since the first that this dialog is for. */
  readonly isCut: Observable<boolean>;
  readonly #waiting = new Cell<readonly Waiting[] | null>(null);
  readonly #isCut = new Cell(false);

  /** `first` is the name in the address of the dialog: what is older was left by a dialog before, and is dropped. */
  constructor(first: string | null) {
    this.waiting = this.#waiting;
    this.isCut = this.#isCut;
    const onDropped = (at: unknown): void => {
      if (first !== null && typeof at === 'string' && orderOf(at, first) >= 0) this.#isCut.set(true);
    };
    browser.storage.session.onChanged?.addListener((changes) => {
      onDropped(changes[DROPPED]?.newValue);
      if (this.#waiting.value === null) return;
      const added: Waiting[] = [];
      const gone = new Set<string>();
      for (const [key, { newValue }] of Object.entries(changes)) {
        if (!key.startsWith(PREFIX)) continue;
        const id = key.slice(PREFIX.length);
        if (newValue === undefined) gone.add(id);
        else added.push({ id, source: newValue as AddSource });
      }
      this.#take(added);
      this.#drop(gone);
    });
    browser.storage.session.get(null).then(
      (stored) => {
        onDropped(stored[DROPPED]);
        this.#open(stored, first);
      },
      () => this.#waiting.set([]),
    );
  }

  /** The user wants to see to this one now. */
  putFirst(id: string): void {
    const all = this.#waiting.value ?? [];
    this.#waiting.set([...all.filter((entry) => entry.id === id), ...all.filter((entry) => entry.id !== id)]);
  }

  /** This one was added, or is not wanted. */
  async done(id: string): Promise<void> {
    this.#drop(new Set([id]));
    await browser.storage.session.remove(PREFIX + id);
  }

  /** None of them is wanted any more. */
  async clear(): Promise<void> {
    const keys = (this.#waiting.value ?? []).map(({ id }) => PREFIX + id);
    this.#waiting.set([]);
    await browser.storage.session.remove(keys);
  }

  #open(stored: Readonly<Record<string, unknown>>, first: string | null): void {
    const all = Object.entries(stored)
      .filter(([key]) => key.startsWith(PREFIX))
      .map(([key, source]): Waiting => ({ id: key.slice(PREFIX.length), source: source as AddSource }));
    const isOld = ({ id }: Waiting): boolean => first === null || orderOf(id, first) < 0;
    const old = all.filter(isOld);
    this.#waiting.set([]);
    this.#take(all.filter((entry) => !isOld(entry)));
    if (old.length > 0) browser.storage.session.remove(old.map(({ id }) => PREFIX + id)).catch(() => {});
  }

  #drop(ids: ReadonlySet<string>): void {
    const all = this.#waiting.value ?? [];
    const rest = all.filter(({ id }) => !ids.has(id));
    if (rest.length < all.length) this.#waiting.set(rest);
  }

  #take(added: readonly Waiting[]): void {
    const known = this.#waiting.value ?? [];
    const names = new Set(known.map(({ id }) => id));
    const fresh = added.filter(({ id }) => !names.has(id)).toSorted((a, b) => orderOf(a.id, b.id));
    if (fresh.length > 0) this.#waiting.set([...known, ...fresh].slice(0, WAITING_MAX));
  }
}

/** Oldest first. */
async function queuedIds(): Promise<string[]> {
  const stored = await browser.storage.session.get(null);
  return Object.keys(stored)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => key.slice(PREFIX.length))
    .toSorted(orderOf);
}

function orderOf(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : one > other ? 1 : 0);
}
