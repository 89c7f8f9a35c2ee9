/**
 * How many torrents each filter shows: states, labels, trackers, folders. Kept while lines change, so that an update costs
 * what changed. Which filter shows what is decided by filters.ts.
 */
import type { TorrentRow } from '@jstorrent/control';
import { folderKey, statesOf, type StateFilter } from './filters.ts';

/** Counts for the sidebar. */
export interface FacetCounts {
  readonly states: Readonly<Partial<Record<StateFilter, number>>>;
  readonly labels: ReadonlyMap<string, number>;
  readonly unlabelled: number;
  readonly trackers: ReadonlyMap<string, number>;
  /** Trackers that refuse every torrent that has only them. */
  readonly refusing: ReadonlySet<string>;
  readonly folders: ReadonlyMap<string, number>;
}

type Group = 'state' | 'label' | 'tracker' | 'folder' | 'refusing';
interface Share {
  readonly row: TorrentRow;
  readonly keys: readonly string[];
}

const SEPARATOR = '\n';

/** Counts of all lines it was shown. */
export class Facets {
  readonly #shares = new Map<string, Share>();
  readonly #counts = new Map<string, number>();
  #shown: FacetCounts = {
    states: {},
    labels: new Map(),
    unlabelled: 0,
    trackers: new Map(),
    refusing: new Set(),
    folders: new Map(),
  };

  /** Take the lines as they are now; the same object while no count changed. */
  update(rows: ReadonlyMap<string, TorrentRow>): FacetCounts {
    let isChanged = false;
    for (const [id, row] of rows) {
      const before = this.#shares.get(id);
      if (before?.row === row) continue;
      const keys = keysOf(row);
      this.#shares.set(id, { row, keys });
      if (before !== undefined && isSame(before.keys, keys)) continue;
      this.#add(before?.keys ?? [], -1);
      this.#add(keys, 1);
      isChanged = true;
    }
    if (this.#shares.size > rows.size) {
      for (const [id, { keys }] of this.#shares) {
        if (rows.has(id)) continue;
        this.#shares.delete(id);
        this.#add(keys, -1);
        isChanged = true;
      }
    }
    if (isChanged) this.#shown = this.#compose();
    return this.#shown;
  }

  #add(keys: readonly string[], by: 1 | -1): void {
    for (const key of keys) {
      const count = (this.#counts.get(key) ?? 0) + by;
      if (count === 0) this.#counts.delete(key);
      else this.#counts.set(key, count);
    }
  }

  #compose(): FacetCounts {
    const groups: Record<Group, Map<string, number>> = {
      state: new Map(),
      label: new Map(),
      tracker: new Map(),
      folder: new Map(),
      refusing: new Map(),
    };
    for (const [key, count] of this.#counts) {
      const at = key.indexOf(SEPARATOR);
      groups[key.slice(0, at) as Group].set(key.slice(at + 1), count);
    }
    const unlabelled = groups.label.get('') ?? 0;
    groups.label.delete('');
    return {
      states: { ...Object.fromEntries(groups.state), all: this.#shares.size },
      labels: byName(groups.label),
      unlabelled,
      trackers: byName(groups.tracker),
      refusing: new Set(groups.refusing.keys()),
      folders: byName(groups.folder),
    };
  }
}

function keysOf(row: TorrentRow): string[] {
  const of = (group: Group, names: readonly string[]): string[] =>
    names.map((name) => `${group}${SEPARATOR}${name}`);
  const [only, ...others] = row.trackerHosts;
  const isRefused = row.trackerHealth === 'refused' && only !== undefined && others.length === 0;
  return [
    ...of('state', statesOf(row)),
    ...of('label', row.labels.length === 0 ? [''] : row.labels),
    ...of('tracker', row.trackerHosts),
    ...of('folder', [folderKey(row.place)]),
    ...of('refusing', isRefused ? [only] : []),
  ];
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, at) => key === b[at]);
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

function byName(counts: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map([...counts].toSorted(([a], [b]) => collator.compare(a, b)));
}

/** Of some counts the largest, in the order they stand in; `kept` stays in any case. */
export function mostUsed(
  counts: ReadonlyMap<string, number>,
  most: number,
  kept: string | null,
): readonly (readonly [string, number])[] {
  const all = [...counts];
  if (all.length <= most) return all;
  const used = new Set(all.toSorted(([, a], [, b]) => b - a).slice(0, most));
  return all.filter((entry) => used.has(entry) || entry[0] === kept);
}
