/** What several torrents are together: sizes, labels, states in words. */
import type { TorrentRow } from '@jstorrent/control';
import { formatCount } from './format.ts';
import { locale } from './i18n.ts';
import { stateOf, type Look } from './row-state.ts';

/** Some torrents together. */
export interface BulkSums {
  /** Of what is wanted: in all, and there. */
  readonly wanted: number;
  readonly have: number;
  /** 0 to 1; 1 only when nothing is missing. */
  readonly progress: number;
  readonly downRate: number;
  readonly upRate: number;
  /** Labels with how many torrents have each, the most used first. */
  readonly labels: readonly (readonly [string, number])[];
  /** Looks with how many torrents have each, the most frequent first. */
  readonly looks: readonly (readonly [Look, number])[];
}

/** Sums over lines. */
export function bulkSums(rows: readonly TorrentRow[]): BulkSums {
  let [wanted, have, downRate, upRate, unknown] = [0, 0, 0, 0, 0];
  const labels = new Map<string, number>();
  const looks = new Map<Look, number>();
  for (const row of rows) {
    wanted += row.wantedLength;
    have += row.wantedLength - row.bytesLeft;
    downRate += row.downRate;
    upRate += row.upRate;
    unknown += row.hasMetadata ? 0 : 1;
    for (const label of row.labels) raise(labels, label);
    raise(looks, stateOf(row).look);
  }
  const progress = wanted === 0 ? (unknown === 0 && rows.length > 0 ? 1 : 0) : have / wanted;
  return { wanted, have, progress, downRate, upRate, labels: byCount(labels), looks: byCount(looks) };
}

function raise<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function byCount<K>(counts: ReadonlyMap<K, number>): readonly (readonly [K, number])[] {
  return [...counts].toSorted(([, a], [, b]) => b - a);
}

const lists = new Intl.ListFormat(locale, { style: 'narrow', type: 'conjunction' });

/** Counts of things in one phrase: `2 downloading, 1 queued`. */
export function countedWords(counts: readonly (readonly [string, number])[]): string {
  return lists.format(counts.map(([word, count]) => `${formatCount(count)} ${word}`));
}
