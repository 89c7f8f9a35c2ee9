/**
 * The numbers that people see of the queue: complete torrents have none, so the others are counted anew. Where a torrent
 * stands is decided by the service.
 */
import type { TorrentRow } from '@jstorrent/control';
import { isComplete } from '../model/row-state.ts';

/** Places in the queue as they are shown. */
export class Queue {
  /** The line of each torrent that was looked at last. */
  #rows: ReadonlyMap<string, TorrentRow> = new Map();
  #numbers: ReadonlyMap<string, number> = new Map();
  #ahead: ReadonlyMap<string, number> = new Map();

  /** From 1; undefined when it is complete. */
  numberOf(id: string): number | undefined {
    return this.#numbers.get(id);
  }

  /** How many that wait for a slot stand before one that waits too; null when it does not. */
  aheadOf(id: string): number | null {
    return this.#ahead.get(id) ?? null;
  }

  /** Ids of all that have a number, in order. */
  get order(): readonly string[] {
    return [...this.#numbers.keys()];
  }

  /** Take the lines as they are now. */
  update(rows: ReadonlyMap<string, TorrentRow>): void {
    if (rows === this.#rows || !this.#isChanged(rows)) {
      this.#rows = rows;
      return;
    }
    this.#rows = rows;
    const incomplete: TorrentRow[] = [];
    const waiting: TorrentRow[] = [];
    for (const row of rows.values()) {
      if (!isComplete(row)) incomplete.push(row);
      if (row.state === 'queued') waiting.push(row);
    }
    this.#numbers = places(incomplete, 1);
    this.#ahead = places(waiting, 0);
  }

  #isChanged(rows: ReadonlyMap<string, TorrentRow>): boolean {
    if (rows.size !== this.#rows.size) return true;
    for (const [id, row] of rows) {
      const before = this.#rows.get(id);
      if (before === row) continue;
      if (
        before === undefined ||
        before.queuePosition !== row.queuePosition ||
        isComplete(before) !== isComplete(row) ||
        (before.state === 'queued') !== (row.state === 'queued')
      )
        return true;
    }
    return false;
  }
}

function places(rows: TorrentRow[], first: number): ReadonlyMap<string, number> {
  rows.sort((a, b) => a.queuePosition - b.queuePosition);
  return new Map(rows.map((row, at) => [row.id, at + first]));
}
