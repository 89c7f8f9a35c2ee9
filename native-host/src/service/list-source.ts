/** Where the list comes from: the catalog's records and the engine's views. Decides which lines may have changed. */
import type { ListSource, TorrentRow, Totals } from '@jstorrent/control';
import type { TorrentId } from '@jstorrent/engine';
import type { Host } from './host.ts';
import { rowOf } from './rows.ts';
import { Tallies } from './tallies.ts';

/** What the totals hold beside sums of lines. */
export type TotalsExtras = Pick<
  Totals,
  | 'downLimit'
  | 'upLimit'
  | 'slowMode'
  | 'sessionDownloaded'
  | 'sessionUploaded'
  | 'freeBytes'
  | 'port'
  | 'dhtNodes'
>;

/** The list of this session. */
export class ServiceList implements ListSource {
  readonly #host: Host;
  readonly #extras: () => TotalsExtras;
  readonly #tallies = new Tallies();
  /** Of moves under way, 0 to 1. */
  readonly #moves: ReadonlyMap<TorrentId, number>;

  constructor(host: Host, moves: ReadonlyMap<TorrentId, number>, extras: () => TotalsExtras) {
    this.#host = host;
    this.#moves = moves;
    this.#extras = extras;
  }

  ids(): Iterable<TorrentId> {
    return this.#host.engine.ids.filter((id) => this.#host.catalog.has(id));
  }

  row(id: TorrentId): TorrentRow | null {
    const { catalog, engine } = this.#host;
    const record = catalog.find(id);
    if (record === null) {
      this.#tallies.remove(id);
      return null;
    }
    const view = engine.view(id);
    const isIdle = view.state.kind === 'stopped' || view.state.kind === 'queued';
    const row = rowOf({
      record,
      view,
      trackers: isIdle ? null : engine.trackers(id),
      moveProgress: this.#moves.get(id) ?? null,
    });
    this.#tallies.set(row);
    return row;
  }

  takeChanged(): Iterable<TorrentId> {
    const changed = this.#host.catalog.takeChanged();
    for (const id of this.#host.engine.takeChanged()) if (this.#host.catalog.has(id)) changed.add(id);
    return changed;
  }

  takeMoved(): Iterable<readonly [TorrentId, number]> {
    const { catalog, engine } = this.#host;
    const moved: [TorrentId, number][] = [];
    for (const id of engine.takeMoved()) if (catalog.has(id)) moved.push([id, engine.positionOf(id)]);
    return moved;
  }

  totals(): Totals {
    return { ...this.#tallies.sums, ...this.#extras() };
  }
}
