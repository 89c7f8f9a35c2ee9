/**
 * What the list showed last, kept so that the next page opens with it. Decides its form; when it is kept is decided by
 * keep-last.ts.
 */
import type { TorrentRow, Totals } from '@jstorrent/control';
import type { Sort } from './column-layout.ts';
import type { FacetCounts } from './facets.ts';

const KEY = 'manager.last';
/** What was kept in another form is of no use. */
const FORM = 1;
/** Sidebars with more lines than this are not kept: they cost more than they give. */
const LINES_MAX = 400;

/** The part of the browser's storage that is used; a test gives its own. */
export type Store = Pick<Storage, 'getItem' | 'setItem'>;

/** What the page knew. */
export interface LastList {
  /** When it was true, ms since 1970. */
  readonly at: number;
  /** The first rows, in the order they were shown. */
  readonly rows: readonly TorrentRow[];
  /** Their numbers in the queue, and how many waited before them, by id. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly ahead: ReadonlyMap<string, number>;
  readonly counts: FacetCounts;
  readonly totals: Totals;
}

interface Kept {
  readonly form: typeof FORM;
  readonly sort: Sort;
  readonly at: number;
  readonly rows: readonly TorrentRow[];
  readonly numbers: readonly (readonly [string, number])[];
  readonly ahead: readonly (readonly [string, number])[];
  readonly states: FacetCounts['states'];
  readonly unlabelled: number;
  readonly labels: readonly (readonly [string, number])[];
  readonly trackers: readonly (readonly [string, number])[];
  readonly refusing: readonly string[];
  readonly folders: readonly (readonly [string, number])[];
  readonly totals: Totals;
}

/** What was kept; null when nothing was, or it was in another order. */
export function loadLast(store: Store, sort: Sort): LastList | null {
  const kept = parse(store.getItem(KEY));
  if (kept?.form !== FORM || kept.sort.column !== sort.column || kept.sort.direction !== sort.direction)
    return null;
  const { at, rows, totals, states, unlabelled } = kept;
  return {
    at,
    rows,
    totals,
    numbers: new Map(kept.numbers),
    ahead: new Map(kept.ahead),
    counts: {
      states,
      unlabelled,
      labels: new Map(kept.labels),
      trackers: new Map(kept.trackers),
      refusing: new Set(kept.refusing),
      folders: new Map(kept.folders),
    },
  };
}

/** Keep it for the next page that shows the list in this order. */
export function storeLast(store: Store, sort: Sort, last: LastList): void {
  const { labels, trackers, refusing, folders, states, unlabelled } = last.counts;
  const isLong = labels.size + trackers.size + folders.size > LINES_MAX;
  const kept: Kept = {
    form: FORM,
    sort,
    at: last.at,
    rows: last.rows,
    totals: last.totals,
    numbers: [...last.numbers],
    ahead: [...last.ahead],
    states,
    unlabelled,
    labels: isLong ? [] : [...labels],
    trackers: isLong ? [] : [...trackers],
    refusing: [...refusing].slice(0, LINES_MAX),
    folders: isLong ? [] : [...folders],
  };
  try {
    store.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A store that is full costs the next page a moment.
  }
}

function parse(text: string | null): Kept | null {
  try {
    return JSON.parse(text ?? 'null') as Kept | null;
  } catch {
    return null;
  }
}
