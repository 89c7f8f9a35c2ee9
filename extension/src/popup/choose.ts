/** Which torrents the popup shows and in which order. Decides what counts as active; looks and words are decided elsewhere. */
import type { TorrentRow } from '@jstorrent/control';
import { isComplete } from '../model/row-state.ts';

/** More lines than this are for the manager. */
export const SHOWN_MAX = 30;
/** So many of them are kept for what finished today. */
const FINISHED_KEPT = 4;
/** A seed that gave something within this is active. */
const RECENT_MS = 60_000;

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

/** Choose and sort. */
export function chooseRows(rows: Iterable<TorrentRow>, options: ChooseOptions): Chosen {
  const { now, cleared, held } = options;
  const today = startOfDay(now);
  const heldIds = new Set(held);
  const active: TorrentRow[] = [];
  const finished: TorrentRow[] = [];
  const queued: TorrentRow[] = [];
  for (const row of rows) {
    if (row.state === 'queued' && !isComplete(row)) queued.push(row);
    const isFinished = isComplete(row) && row.state !== 'failed' && row.moveProgress === null;
    if (heldIds.has(row.id) || !isFinished) active.push(row);
    else if ((row.completedAt ?? 0) >= today) {
      if (!cleared.has(clearedKey(row))) finished.push(row);
    } else if (isGiving(row, now)) active.push(row);
  }
  active.sort(byActivity);
  finished.sort((a, b) => (b.completedAt ?? 0) - (a.completedAt ?? 0));
  queued.sort((a, b) => a.queuePosition - b.queuePosition);
  const forFinished = Math.max(
    Math.min(finished.length, FINISHED_KEPT),
    Math.min(finished.length, SHOWN_MAX - active.length),
  );
  const ordered = held === null ? active : inHeldOrder(active, held);
  return {
    active: ordered.slice(0, SHOWN_MAX - forFinished),
    activeCount: active.length,
    finished: finished.slice(0, forFinished),
    finishedCount: finished.length,
    ahead: new Map(queued.map((row, index) => [row.id, index])),
  };
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

function byActivity(a: TorrentRow, b: TorrentRow): number {
  return rankOf(a) - rankOf(b) || rateStep(b) - rateStep(a) || a.queuePosition - b.queuePosition;
}

/** Rates differ by the second; lines change places only when one is many times faster. */
function rateStep(row: TorrentRow): number {
  return Math.floor(Math.log(1 + row.downRate + row.upRate) / Math.log(8));
}

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

function inHeldOrder(rows: readonly TorrentRow[], held: readonly string[]): readonly TorrentRow[] {
  const place = new Map(held.map((id, index) => [id, index]));
  const last = held.length;
  // The sort is stable: what is new follows in its own order.
  return rows.toSorted((a, b) => (place.get(a.id) ?? last) - (place.get(b.id) ?? last));
}
