/** The list as a front end keeps it: what the feed sends, put together. Needs nothing of the schemas at run time. */
import type { ListEvent } from './schema/events.ts';
import type { TorrentRow, Totals } from './schema/rows.ts';

/** Lines and totals after the updates so far. */
export class ListView {
  readonly #rows = new Map<string, TorrentRow>();
  #totals: Totals | null = null;
  #revision = -1;
  /** The part that has to come next. */
  #nextPart = 0;

  /** Lines by torrent. */
  get rows(): ReadonlyMap<string, TorrentRow> {
    return this.#rows;
  }

  /** Null before the first update. */
  get totals(): Totals | null {
    return this.#totals;
  }

  /**
   * Take an update. `more`: its other parts follow. `missed`: something was lost, and nothing holds until the list is
   * subscribed to again.
   */
  apply(update: ListEvent): 'done' | 'more' | 'missed' {
    const isFirst = update.part === 0;
    if (isFirst ? !update.reset && update.base !== this.#revision : update.part !== this.#nextPart) {
      this.#nextPart = -1;
      this.#revision = -1;
      return 'missed';
    }
    if (isFirst && update.reset) this.#rows.clear();
    for (const id of update.removed) this.#rows.delete(id);
    for (const row of update.added) this.#rows.set(row.id, row);
    for (const patch of update.changed) {
      const row = this.#rows.get(patch.id);
      if (row !== undefined) this.#rows.set(patch.id, { ...row, ...patch } as TorrentRow);
    }
    this.#totals = update.totals;
    const isLast = update.part + 1 === update.parts;
    this.#nextPart = isLast ? -1 : update.part + 1;
    if (isLast) this.#revision = update.revision;
    return isLast ? 'done' : 'more';
  }
}
