/** Times left that do not jump: a new one is shown only when it differs enough. */

/** Smaller differences are noise. */
const DIFFERENCE = 0.1;
/** Below this every second counts. */
const SOON_MS = 10_000;

/** Remembers what is shown for each torrent. */
export class SteadySpans {
  readonly #shown = new Map<string, number>();

  /** What to show for a time left in milliseconds; null = unknown. */
  of(id: string, ms: number | null): number | null {
    if (ms === null) {
      this.#shown.delete(id);
      return null;
    }
    const before = this.#shown.get(id);
    if (before !== undefined && ms > SOON_MS && Math.abs(ms - before) <= before * DIFFERENCE) return before;
    this.#shown.set(id, ms);
    return ms;
  }

  /** Forget those that are not among `ids`. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.#shown.keys()) if (!ids.has(id)) this.#shown.delete(id);
  }
}
