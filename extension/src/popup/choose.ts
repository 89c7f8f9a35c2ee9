/** Which torrents the popup shows and in which order. Decides what counts as active; looks and words are decided elsewhere. */
import type { TorrentRow } from '@jstorrent/control';
import { isComplete } from '../model/row-state.ts';

/** More lines than this are for the manager. */
export const SHOWN_MAX = 30;
/** So many of them are kept for what finished today. */
const FINISHED_KEPT = 4;
/** A seed that gave something within this is active. */
const RECENT_MS = 60_000;
/** Kinds of activity that are sorted apart. */
const RANKS = 7;

/** What is shown. */
export interface Chosen {
  readonly active: readonly TorrentRow[];
  /** Active ones, also those not shown. */
  readonly activeCount: number;
  readonly finished: readonly TorrentRow[];
  readonly finishedCount: number;
  /** Torrents that wait in the queue before one that is shown, by its id. */
  readonly ahead: ReadonlyMap<string, number>;
}

/** What the choice depends on beside the torrents. */
export interface ChooseOptions {
  readonly now: number;
  /** Finished torrents that were cleared away: `clearedKey` of each. */
  readonly cleared: ReadonlySet<string>;
  /** Ids that keep their place because somebody points at the list; null = sort anew. */
  readonly held: readonly string[] | null;
}

/** Choose and sort. Costs one look at each torrent, and the sorting of those that may be shown. */
export function chooseRows(rows: Iterable<TorrentRow>, options: ChooseOptions): Chosen {
  const { now, cleared } = options;
  const today = startOfDay(now);
  const places = new Map(options.held?.map((id, index) => [id, index]));
  const held: TorrentRow[] = [];
  const ranks: TorrentRow[][] = Array.from({ length: RANKS }, () => []);
  const finished: TorrentRow[] = [];
  const queued: TorrentRow[] = [];
  for (const row of rows) {
    if (row.state === 'queued' && !isComplete(row)) queued.push(row);
    if (places.has(row.id)) held.push(row);
    else if (!isFinished(row)) ranks[rankOf(row)]?.push(row);
    else if ((row.completedAt ?? 0) >= today) {
      if (!cleared.has(clearedKey(row))) finished.push(row);
    } else if (isGiving(row, now)) ranks[rankOf(row)]?.push(row);
  }
  held.sort((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0));
  finished.sort((a, b) => (b.completedAt ?? 0) - (a.completedAt ?? 0));
  const activeCount: number = ranks.reduce((sum, rank) => sum + rank.length, held.length);
  const forFinished = Math.min(finished.length, Math.max(FINISHED_KEPT, SHOWN_MAX - activeCount));
  const sorted = held;
  for (const rank of ranks)
    if (sorted.length < SHOWN_MAX) sorted.push(...rank.sort(byRate).slice(0, SHOWN_MAX));
  const active = sorted.slice(0, SHOWN_MAX - forFinished);
  return {
    active,
    activeCount,
    finished: finished.slice(0, forFinished),
    finishedCount: finished.length,
    ahead: new Map(
      active.filter(({ state }) => state === 'queued').map((row) => [row.id, aheadOf(row, queued)]),
    ),
  };
}

function aheadOf({ queuePosition }: TorrentRow, queued: readonly TorrentRow[]): number {
  let ahead = 0;
  for (const other of queued) if (other.queuePosition < queuePosition) ahead += 1;
  return ahead;
}

function isFinished(row: TorrentRow): boolean {
  return isComplete(row) && row.state !== 'failed' && row.moveProgress === null;
}

/** Names a finished torrent that was cleared; finished once more, it is shown again. */
export function clearedKey(row: TorrentRow): string {
  return `${row.id}@${row.completedAt ?? 0}`;
}

/** Midnight before a moment. */
export function startOfDay(now: number): number {
  return new Date(now).setHours(0, 0, 0, 0);
}

function isGiving(row: TorrentRow, now: number): boolean {
  return row.state === 'seeding' && (row.upRate > 0 || now - (row.lastActiveAt ?? 0) < RECENT_MS);
}

function byRate(a: TorrentRow, b: TorrentRow): number {
  return rateStep(b) - rateStep(a) || a.queuePosition - b.queuePosition;
}

/** Rates differ by the second; lines change places only when one is many times faster. */
function rateStep(row: TorrentRow): number {
  return Math.floor(Math.log(1 + row.downRate + row.upRate) / Math.log(8));
}

/** From 0, below RANKS. */
function rankOf(row: TorrentRow): number {
  switch (row.state) {
    case 'downloading':
    case 'endgame':
      return row.waiting === null ? 0 : 2;
    case 'metadata':
      return 1;
    case 'checking':
      return 2;
    case 'failed':
      return 3;
    case 'queued':
      return 4;
    case 'seeding':
      return 5;
    case 'stopping':
    case 'stopped':
      return row.moveProgress === null ? 6 : 2;
  }
}
