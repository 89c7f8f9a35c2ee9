/**
 * Torrents that the user removed a moment ago and can bring back. Decides that they rest, in no list, until their time is
 * over; then they are removed for good (removals.ts). That they are to go is saved before anybody is told: the next start
 * carries it out when this process ends in between.
 */
import type { Engine, TorrentId } from '@jstorrent/engine';
import { StoreError, type SessionStore } from '../store/session-store.ts';
import type { Catalog } from './catalog.ts';
import { keepNote } from './deletion-notes.ts';
import type { Removals } from './removals.ts';
import type { ServiceLog } from './service-log.ts';

const PREFIX = 'leaving:';
const KEEP_FILES = 0;
const DELETE_FILES = 1;
/** What could not be saved is tried again after this. */
const AGAIN_MS = 5000;

/** What bringing back needs. */
export interface UndoParts {
  readonly engine: Engine;
  readonly store: SessionStore;
  readonly catalog: Catalog;
  readonly removals: Removals;
  readonly log: ServiceLog;
}

/** How torrents leave that can come back. */
export interface Leave {
  readonly deleteFiles: boolean;
  /** When their time is over, on the clock of `tick`. */
  readonly endMs: number;
}

/** Torrents that can be brought back. */
export class UndoWindow {
  readonly #parts: UndoParts;
  readonly #leaving = new Map<TorrentId, Leave>();

  constructor(parts: UndoParts) {
    this.#parts = parts;
  }

  /** Whether a torrent can be brought back. */
  has(id: TorrentId): boolean {
    return this.#leaving.has(id);
  }

  /** Those that can be brought back and lie in a root. */
  inRoot(root: string): TorrentId[] {
    const { catalog } = this.#parts;
    return [...this.#leaving.keys()].filter((id) => catalog.kept(id)?.place.root === root);
  }

  /** Take torrents of the list out of it; saved when it returns. Throws StoreError. */
  open(ids: readonly TorrentId[], { deleteFiles, endMs }: Leave): void {
    const { catalog, engine, removals, store } = this.#parts;
    const mark = Uint8Array.of(deleteFiles ? DELETE_FILES : KEEP_FILES);
    catalog.hide(ids, () => {
      for (const id of ids) store.setValue(PREFIX + id, mark);
    });
    for (const id of ids) this.#leaving.set(id, { deleteFiles, endMs });
    engine.batch(() => {
      for (const id of ids) if (engine.view(id).state.kind !== 'stopped') engine.stop(id);
      removals.putLast();
    });
  }

  /** Bring torrents back as they were; saved when it returns. Throws StoreError. */
  restore(ids: readonly TorrentId[]): void {
    const { catalog, engine, store } = this.#parts;
    catalog.show(ids, () => {
      for (const id of ids) store.setValue(PREFIX + id, null);
    });
    for (const id of ids) this.#leaving.delete(id);
    engine.batch(() => {
      engine.arrange(store.ids().filter((id) => catalog.has(id)));
      for (const id of ids) {
        const { intent } = catalog.get(id);
        if (intent !== 'stop') engine.start(id, { force: intent === 'force' });
      }
    });
  }

  /** Remove them for good now; `deleteFiles` null = as was wished when they left. Throws StoreError. */
  close(ids: readonly TorrentId[], deleteFiles: boolean | null = null): void {
    const { removals, store } = this.#parts;
    const known = ids.filter((id) => this.#leaving.has(id));
    for (const withFiles of [true, false]) {
      const some = known.filter((id) => (deleteFiles ?? this.#leaving.get(id)?.deleteFiles) === withFiles);
      if (some.length === 0) continue;
      removals.remove(some, withFiles, () => {
        for (const id of some) store.setValue(PREFIX + id, null);
      });
      for (const id of some) this.#leaving.delete(id);
    }
  }

  /** The service ends: so does the time of all. What cannot be saved is carried out by the next start. */
  closeAll(): void {
    this.#tryToClose([...this.#leaving.keys()]);
  }

  /** To be called often. */
  tick(nowMs: number): void {
    if (this.#leaving.size === 0) return;
    const over = [...this.#leaving].filter(([, { endMs }]) => endMs <= nowMs).map(([id]) => id);
    if (over.length === 0 || this.#tryToClose(over)) return;
    for (const id of over) {
      const leaving = this.#leaving.get(id);
      if (leaving !== undefined) this.#leaving.set(id, { ...leaving, endMs: nowMs + AGAIN_MS });
    }
  }

  #tryToClose(ids: readonly TorrentId[]): boolean {
    try {
      this.close(ids);
      return true;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#parts.log.say(
        'problem',
        error.code,
        `removed torrents cannot be forgotten yet: ${error.message}`,
      );
      return false;
    }
  }
}

/** Carry out what was to happen to torrents that were leaving when the last service ended. Throws StoreError. */
export function finishLeaving(store: SessionStore): void {
  const names = store.valueNames(PREFIX);
  if (names.length === 0) return;
  store.batch(() => {
    for (const name of names) {
      const record = store.get(name.slice(PREFIX.length));
      if (record !== null) {
        if (store.value(name)?.[0] === DELETE_FILES) keepNote(store, record);
        store.remove(record.id);
      }
      store.setValue(name, null);
    }
  });
}
