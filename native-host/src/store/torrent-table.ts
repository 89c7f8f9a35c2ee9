/**
 * The rows of torrents, and in memory their keys and ranks: who is there and in which order is known without a query.
 * Transactions are the caller's; after one that failed the memory is read again.
 */
import type { TorrentId } from '@jstorrent/engine';
import { cellsOf, COLUMNS, completeRecord, recordOf } from './columns.ts';
import type { Connection } from './connection.ts';
import { RANK_GAP, RANK_MAX, ranksBetween } from './order.ts';
import type { NewTorrent, TorrentChanges, TorrentRecord } from './record.ts';

const SELECT = `SELECT ${COLUMNS.join(', ')} FROM torrents`;

interface Row {
  readonly key: number;
  rank: number;
}

/** The torrents of a session. */
export class TorrentTable {
  readonly #connection: Connection;
  /** Null when it has to be read. */
  #rows: Map<TorrentId, Row> | null = null;
  /** All ranks lie between. */
  #low = 0;
  #high = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** What is in memory may be wrong. */
  forget(): void {
    this.#rows = null;
  }

  has(id: TorrentId): boolean {
    return this.#all.has(id);
  }

  keyOf(id: TorrentId): number | undefined {
    return this.#all.get(id)?.key;
  }

  load(): TorrentRecord[] {
    const statement = this.#connection.prepare(`${SELECT} ORDER BY rank, key`);
    statement.setReturnArrays(true);
    const records: TorrentRecord[] = [];
    for (const cells of statement.iterate() as unknown as Iterable<unknown[]>) records.push(recordOf(cells));
    return records;
  }

  get(id: TorrentId): TorrentRecord | null {
    const statement = this.#connection.prepare(`${SELECT} WHERE id = ?`);
    statement.setReturnArrays(true);
    const cells = statement.get(id) as unknown as unknown[] | undefined;
    return cells === undefined ? null : recordOf(cells);
  }

  /** All ids in the order of the queue. */
  ids(): TorrentId[] {
    return [...this.#all].sort(([, a], [, b]) => a.rank - b.rank || a.key - b.key).map(([id]) => id);
  }

  /** The key of the new row. */
  add(torrent: NewTorrent, queueTop: boolean): number {
    const rows = this.#all;
    if (this.#high + RANK_GAP > RANK_MAX || this.#low - RANK_GAP < -RANK_MAX) this.#spread(this.ids());
    const rank = queueTop ? this.#low - RANK_GAP : this.#high + RANK_GAP;
    const { columns, cells } = cellsOf(completeRecord(torrent, false));
    const names = ['rank', ...columns];
    const sql = `INSERT INTO torrents (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
    const { lastInsertRowid } = this.#connection.prepare(sql).run(rank, ...cells);
    rows.set(torrent.id, { key: Number(lastInsertRowid), rank });
    this.#low = Math.min(this.#low, rank);
    this.#high = Math.max(this.#high, rank);
    return Number(lastInsertRowid);
  }

  update(key: number, changes: TorrentChanges): void {
    const { columns, cells } = cellsOf(changes);
    if (columns.length === 0) return;
    const sql = `UPDATE torrents SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE key = ?`;
    this.#connection.prepare(sql).run(...cells, key);
  }

  remove(id: TorrentId): void {
    this.#connection.prepare('DELETE FROM torrents WHERE id = ?').run(id);
    this.#all.delete(id);
  }

  /** Put torrents, in this order, behind one and before another; null = nothing is there. */
  place(ids: readonly TorrentId[], after: TorrentId | null, before: TorrentId | null): void {
    const rows = this.#all;
    const rankOf = (id: TorrentId | null): number | undefined =>
      id === null ? undefined : rows.get(id)?.rank;
    const ranks = ranksBetween(rankOf(after), rankOf(before), ids.length);
    if (ranks !== null) return this.#rank(ids.map((id, index) => [id, ranks[index] as number]));
    const named = new Set(ids);
    const others = this.ids().filter((id) => !named.has(id));
    this.#spread(others.toSpliced(after === null ? 0 : others.indexOf(after) + 1, 0, ...ids));
  }

  /** Give all ranks their gaps again, in this order. */
  #spread(ids: readonly TorrentId[]): void {
    this.#low = 0;
    this.#high = 0;
    this.#rank(ids.map((id, index) => [id, RANK_GAP * (index + 1)]));
  }

  #rank(ranks: readonly (readonly [TorrentId, number])[]): void {
    const statement = this.#connection.prepare('UPDATE torrents SET rank = ? WHERE key = ?');
    for (const [id, rank] of ranks) {
      const row = this.#all.get(id) as Row;
      statement.run(rank, row.key);
      row.rank = rank;
      this.#low = Math.min(this.#low, rank);
      this.#high = Math.max(this.#high, rank);
    }
  }

  get #all(): Map<TorrentId, Row> {
    this.#rows ??= this.#connection.read(() => this.#read());
    return this.#rows;
  }

  #read(): Map<TorrentId, Row> {
    const rows = new Map<TorrentId, Row>();
    this.#low = 0;
    this.#high = 0;
    for (const row of this.#connection.prepare('SELECT id, key, rank FROM torrents').all()) {
      const rank = Number(row['rank']);
      rows.set(String(row['id']), { key: Number(row['key']), rank });
      this.#low = Math.min(this.#low, rank);
      this.#high = Math.max(this.#high, rank);
    }
    return rows;
  }
}
