/**
 * All torrents as they are saved, in memory and in the store. Decides what is written at once and what later: a wish of
 * the user before anybody is told that it holds, progress a few times a second at most. What a torrent does is the engine's.
 */
import { ControlError } from '@jstorrent/control';
import type { ResumeData, TorrentId } from '@jstorrent/engine';
import type {
  AddParts,
  NewTorrent,
  SessionStore,
  TorrentChanges,
  TorrentRecord,
} from '../store/session-store.ts';
import { forgetNote } from './deletion-notes.ts';

/** The list of torrents, and those that are out of it but may come back. */
export class Catalog {
  readonly #store: SessionStore;
  readonly #records = new Map<TorrentId, TorrentRecord>();
  /** Out of the list: nobody is shown them, and what happens to them is kept all the same. */
  readonly #hidden = new Map<TorrentId, TorrentRecord>();
  /** What is to be written with the next `flush`. */
  readonly #progress = new Map<TorrentId, TorrentChanges>();
  readonly #resume = new Map<TorrentId, ResumeData>();
  #changed = new Set<TorrentId>();

  constructor(store: SessionStore) {
    this.#store = store;
    for (const record of store.load()) this.#records.set(record.id, record);
  }

  get size(): number {
    return this.#records.size;
  }

  /** All; before anything was changed, in the order of the queue. */
  all(): IterableIterator<TorrentRecord> {
    return this.#records.values();
  }

  has(id: TorrentId): boolean {
    return this.#records.has(id);
  }

  /** One torrent of the list or a hidden one, or null. */
  kept(id: TorrentId): TorrentRecord | null {
    return this.#records.get(id) ?? this.#hidden.get(id) ?? null;
  }

  /** One torrent, or null. */
  find(id: TorrentId): TorrentRecord | null {
    return this.#records.get(id) ?? null;
  }

  /** One torrent. Throws ControlError UNKNOWN_TORRENT. */
  get(id: TorrentId): TorrentRecord {
    const record = this.#records.get(id);
    if (record === undefined) throw new ControlError('UNKNOWN_TORRENT');
    return record;
  }

  /** Keep a new torrent, whose files are not to be deleted any more; durable when it returns. Throws StoreError. */
  add(torrent: NewTorrent, parts: AddParts): void {
    this.#store.batch(() => {
      forgetNote(this.#store, torrent.id);
      this.#store.add(torrent, parts);
    });
    const record = this.#store.get(torrent.id);
    if (record === null) throw new Error('a torrent that was added is not there');
    this.#records.set(torrent.id, record);
    this.#changed.add(torrent.id);
  }

  /** Change what the user decides; durable when it returns. Throws StoreError, and ControlError for what is not kept. */
  update(ids: readonly TorrentId[], changesOf: (record: TorrentRecord) => TorrentChanges): void {
    const changes = ids.map((id) => [id, changesOf(this.kept(id) ?? this.get(id))] as const);
    this.#store.batch(() => {
      for (const [id, change] of changes) this.#store.update(id, change);
    });
    for (const [id, change] of changes) this.#merge(id, change);
  }

  /** Change what is only progress; written later. A torrent that is gone is left out. */
  note(id: TorrentId, changes: TorrentChanges): void {
    if (this.kept(id) === null) return;
    this.#progress.set(id, { ...this.#progress.get(id), ...changes });
    this.#merge(id, changes);
  }

  /** Keep resume data; written later, the newest only. */
  noteResume(id: TorrentId, data: ResumeData): void {
    if (this.kept(id) !== null) this.#resume.set(id, data);
  }

  /** Take torrents out of the list so that they can come back, with what `alongside` writes; durable when it returns. Throws StoreError. */
  hide(ids: readonly TorrentId[], alongside: () => void): void {
    this.#store.batch(alongside);
    for (const id of ids) this.#carry(id, this.#records, this.#hidden);
  }

  /** Bring hidden torrents back, with what `alongside` writes; durable when it returns. Throws StoreError. */
  show(ids: readonly TorrentId[], alongside: () => void): void {
    this.#store.batch(alongside);
    for (const id of ids) this.#carry(id, this.#hidden, this.#records);
  }

  /** Forget torrents, with what `alongside` writes; durable when it returns. Throws StoreError. */
  remove(ids: readonly TorrentId[], alongside: () => void = () => {}): void {
    this.#store.batch(() => {
      alongside();
      for (const id of ids) this.#store.remove(id);
    });
    for (const id of ids) {
      this.#records.delete(id);
      this.#hidden.delete(id);
      this.#progress.delete(id);
      this.#resume.delete(id);
      this.#changed.add(id);
    }
  }

  /** Write what waits, in one transaction. Throws StoreError; then it still waits. */
  flush(): void {
    if (this.#progress.size === 0 && this.#resume.size === 0) return;
    this.#store.batch(
      () => {
        for (const [id, changes] of this.#progress) this.#store.update(id, changes);
        for (const [id, data] of this.#resume) this.#store.saveResume(id, data);
      },
      { isDurable: false },
    );
    this.#progress.clear();
    this.#resume.clear();
  }

  /** Whether something of a torrent waits to be written. */
  isUnsaved(id: TorrentId): boolean {
    return this.#progress.has(id) || this.#resume.has(id);
  }

  /** Something of a torrent is other than a front end saw it. */
  markChanged(id: TorrentId): void {
    this.#changed.add(id);
  }

  /** Torrents added, changed or removed since the last call; the caller's. */
  takeChanged(): Set<TorrentId> {
    const changed = this.#changed;
    this.#changed = new Set();
    return changed;
  }

  #merge(id: TorrentId, changes: TorrentChanges): void {
    const home = this.#hidden.has(id) ? this.#hidden : this.#records;
    const record = home.get(id);
    if (record === undefined) return;
    home.set(id, { ...record, ...changes });
    this.#changed.add(id);
  }

  #carry(id: TorrentId, from: Map<TorrentId, TorrentRecord>, to: Map<TorrentId, TorrentRecord>): void {
    const record = from.get(id);
    if (record === undefined) return;
    from.delete(id);
    to.set(id, record);
    this.#changed.add(id);
  }
}
