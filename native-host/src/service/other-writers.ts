/**
 * Other programs of the user that write a torrent of the list into its folder: `jstorrent download`. Decides that the service
 * leaves such a torrent alone until they are done.
 */
import type { Place } from '@jstorrent/control';
import type { Engine, TorrentId } from '@jstorrent/engine';
import { isClaimed } from '../folder-claim.ts';
import type { SessionStore } from '../store/session-store.ts';
import type { Catalog } from './catalog.ts';
import { pathOf } from './completed.ts';
import type { ServiceLog } from './service-log.ts';

/** Between two looks whether they are done. */
const LOOK_MS = 2000;

/** What looking needs. */
export interface WriterParts {
  readonly engine: Engine;
  readonly store: SessionStore;
  readonly catalog: Catalog;
  readonly log: ServiceLog;
  readonly stateFolder: string;
}

/** Watches other programs. */
export class OtherWriters {
  readonly #parts: WriterParts;
  /** To be started when nobody else writes to them. */
  readonly #waiting = new Set<TorrentId>();
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  /** Whether another program writes a torrent to a place. */
  isAt(id: TorrentId, place: Place): boolean {
    return isClaimed(this.#parts.stateFolder, { id, folder: pathOf(this.#parts, place) });
  }

  /** Start a torrent of the list, as its intent is by then, once nobody else writes to it. */
  startAfter(id: TorrentId): void {
    this.#waiting.add(id);
    this.#parts.log.say('problem', 'IN_USE', 'another program downloads it to the same folder', id);
  }

  /** To be called often. */
  tick(nowMs: number): void {
    if (this.#waiting.size === 0 || nowMs - this.#lookedMs < LOOK_MS) return;
    this.#lookedMs = nowMs;
    const { catalog, engine } = this.#parts;
    for (const id of this.#waiting) {
      const record = catalog.find(id);
      if (record !== null && this.isAt(id, record.place)) continue;
      this.#waiting.delete(id);
      if (record !== null && record.intent !== 'stop') engine.start(id, { force: record.intent === 'force' });
    }
  }
}
