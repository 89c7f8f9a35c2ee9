/**
 * Torrents that are out of the list while the engine still closes or deletes their files. Decides that a deletion which was
 * confirmed goes on with the next daemon or the next service, that whoever wants such a torrent back waits until it is
 * over, and that it stands in nobody's way in the queue.
 */
import { EngineError, type Engine, type TorrentId } from '@jstorrent/engine';
import { StoreError, type SessionStore } from '../store/session-store.ts';
import type { Catalog } from './catalog.ts';
import type { DaemonGate } from './daemon-gate.ts';
import { forgetNote, keepNote, notedIds, readNote, type DeletionNote } from './deletion-notes.ts';
import type { ServiceLog } from './service-log.ts';

/** What removing needs. */
export interface RemovalParts {
  readonly engine: Engine;
  readonly store: SessionStore;
  readonly catalog: Catalog;
  readonly log: ServiceLog;
  readonly gate: DaemonGate;
}

/** What is on its way out. */
export class Removals {
  readonly #parts: RemovalParts;
  readonly #waiting = new Map<TorrentId, (() => void)[]>();
  /** Forgotten by the engine while there was no daemon: the next one deletes their files. */
  readonly #deferred = new Set<TorrentId>();

  constructor(parts: RemovalParts) {
    this.#parts = parts;
  }

  /**
   * Forget torrents, in the list or hidden, and delete their files if wished; saved when this returns, with what
   * `alongside` writes. Throws StoreError.
   */
  remove(ids: readonly TorrentId[], deleteFiles: boolean, alongside: () => void = () => {}): void {
    const { catalog, engine, store, gate } = this.#parts;
    catalog.remove(ids, () => {
      for (const id of deleteFiles ? ids : []) keepNote(store, catalog.kept(id) ?? catalog.get(id));
      alongside();
    });
    engine.batch(() => {
      for (const id of ids) {
        if (deleteFiles && !gate.isOpen) this.#deferred.add(id);
        engine.remove(id, deleteFiles && gate.isOpen);
      }
    });
  }

  /** A daemon is there: go on with what was interrupted. */
  resume(): void {
    const { catalog, engine, store } = this.#parts;
    const known = new Set(engine.ids);
    for (const id of notedIds(store)) {
      const isKept = catalog.kept(id) !== null;
      if (known.has(id) && !isKept) continue;
      const note = isKept ? null : readNote(store, id);
      if (note === null) this.#forget(id);
      else this.#delete(id, note);
    }
  }

  /** Resolved when a torrent is not on its way out: gone, or never removed. */
  async over(id: TorrentId): Promise<void> {
    if (!this.#isUnderWay(id)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), resolve]);
    await promise;
  }

  /** Resolved when nothing is on its way out. */
  async allOver(): Promise<void> {
    await Promise.all(this.#parts.engine.ids.map((id) => this.over(id)));
  }

  /** The engine has forgotten a torrent; `detail` = why files of it are left. */
  onRemoved(id: TorrentId, detail: string): void {
    const isOver = detail === '' || this.#parts.gate.isOpen;
    if (!this.#deferred.delete(id) && isOver && this.#parts.catalog.kept(id) === null) this.#forget(id);
    const waiting = this.#waiting.get(id) ?? [];
    this.#waiting.delete(id);
    for (const resolve of waiting) resolve();
  }

  /** What is in no list comes behind all others in the queue, so that positions are those of the list. */
  putLast(): void {
    const { catalog, engine } = this.#parts;
    if (engine.count === catalog.size) return;
    engine.arrange(engine.ids.filter((id) => catalog.has(id)));
  }

  #delete(id: TorrentId, { root, folder, paths, metainfo }: DeletionNote): void {
    const { engine, log } = this.#parts;
    try {
      engine.batch(() => {
        engine.add({ metainfo: Buffer.from(metainfo, 'base64') }, { root, folder, paths, start: false });
        engine.remove(id, true);
      });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      log.say('problem', 'REMOVE', error.message, id);
      this.#forget(id);
    }
  }

  #forget(id: TorrentId): void {
    try {
      forgetNote(this.#parts.store, id);
    } catch (error) {
      // The disk takes no writes: the next service finds nothing left to delete.
      if (!(error instanceof StoreError)) throw error;
      this.#parts.log.say('problem', error.code, error.message, id);
    }
  }

  #isUnderWay(id: TorrentId): boolean {
    const { catalog, engine } = this.#parts;
    // One that is held is looked at before it is added.
    return catalog.kept(id) === null && engine.ids.includes(id) && !engine.view(id).held;
  }
}
