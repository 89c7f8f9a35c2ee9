/**
 * Sums over all lines of the list, kept while lines change, so that ten thousand torrents at rest cost nothing. Decides in
 * which filters a line is counted.
 */
import type { TorrentRow, Totals } from '@jstorrent/control';

/** Filters that are counted. */
type Filter = 'downloading' | 'queued' | 'seeding' | 'finished' | 'stopped' | 'checking' | 'attention';
/** The sums of the totals that lines give. */
export type Sums = Pick<Totals, Filter | 'torrents' | 'downRate' | 'upRate' | 'peers'>;

interface Share {
  readonly filters: readonly Filter[];
  readonly downRate: number;
  readonly upRate: number;
  readonly peers: number;
}

/** The sums of all lines it was told. */
export class Tallies {
  readonly #shares = new Map<string, Share>();
  readonly #counts: Record<Filter, number> = {
    downloading: 0,
    queued: 0,
    seeding: 0,
    finished: 0,
    stopped: 0,
    checking: 0,
    attention: 0,
  };
  /** Lines whose rates or peers are not zero: rates are fractions, so sums are made of these anew. */
  readonly #busy = new Map<string, Share>();

  /** Count a line as it is now. */
  set(row: TorrentRow): void {
    this.remove(row.id);
    const share = { filters: filtersOf(row), downRate: row.downRate, upRate: row.upRate, peers: row.peers };
    this.#shares.set(row.id, share);
    if (share.downRate + share.upRate + share.peers > 0) this.#busy.set(row.id, share);
    for (const filter of share.filters) this.#counts[filter] += 1;
  }

  /** Count a line no more. */
  remove(id: string): void {
    for (const filter of this.#shares.get(id)?.filters ?? []) this.#counts[filter] -= 1;
    this.#shares.delete(id);
    this.#busy.delete(id);
  }

  get sums(): Sums {
    const sums = { ...this.#counts, torrents: this.#shares.size, downRate: 0, upRate: 0, peers: 0 };
    for (const { downRate, upRate, peers } of this.#busy.values()) {
      sums.downRate += downRate;
      sums.upRate += upRate;
      sums.peers += peers;
    }
    return sums;
  }
}

function filtersOf(row: TorrentRow): Filter[] {
  const filters: Filter[] = [];
  const isComplete = row.hasMetadata && row.bytesLeft === 0;
  switch (row.state) {
    case 'metadata':
    case 'downloading':
    case 'endgame':
      filters.push('downloading');
      break;
    case 'queued':
    case 'seeding':
    case 'checking':
      filters.push(row.state);
      break;
    case 'stopped':
    case 'stopping':
      if (!isComplete) filters.push('stopped');
      break;
    case 'failed':
      break;
  }
  if (isComplete) filters.push('finished');
  if (row.state === 'failed' || row.trackerHealth === 'refused') filters.push('attention');
  return filters;
}
