/**
 * Sums over all lines of the list, kept while lines change, so that ten thousand torrents at rest cost nothing. Decides in
 * which filters a line is counted.
 */
import type { TorrentRow, Totals } from '@jstorrent/control';

/** Filters that are counted. */
type Filter = 'downloading' | 'queued' | 'seeding' | 'finished' | 'stopped' | 'checking' | 'attention';
/** The sums of the totals that lines give. */
export type Sums = Pick<
  Totals,
  Filter | 'torrents' | 'downRate' | 'upRate' | 'downloadingWanted' | 'downloadingLeft' | 'peers'
>;

/** The bit of each filter. */
const BITS: Readonly<Record<Filter, number>> = {
  downloading: 1,
  queued: 2,
  seeding: 4,
  finished: 8,
  stopped: 16,
  checking: 32,
  attention: 64,
};
const NONE = { downRate: 0, upRate: 0, peers: 0, downloadingWanted: 0, downloadingLeft: 0 };
const FILTERS = Object.keys(BITS) as Filter[];

/** The sums of all lines it was told. */
export class Tallies {
  /** Filters of each line, as bits. */
  readonly #lines = new Map<string, number>();
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
  readonly #busy = new Map<string, Pick<Sums, 'downRate' | 'upRate' | 'peers'>>();
  /** Lines that are being downloaded. */
  readonly #downloading = new Map<string, Pick<TorrentRow, 'wantedLength' | 'bytesLeft'>>();

  /** Count a line as it is now. */
  set(row: TorrentRow): void {
    const { id, downRate, upRate, peers, wantedLength, bytesLeft } = row;
    const bits = filtersOf(row);
    this.#count(this.#lines.get(id) ?? 0, bits);
    this.#lines.set(id, bits);
    if (downRate + upRate + peers > 0) this.#busy.set(id, { downRate, upRate, peers });
    else this.#busy.delete(id);
    if ((bits & BITS.downloading) === 0) this.#downloading.delete(id);
    else this.#downloading.set(id, { wantedLength, bytesLeft });
  }

  /** Count a line no more. */
  remove(id: string): void {
    this.#count(this.#lines.get(id) ?? 0, 0);
    this.#lines.delete(id);
    this.#busy.delete(id);
    this.#downloading.delete(id);
  }

  get sums(): Sums {
    const sums = { ...NONE, ...this.#counts, torrents: this.#lines.size };
    for (const { downRate, upRate, peers } of this.#busy.values()) {
      sums.downRate += downRate;
      sums.upRate += upRate;
      sums.peers += peers;
    }
    for (const { wantedLength, bytesLeft } of this.#downloading.values()) {
      sums.downloadingWanted += wantedLength;
      sums.downloadingLeft += bytesLeft;
    }
    return sums;
  }

  #count(before: number, after: number): void {
    if (before === after) return;
    for (const filter of FILTERS) {
      const bit = BITS[filter];
      this.#counts[filter] += ((after & bit) === 0 ? 0 : 1) - ((before & bit) === 0 ? 0 : 1);
    }
  }
}

/** Filters in which a line is counted, as bits. */
function filtersOf(row: TorrentRow): number {
  const isComplete = row.hasMetadata && row.bytesLeft === 0;
  const isTrouble = row.state === 'failed' || row.trackerHealth === 'refused';
  return (
    bitOfState(row.state, isComplete) | (isComplete ? BITS.finished : 0) | (isTrouble ? BITS.attention : 0)
  );
}

function bitOfState(state: TorrentRow['state'], isComplete: boolean): number {
  switch (state) {
    case 'metadata':
    case 'downloading':
    case 'endgame':
      return BITS.downloading;
    case 'queued':
    case 'seeding':
    case 'checking':
      return BITS[state];
    case 'stopped':
    case 'stopping':
      return isComplete ? 0 : BITS.stopped;
    case 'failed':
      return 0;
  }
}
