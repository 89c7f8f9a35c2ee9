/**
 * What a damaged session still tells that its backup does not know. Decides what of it is believed: a torrent that was added
 * since, if its own metadata or link proves its id; and what was removed since, if the list is whole. What is there in the backup
 * stays as it is there. The damaged file itself is not opened: SQLite would write to it.
 */
import { copyFileSync, existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { equalBytes, parseMagnet, parseMetainfo, ProtocolError, toHex } from '@jstorrent/protocol';
import { createHash } from 'node:crypto';
import { nodeDigests } from '../digests.ts';
import { COLUMNS } from './columns.ts';
import { SCHEMA_VERSION } from './migrations/migrate.ts';
import { discard } from './place.ts';

/** What was saved of a damaged session. */
export interface Salvaged {
  /** Torrents that were added since the backup. */
  readonly added: number;
  /** Torrents of the backup that had been removed since. */
  readonly removed: number;
}

type Row = Readonly<Record<string, null | number | bigint | string | Uint8Array>>;

/** Notes about torrents that were being removed (service/undo-window.ts, service/deletion-notes.ts). */
const NOTES = ['deletion:', 'leaving:'];

/** Take over what `damaged` still tells into an open, sound database; `scratch` is a path for a copy. Never throws for what the disk or the damage do. */
export function salvage(damaged: string, scratch: string, db: DatabaseSync): Salvaged {
  discard(scratch);
  try {
    for (const companion of ['', '-wal']) {
      if (existsSync(damaged + companion)) copyFileSync(damaged + companion, scratch + companion);
    }
    const from = new DatabaseSync(scratch);
    try {
      from.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
      return takeOver(from, db);
    } finally {
      from.close();
    }
  } catch (error) {
    // The disk is full, or what is there is a folder.
    const isSystem = typeof (error as { syscall?: unknown }).syscall === 'string';
    if (!isSystem && !isSqlite(error)) throw error;
    return { added: 0, removed: 0 };
  } finally {
    discard(scratch);
  }
}

function takeOver(from: DatabaseSync, db: DatabaseSync): Salvaged {
  const version = Object.values(from.prepare('PRAGMA user_version').get() ?? {})[0];
  if (version !== SCHEMA_VERSION) return { added: 0, removed: 0 };
  const { rows, isWhole } = readTorrents(from);
  let added = 0;
  let removed = 0;
  db.exec('BEGIN IMMEDIATE');
  try {
    const known = new Set(
      db
        .prepare('SELECT id FROM torrents')
        .all()
        .map(({ id }) => String(id)),
    );
    for (const [id, row] of rows) if (!known.has(id) && take(from, db, row)) added += 1;
    if (isWhole) {
      for (const id of known) {
        if (rows.has(id)) continue;
        db.prepare('DELETE FROM torrents WHERE id = ?').run(id);
        removed += 1;
      }
      takeNotes(from, db);
    }
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
  return { added, removed };
}

/** All rows that can be read, from both ends; `isWhole`: these are all there were. */
function readTorrents(from: DatabaseSync): { rows: ReadonlyMap<string, Row>; isWhole: boolean } {
  const rows = new Map<string, Row>();
  let isWhole = true;
  for (const direction of ['ASC', 'DESC']) {
    try {
      for (const row of from.prepare(`SELECT * FROM torrents ORDER BY key ${direction}`).iterate()) {
        rows.set(String(row['id']), row as Row);
      }
    } catch (error) {
      if (!isSqlite(error)) throw error;
      isWhole = false;
    }
  }
  const verdict = attempt(
    () => Object.values(from.prepare('PRAGMA integrity_check(torrents)').get() ?? {})[0],
  );
  return { rows, isWhole: isWhole && verdict === 'ok' };
}

/** Whether a torrent could be taken over. */
function take(from: DatabaseSync, db: DatabaseSync, row: Row): boolean {
  const { key, id } = row;
  const part = (table: string): Row | null =>
    attempt(
      () =>
        (from.prepare(`SELECT * FROM ${table} WHERE torrent = ?`).get(key as number) ?? null) as Row | null,
    );
  const metainfo = part('metainfo');
  const hasMetainfo = metainfo !== null && idOfMetainfo(metainfo['bytes']) === id;
  if (!hasMetainfo && idOfMagnet(row['magnet']) !== id) return false;
  const root = attempt(
    () => from.prepare('SELECT * FROM roots WHERE key = ?').get(row['root'] ?? null) ?? null,
  );
  const done = attempt(() => {
    if (root !== null) insert(db, 'roots', root as Row, 'OR IGNORE');
    const columns = ['rank', ...COLUMNS];
    const cells = Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
    return insert(db, 'torrents', { ...cells, has_metadata: hasMetainfo ? 1 : 0 });
  });
  if (done === null) return false;
  const own = { torrent: done };
  if (hasMetainfo) attempt(() => insert(db, 'metainfo', { ...metainfo, ...own }));
  const resume = part('resume');
  if (hasMetainfo && resume !== null && isSound(resume))
    attempt(() => insert(db, 'resume', { ...resume, ...own }));
  for (const table of ['files', 'peers']) {
    const found = part(table);
    if (found !== null) attempt(() => insert(db, table, { ...found, ...own }));
  }
  return true;
}

function takeNotes(from: DatabaseSync, db: DatabaseSync): void {
  for (const prefix of NOTES) {
    const sql = 'SELECT * FROM kept WHERE substr(name, 1, ?) = ?';
    const notes = attempt(() => from.prepare(sql).all(prefix.length, prefix)) ?? [];
    for (const note of notes) attempt(() => insert(db, 'kept', note as Row, 'OR REPLACE'));
  }
}

function insert(db: DatabaseSync, table: string, row: Row, or = ''): number {
  const columns = Object.keys(row);
  const sql = `INSERT ${or} INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
  return Number(db.prepare(sql).run(...Object.values(row)).lastInsertRowid);
}

function idOfMetainfo(bytes: unknown): string | null {
  if (!(bytes instanceof Uint8Array)) return null;
  return proven(() => parseMetainfo(bytes, nodeDigests).info.infoHash);
}

function idOfMagnet(uri: unknown): string | null {
  return typeof uri === 'string' ? proven(() => parseMagnet(uri).infoHash) : null;
}

function proven(read: () => Uint8Array | null): string | null {
  try {
    const infoHash = read();
    return infoHash === null ? null : toHex(infoHash);
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}

function isSound({ data, sum }: Row): boolean {
  if (!(data instanceof Uint8Array) || !(sum instanceof Uint8Array)) return false;
  return equalBytes(sum, createHash('sha256').update(data).digest());
}

/** What SQLite gives, or null where it cannot. */
function attempt<T>(question: () => T): T | null {
  try {
    return question();
  } catch (error) {
    if (isSqlite(error)) return null;
    throw error;
  }
}

function isSqlite(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === 'ERR_SQLITE_ERROR' || code === 'ERR_OUT_OF_RANGE';
}
