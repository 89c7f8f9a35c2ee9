/**
 * Torrents that are out of the list while the engine still closes or deletes their files. Decides that whoever wants one of
 * them back waits until that is over, and that they stand in nobody's way in the queue.
 */
import type { Engine, TorrentId } from '@jstorrent/engine';
import type { Catalog } from './catalog.ts';

/** What is on its way out. */
export class Removals {
  readonly #engine: Engine;
  readonly #catalog: Catalog;
  readonly #waiting = new Map<TorrentId, (() => void)[]>();

  constructor(engine: Engine, catalog: Catalog) {
    this.#engine = engine;
    this.#catalog = catalog;
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
    await Promise.all(this.#engine.ids.map((id) => this.over(id)));
  }

  /** The engine has forgotten a torrent. */
  onRemoved(id: TorrentId): void {
    const waiting = this.#waiting.get(id) ?? [];
    this.#waiting.delete(id);
    for (const resolve of waiting) resolve();
  }

  /** Behind all others in the queue, so that positions are those of the list. */
  putLast(): void {
    for (const id of this.#engine.ids) if (!this.#catalog.has(id)) this.#engine.move(id, 'bottom');
  }

  #isUnderWay(id: TorrentId): boolean {
    // One that is held is looked at before it is added.
    return !this.#catalog.has(id) && this.#engine.ids.includes(id) && !this.#engine.view(id).held;
  }
}
