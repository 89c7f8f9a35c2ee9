/**
 * Torrents on their way to another place. Decides that a move which was interrupted goes on with the next daemon or the
 * next service, that going back where it began ends it, and what is told of its end; how files are moved is the engine's. One that is
 * called off is shown as such at once, and what it left is cleared away when the disk answers.
 */
import { ControlError, moveProblem, type Place } from '@jstorrent/control';
import type { PlaceFailure, TorrentId } from '@jstorrent/engine';
import { isSamePlace, pathOf } from './completed.ts';
import type { DaemonGate } from './daemon-gate.ts';
import { engineError } from './errors.ts';
import type { Host } from './host.ts';

/** Moves under way. */
export class Moves {
  readonly #host: Host;
  readonly #gate: DaemonGate;
  readonly #progress = new Map<TorrentId, number>();
  /** Resolved when a torrent moves no more, well or not. */
  readonly #ends = new Map<TorrentId, Promise<void>>();
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
   * Move a torrent; resolved when it is there. One that is on its way can only be called back to where it came from. The wish
   * is saved when this returns. Throws ControlError, and then nothing has changed; rejects with it later.
   */
  move(id: TorrentId, place: Place): Promise<void> {
    const ended = this.#ends.get(id);
    if (ended !== undefined && !isSamePlace(place, this.#host.catalog.get(id).place)) {
      throw new ControlError('BUSY', { what: 'Moving it' });
    }
    this.#host.catalog.update([id], () => ({ movingTo: place }));
    if (ended === undefined) return this.#begin(id, place);
    this.#end(id);
    // It may have ended well before it heard of that.
    return this.#follow(
      id,
      ended.then(() => this.#carry(id, place)),
    );
  }

  /** Leave a torrent where it is; saved when it returns. Throws ControlError. */
  cancel(id: TorrentId): void {
    if (this.#host.catalog.get(id).movingTo === null) return;
    this.#host.catalog.update([id], () => ({ movingTo: null }));
    this.#end(id);
  }

  /** The engine tells how far one is. */
  onProgress(id: TorrentId, done: number, total: number): void {
    if (this.#progress.has(id)) this.#progress.set(id, total === 0 ? 1 : done / total);
  }

  /** It is shown as moving no more, though a disk that hangs may keep its files busy for a while. */
  #end(id: TorrentId): void {
    if (!this.#waiting.delete(id)) this.#host.engine.disk.cancelMove(id);
    this.#progress.delete(id);
    this.#host.catalog.markChanged(id);
  }

  #begin(id: TorrentId, place: Place): Promise<void> {
    return this.#follow(id, this.#carry(id, place));
  }

  async #follow(id: TorrentId, way: Promise<void>): Promise<void> {
    const ended = way.catch(() => {});
    this.#ends.set(id, ended);
    try {
      await way;
    } finally {
      if (this.#ends.get(id) === ended) this.#ends.delete(id);
    }
  }

  async #carry(id: TorrentId, place: Place): Promise<void> {
    const from = this.#host.catalog.kept(id)?.place;
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
    this.#host.catalog.update([id], ({ movingTo }) => ({
      // Called back, or to be left where it is.
      movingTo: movingTo !== null && isSamePlace(movingTo, place) ? null : movingTo,
      place: at,
    }));
    if (failure === null && from !== undefined && isSamePlace(from, place)) return;
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
      const { code } = error;
      const data = { folder, missing: failure.missing };
      this.#host.clients.notice('moveFailed', id, { ...data, name, code, why: moveProblem(code, data) });
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
