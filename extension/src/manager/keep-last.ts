/** Keeps what the list shows for the next page. Decides when, and that a part of the list is not kept. */
import { ALL, isSameFilter } from './filters.ts';
import { storeLast, type Store } from './last-list.ts';
import type { Manager } from './manager.ts';

/** Rows that the tallest of pages shows. */
const ROWS_MAX = 64;
/** It is kept when the page goes, and this often for the case that it is ended. */
const KEEP_MS = 30_000;

/** Keep what the page shows now, unless it shows a part of the list only. */
export function keepLast(store: Store, manager: Manager, now: number): void {
  const { list, counts, filter, search, shown, layout } = manager;
  const { totals } = list;
  if (!list.isLoaded || totals === null || !isSameFilter(filter.value, ALL) || search.value !== '') return;
  const rows = manager.rowsOf(shown.value.ids.slice(0, ROWS_MAX));
  const known = (of: (id: string) => number | null | undefined): ReadonlyMap<string, number> => {
    const pairs = rows.map(({ id }): [string, number | null] => [id, of(id) ?? null]);
    return new Map(pairs.filter((pair): pair is [string, number] => pair[1] !== null));
  };
  storeLast(store, layout.value.sort, {
    at: now,
    rows,
    totals,
    counts: counts.value,
    numbers: known((id) => manager.numberOf(id)),
    ahead: known((id) => manager.aheadOf(id)),
  });
}

/** Keep it from now on: when the page goes, and now and then. */
export function followLast(store: Store, manager: Manager): void {
  let keptAt = 0;
  const keep = (): void => {
    keptAt = Date.now();
    keepLast(store, manager, keptAt);
  };
  addEventListener('pagehide', keep);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) keep();
  });
  manager.list.subscribe(() => {
    if (Date.now() - keptAt > KEEP_MS) requestIdleCallback(keep);
  });
}
