/**
 * The session of one user in one database: what is asked of it and what is changed in it. Decides which calls are
 * durable when they return, and keeps in memory only which torrents there are and their order.
 *
 * Durable: all that a user can be told of. Not durable, only ordered (connection.ts): progress, peers, counters, which
 * a later start finds out again. A batch is durable unless its caller says otherwise.
 */
import { writeFileSync } from 'node:fs';
import type { ResumeData, TorrentId } from '@jstorrent/engine';
import { concatBytes, encodeUtf8, MAX_TORRENT_BYTES } from '@jstorrent/protocol';
import { Backups } from './backups.ts';
import { Connection } from './connection.ts';
import { StoreError } from './errors.ts';
import { openSound, type Opening } from './open.ts';
import { discard, storeFiles, type StoreFiles } from './place.ts';
import type { NewTorrent, Root, SavedFiles, SavedPeer, TorrentChanges, TorrentRecord } from './record.ts';
import { requireSize, SessionTables, TorrentParts } from './tables.ts';
import { TorrentTable } from './torrent-table.ts';

export { StoreError, type StoreErrorCode } from './errors.ts';
export type { Opening } from './open.ts';
export type * from './record.ts';

/** What the owner may want to log or tell. */
export interface StoreNotice {
  /** `BACKUP_FAILED`: the newest backup is an older one. `DAMAGED`: something could not be read. */
  readonly code: 'BACKUP_FAILED' | 'DAMAGED';
  readonly sentence: string;
}

/** What a session is opened with. */
export interface StoreOptions {
  /** Absolute path of the database, in a private folder that exists. */
  readonly file: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onNotice?: (notice: StoreNotice) => void;
  /** Bytes the database may grow to; beyond it is `STORE_FULL`. */
  readonly maxBytes?: number;
}

/** What comes with a new torrent. */
export interface AddParts {
  /** The .torrent file. */
  readonly metainfo?: Uint8Array;
  readonly files?: SavedFiles;
  /** First of the queue instead of last. */
  readonly queueTop?: boolean;
}

/**
 * Open the session of a user, made or restored if need be (`opening`). Only for who holds the lock of the service.
 * Throws StoreError: `STORE_BUSY`, `STORE_FULL`, `STORE_DENIED`, `STORE_IO`; damage is not thrown but mended.
 */
export function openStore(options: StoreOptions): SessionStore {
  const files = storeFiles(options.file);
  const { db, opening } = openSound(files, options.now(), options);
  discard(files.suspect);
  return new SessionStore(new Connection(db), opening, files, options);
}

/** An open session. Calls throw StoreError; see `StoreErrorCode`. */
export class SessionStore {
  /** How it came to be open. */
  readonly opening: Opening;
  readonly #connection: Connection;
  readonly #files: StoreFiles;
  readonly #notice: (notice: StoreNotice) => void;
  readonly #torrents: TorrentTable;
  readonly #parts: TorrentParts;
  readonly #tables: SessionTables;
  readonly #backups: Backups;
  #closing: Promise<void> | null = null;

  /** Made by `openStore`. */
  constructor(connection: Connection, opening: Opening, files: StoreFiles, options: StoreOptions) {
    this.opening = opening;
    this.#connection = connection;
    this.#files = files;
    this.#notice = options.onNotice ?? (() => {});
    this.#torrents = new TorrentTable(connection);
    this.#parts = new TorrentParts(connection);
    this.#tables = new SessionTables(connection);
    this.#backups = new Backups({
      files,
      connection,
      now: options.now,
      onFailed: ({ code, message }) => {
        const sentence = `No backup of the list of torrents could be made (${code}: ${message})`;
        if (code === 'STORE_DAMAGED') this.#suspect();
        this.#notice({ code: 'BACKUP_FAILED', sentence });
      },
    });
    connection.own({
      committed: (facts, progress) => this.#backups.noteCommit(facts, progress),
      rolledBack: () => this.#torrents.forget(),
      damaged: (error) => {
        this.#suspect();
        this.#notice({
          code: 'DAMAGED',
          sentence: `A part of the list of torrents cannot be read: ${error.message}`,
        });
      },
    });
  }

  /** All torrents in the order of the queue. */
  load(): TorrentRecord[] {
    return this.#connection.read(() => this.#torrents.load());
  }

  /** Their ids in the order of the queue. */
  ids(): TorrentId[] {
    return this.#connection.read(() => this.#torrents.ids());
  }

  /** One torrent, or null. */
  get(id: TorrentId): TorrentRecord | null {
    return this.#connection.read(() => this.#torrents.get(id));
  }

  /** Add a torrent. Throws `DUPLICATE`, `UNKNOWN_ROOT`, `TOO_LARGE`. */
  add(torrent: NewTorrent, { metainfo, files, queueTop = false }: AddParts = {}): void {
    this.#requireRoot(torrent.place.root);
    requireSize('the metadata', metainfo?.length ?? 0, MAX_TORRENT_BYTES);
    if (this.#torrents.has(torrent.id)) throw new StoreError('DUPLICATE', `${torrent.id} is there already`);
    this.#fact(() => {
      const key = this.#torrents.add(torrent, queueTop);
      if (metainfo !== undefined) this.#parts.setMetainfo(key, metainfo);
      if (files !== undefined) this.#parts.setFiles(key, files);
    });
  }

  /** Change members of a torrent; absent ones stay. Throws `UNKNOWN_TORRENT`, `UNKNOWN_ROOT`. */
  update(id: TorrentId, changes: TorrentChanges): void {
    const key = this.#key(id);
    if (changes.place !== undefined) this.#requireRoot(changes.place.root);
    this.#fact(() => this.#torrents.update(key, changes));
  }

  /** Forget a torrent and all that belongs to it; one that is not there is forgotten already. */
  remove(id: TorrentId): void {
    if (this.#torrents.has(id)) this.#fact(() => this.#torrents.remove(id));
  }

  /**
   * Put torrents, in this order, behind `after` and before `before`, which are neighbours without them; null = the end of
   * the queue. Writes as many rows as are moved. Throws `UNKNOWN_TORRENT`.
   */
  place(
    ids: readonly TorrentId[],
    { after, before }: { readonly after: TorrentId | null; readonly before: TorrentId | null },
  ): void {
    for (const id of [...ids, after, before]) if (id !== null) this.#key(id);
    this.#fact(() => this.#torrents.place(ids, after, before));
  }

  /** A .torrent file with the metadata, or null while it is not known or when it cannot be read. Owned by the caller. */
  metainfo(id: TorrentId): Uint8Array | null {
    return this.#readable(() => this.#parts.metainfo(this.#key(id)));
  }

  /** Keep the metadata of a magnet link (BEP 9): the exact bytes of the info dictionary. */
  setMetadata(id: TorrentId, info: Uint8Array): void {
    const key = this.#key(id);
    requireSize('the metadata', info.length, MAX_TORRENT_BYTES);
    // Around the bytes as they are: encoding them anew could change the info-hash.
    const metainfo = concatBytes([encodeUtf8('d4:info'), info, encodeUtf8('e')]);
    this.#fact(() => this.#parts.setMetainfo(key, metainfo));
  }

  /** What was saved of its progress, or null when there is nothing that can be believed. Owned by the caller. */
  resume(id: TorrentId): ResumeData | null {
    return this.#readable(() => this.#parts.resume(this.#key(id)));
  }

  /** Keep progress; that of a torrent that was removed meanwhile is dropped. Not durable. */
  saveResume(id: TorrentId, data: ResumeData): void {
    const key = this.#torrents.keyOf(id);
    if (key !== undefined) this.#progress(() => this.#parts.setResume(key, data));
  }

  /** What the user decided about its files. */
  files(id: TorrentId): SavedFiles {
    return this.#connection.read(() => this.#parts.files(this.#key(id)));
  }

  /** The same of all torrents of which anything was decided. */
  chosenFiles(): Map<TorrentId, SavedFiles> {
    return this.#connection.read(() => this.#parts.allFiles());
  }

  setFiles(id: TorrentId, files: SavedFiles): void {
    const key = this.#key(id);
    this.#fact(() => this.#parts.setFiles(key, files));
  }

  /** Peers that were worth knowing, best first. */
  peers(id: TorrentId): SavedPeer[] {
    return this.#connection.read(() => this.#parts.peers(this.#key(id)));
  }

  /** Keep the first hundred of some peers; those of a torrent that was removed meanwhile are dropped. Not durable. */
  savePeers(id: TorrentId, peers: readonly SavedPeer[]): void {
    const key = this.#torrents.keyOf(id);
    if (key !== undefined) this.#progress(() => this.#parts.setPeers(key, peers));
  }

  /** All settings that were ever set, by key. */
  settings(): Record<string, unknown> {
    return this.#connection.read(() => this.#tables.settings());
  }

  /** Set some settings to JSON values; `undefined` unsets one. */
  setSettings(changes: Readonly<Record<string, unknown>>): void {
    this.#fact(() => this.#tables.setSettings(changes));
  }

  /** Folders the user allowed, in the order they were allowed. */
  roots(): Root[] {
    return this.#connection.read(() => this.#tables.roots());
  }

  /** Add a root, or change its path and label. */
  setRoot(root: Root): void {
    this.#fact(() => this.#tables.setRoot(root));
  }

  /** Throws `ROOT_IN_USE` while a torrent lies there. */
  removeRoot(key: string): void {
    const user = this.#connection.read(() => this.#tables.userOf(key));
    if (user !== null) throw new StoreError('ROOT_IN_USE', `${user} lies in it`);
    this.#fact(() => this.#tables.removeRoot(key));
  }

  /** Sums over all sessions, by name. */
  counters(): Record<string, number> {
    return this.#connection.read(() => this.#tables.counters());
  }

  /** Add non-negative whole amounts to sums. Not durable. */
  addToCounters(amounts: Readonly<Record<string, number>>): void {
    this.#progress(() => this.#tables.addToCounters(amounts));
  }

  /** Bytes that a part of the service keeps under a name, or null. Owned by the caller. */
  value(name: string): Uint8Array | null {
    return this.#readable(() => this.#tables.value(name));
  }

  /** Names beginning with `prefix` under which something is kept, in order. */
  valueNames(prefix: string): string[] {
    return this.#connection.read(() => this.#tables.valueNames(prefix));
  }

  /** Keep bytes under a name; null forgets them. Not durable. */
  setValue(name: string, bytes: Uint8Array | null): void {
    this.#progress(() => this.#tables.setValue(name, bytes));
  }

  /**
   * All calls that `body` makes, or, when it throws, none. One commit, durable unless `isDurable` is false: for progress
   * of many torrents at once.
   */
  batch<T>(body: () => T, { isDurable = true }: { readonly isDurable?: boolean } = {}): T {
    return this.#connection.batch(body, isDurable);
  }

  /** Make a backup now; false when that failed, which `onNotice` is told. */
  backup(): Promise<boolean> {
    return this.#backups.run();
  }

  /**
   * Close in order: with a backup if something changed, everything in one synced file, and no log. All calls but this
   * one throw from then on.
   */
  close({ backup = true }: { readonly backup?: boolean } = {}): Promise<void> {
    this.#closing ??= this.#close(backup);
    return this.#closing;
  }

  async #close(backup: boolean): Promise<void> {
    this.#connection.refuse();
    await this.#backups.settle();
    if (backup && this.#backups.isWanted) await this.#backups.run();
    this.#connection.close();
    this.#backups.close();
  }

  #fact(change: () => void): void {
    this.#connection.write(change, true);
  }

  #progress(change: () => void): void {
    this.#connection.write(change, false);
  }

  /** What can be had elsewhere is missing when it is damaged, and nothing else fails for it. */
  #readable<T>(question: () => T | null): T | null {
    try {
      return this.#connection.read(question);
    } catch (error) {
      if (error instanceof StoreError && error.code === 'STORE_DAMAGED') return null;
      throw error;
    }
  }

  #key(id: TorrentId): number {
    const key = this.#torrents.keyOf(id);
    if (key === undefined) throw new StoreError('UNKNOWN_TORRENT', `there is no ${id}`);
    return key;
  }

  #requireRoot(root: string): void {
    if (!this.#connection.read(() => this.#tables.hasRoot(root))) {
      throw new StoreError('UNKNOWN_ROOT', `there is no root ${root}`);
    }
  }

  /** Let the next start look at everything. */
  #suspect(): void {
    try {
      writeFileSync(this.#files.suspect, '', { mode: 0o600 });
    } catch {
      // Where nothing can be written the next start has the same doubts.
    }
  }
}
