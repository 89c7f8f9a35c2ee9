/**
 * Torrents on their way to another place. Decides that a move which was interrupted goes on with the next daemon or the
 * next service, and what is told of its end; how files are moved is the engine's.
 */
import { ControlError, type Place } from '@jstorrent/control';
import type { PlaceFailure, TorrentId } from '@jstorrent/engine';
import { pathOf } from './completed.ts';
import type { DaemonGate } from './daemon-gate.ts';
import { engineError } from './errors.ts';
import type { Host } from './host.ts';

/** Moves under way. */
export class Moves {
  readonly #host: Host;
  readonly #gate: DaemonGate;
  readonly #progress = new Map<TorrentId, number>();
  /** To begin or to go on when there is a daemon. */
  readonly #waiting = new Set<TorrentId>();
  #isEnding = false;

  constructor(host: Host, gate: DaemonGate) {
    this.#host = host;
    this.#gate = gate;
  }

  /** How far each is, 0 to 1. */
  get progress(): ReadonlyMap<TorrentId, number> {
    return this.#progress;
  }

  /** The service ends: how a move ends from now on says nothing about it. */
  freeze(): void {
    this.#isEnding = true;
  }

  /** Go on with what the last service had begun. */
  resume(): void {
    const moving = Array.from(this.#host.catalog.all()).filter(({ movingTo }) => movingTo !== null);
    for (const { id, movingTo } of moving) {
      if (movingTo !== null) this.#begin(id, movingTo).catch(() => {});
    }
  }

  /**
   * Move a torrent; resolved when it is there. The wish is saved when this returns. Throws ControlError, and then nothing
   * has changed; rejects with it later.
   */
  move(id: TorrentId, place: Place): Promise<void> {
    if (this.#progress.has(id)) throw new ControlError('BUSY', { what: 'Moving it' });
    this.#host.catalog.update([id], () => ({ movingTo: place }));
    return this.#begin(id, place);
  }

  /** Leave a torrent where it is. */
  cancel(id: TorrentId): void {
    if (this.#host.catalog.get(id).movingTo === null || this.#waiting.delete(id)) return;
    this.#host.engine.disk.cancelMove(id);
  }

  /** The engine tells how far one is. */
  onProgress(id: TorrentId, done: number, total: number): void {
    if (this.#progress.has(id)) this.#progress.set(id, total === 0 ? 1 : done / total);
  }

  async #begin(id: TorrentId, place: Place): Promise<void> {
    this.#progress.set(id, 0);
    this.#host.catalog.markChanged(id);
    const failure = await this.#carryOut(id, place);
    this.#progress.delete(id);
    const record = this.#host.catalog.kept(id);
    if (record === null) throw new ControlError('UNKNOWN_TORRENT');
    // While the service ends, moves end too: the wish stays, and the next service goes on.
    if (this.#isEnding) throw new ControlError('CLOSED');
    // The engine's own word of the new place may come after this.
    const at = this.#host.engine.disk.placeOf(id);
    this.#host.catalog.update([id], () => ({ movingTo: null, place: at }));
    const name = record.displayName ?? record.name;
    const folder = pathOf(this.#host, place);
    if (failure === null) {
      this.#host.log.say('notable', 'MOVED', folder, id);
      if (this.#host.catalog.has(id)) this.#host.clients.notice('moved', id, { name, folder });
      return;
    }
    const error = engineError(failure.code, { folder, missing: failure.missing });
    if (failure.code !== 'CANCELLED') {
      this.#host.log.say('problem', 'MOVE', `${folder}: ${failure.code} (${failure.detail})`, id);
      this.#host.clients.notice('moveFailed', id, { name, why: error.message, folder });
    }
    throw error;
  }

  /** Move, with as many daemons as it takes. */
  async #carryOut(id: TorrentId, place: Place): Promise<PlaceFailure | null> {
    for (;;) {
      if (!(await this.#daemonFor(id))) return CANCELLED;
      const failure = await new Promise<PlaceFailure | null>((resolve) => {
        this.#host.engine.disk.move(id, place, resolve);
      });
      if (failure === null || this.#gate.isOpen || this.#isEnding) return failure;
    }
  }

  /** Wait for a daemon; false when nothing is to be moved any more. */
  async #daemonFor(id: TorrentId): Promise<boolean> {
    this.#waiting.add(id);
    while (!this.#gate.isOpen && !this.#isEnding) await this.#gate.passed().catch(() => {});
    return this.#waiting.delete(id) && !this.#isEnding && this.#host.catalog.kept(id) !== null;
  }
}

const CANCELLED: PlaceFailure = { code: 'CANCELLED', detail: '', missing: 0 };
