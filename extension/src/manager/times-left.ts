/** Times left that can be read: smoothed, and changed only when it matters. Where they come from is the service's matter. */
import type { TorrentRow } from '@jstorrent/control';

/** What is older than this hardly counts. */
const SMOOTH_MS = 30_000;
/** A difference that is worth a change. */
const WORTH = 0.1;

interface Known {
  /** When it will be done, ms since 1970, smoothed. */
  endAt: number;
  /** As it is shown. */
  shownEndAt: number;
  seenAt: number;
  told: number;
}

/** Times left of all torrents that have one. */
export class TimesLeft {
  readonly #known = new Map<string, Known>();

  /** Take the lines as they are at a moment, ms since 1970. */
  update(rows: ReadonlyMap<string, TorrentRow>, now: number): void {
    for (const [id, row] of rows) {
      if (row.etaMs === null) this.#known.delete(id);
      else this.#take(id, row.etaMs, now);
    }
    if (this.#known.size > rows.size)
      for (const id of this.#known.keys()) if (!rows.has(id)) this.#known.delete(id);
  }

  /** In ms; null when unknown. */
  of(id: string, now: number): number | null {
    const known = this.#known.get(id);
    return known === undefined ? null : Math.max(0, known.shownEndAt - now);
  }

  #take(id: string, etaMs: number, now: number): void {
    const known = this.#known.get(id);
    if (known === undefined) {
      this.#known.set(id, { endAt: now + etaMs, shownEndAt: now + etaMs, seenAt: now, told: etaMs });
      return;
    }
    if (known.told === etaMs && known.seenAt === now) return;
    const weight = 1 - Math.exp(-Math.max(1, now - known.seenAt) / SMOOTH_MS);
    known.endAt += (now + etaMs - known.endAt) * weight;
    known.seenAt = now;
    known.told = etaMs;
    const left = known.endAt - now;
    const shown = known.shownEndAt - now;
    if (Math.abs(left - shown) > WORTH * Math.max(1000, shown)) known.shownEndAt = known.endAt;
  }
}
