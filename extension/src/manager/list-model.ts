/**
 * Which torrents the list shows and in which order. Decides when rows keep their place although their figures changed.
 * Everything is kept from update to update, so that one costs what changed in it, not what is shown.
 */
import type { TorrentRow } from '@jstorrent/control';
import type { Sort } from './column-layout.ts';
import { COLUMNS, type SortKey } from './columns.ts';
import { isInFilter, searchTextOf, wordsOf, type Filter } from './filters.ts';
import { Queue } from './queue-numbers.ts';

/** What the user wants to see. */
export interface Wish {
  readonly filter: Filter;
  readonly search: string;
  readonly sort: Sort;
}

/** What is shown. */
export interface Shown {
  /** In order. */
  readonly ids: readonly string[];
  /** Rows keep places that they would not have by now. */
  readonly isHeld: boolean;
}

interface Entry {
  row: TorrentRow;
  key: SortKey;
  isIn: boolean;
  searchText: string | null;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** The list. */
export class ListModel {
  readonly queue = new Queue();
  readonly #entries = new Map<string, Entry>();
  #wish: Wish | null = null;
  #words: readonly string[] = [];
  /** As it would be without holding. */
  #sorted: readonly string[] = [];
  #shown: Shown = { ids: [], isHeld: false };

  /** Take lines and wish as they are now. `hold`: rows that are shown keep their places. */
  update(rows: ReadonlyMap<string, TorrentRow>, wish: Wish, hold: boolean): Shown {
    const isNewWish = this.#take(wish);
    this.queue.update(rows);
    const isChanged = this.#read(rows, isNewWish);
    if (isChanged) this.#sort(wish.sort);
    const ids = hold && !isNewWish ? this.#held(rows) : this.#sorted;
    const isHeld = ids !== this.#sorted && !isSame(ids, this.#sorted);
    if (isHeld !== this.#shown.isHeld || !isSame(ids, this.#shown.ids)) this.#shown = { ids, isHeld };
    return this.#shown;
  }

  #take(wish: Wish): boolean {
    const before = this.#wish;
    const isNew =
      before === null ||
      before.filter !== wish.filter ||
      before.search !== wish.search ||
      before.sort.column !== wish.sort.column ||
      before.sort.direction !== wish.sort.direction;
    this.#wish = wish;
    if (before?.search !== wish.search) this.#words = wordsOf(wish.search);
    return isNew;
  }

  /** Looks at every line; says whether which are shown, or what they are sorted by, changed. */
  #read(rows: ReadonlyMap<string, TorrentRow>, isNewWish: boolean): boolean {
    const wish = this.#wish;
    if (wish === null) return false;
    const { keyOf } = COLUMNS[wish.sort.column];
    let isChanged = isNewWish;
    for (const [id, row] of rows) {
      let entry = this.#entries.get(id);
      if (entry !== undefined && entry.row === row && !isNewWish) continue;
      if (entry === undefined) {
        entry = { row, key: null, isIn: false, searchText: null };
        this.#entries.set(id, entry);
      } else if (entry.row !== row) {
        if (!isSearchedTheSame(entry.row, row)) entry.searchText = null;
        isChanged ||= entry.isIn && entry.row.queuePosition !== row.queuePosition;
        entry.row = row;
      }
      const isIn = isInFilter(wish.filter, row) && this.#isFound(entry);
      const key = keyOf(row);
      isChanged ||= isIn !== entry.isIn || (isIn && key !== entry.key);
      entry.isIn = isIn;
      entry.key = key;
    }
    if (this.#entries.size > rows.size) {
      for (const id of this.#entries.keys()) if (!rows.has(id)) this.#entries.delete(id);
      isChanged = true;
    }
    return isChanged;
  }

  #isFound(entry: Entry): boolean {
    if (this.#words.length === 0) return true;
    entry.searchText ??= searchTextOf(entry.row);
    const { searchText } = entry;
    return this.#words.every((word) => searchText.includes(word));
  }

  /** From the order of before: what is nearly sorted is sorted fast. */
  #sort(sort: Sort): void {
    const entries: Entry[] = [];
    const known = new Set<string>();
    for (const id of this.#sorted) {
      const entry = this.#entries.get(id);
      if (entry?.isIn !== true) continue;
      entries.push(entry);
      known.add(id);
    }
    for (const [id, entry] of this.#entries) if (entry.isIn && !known.has(id)) entries.push(entry);
    const sign = sort.direction === 'ascending' ? 1 : -1;
    entries.sort((a, b) => byKey(a.key, b.key, sign) || a.row.queuePosition - b.row.queuePosition);
    this.#sorted = entries.map(({ row }) => row.id);
  }

  /** Those shown before in their places, as long as they exist; new ones behind them. */
  #held(rows: ReadonlyMap<string, TorrentRow>): readonly string[] {
    const kept = this.#shown.ids.filter((id) => rows.has(id));
    const known = new Set(kept);
    const more = this.#sorted.filter((id) => !known.has(id));
    return more.length === 0 && kept.length === this.#shown.ids.length ? this.#shown.ids : [...kept, ...more];
  }
}

function byKey(a: SortKey, b: SortKey, sign: 1 | -1): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
  return sign * collator.compare(String(a), String(b));
}

function isSearchedTheSame(a: TorrentRow, b: TorrentRow): boolean {
  return a.name === b.name && a.labels === b.labels && a.trackerHosts === b.trackerHosts;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}
