/**
 * `torrents.db` of qBittorrent (its setting for where resume data is stored). Decides which columns are read; what is in them
 * is read by qbittorrent.ts.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ImportError, type ImportedTorrent, type ImportOutcome } from './imported.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { readQBittorrentRow, type QBittorrentExtras } from './qbittorrent.ts';
import { attempt } from './attempt.ts';

/** The bytes of the database, and of what SQLite keeps beside it while the client runs. */
export interface DatabaseFiles {
  readonly database: Uint8Array;
  /** `torrents.db-wal`; null = there is none. */
  readonly wal: Uint8Array | null;
}

/**
 * Read all torrents of a database. A copy is made in `scratch`, an existing folder, and removed again: the original is never
 * opened. Throws ImportError when it is no such database.
 */
export function readQBittorrentDatabase(files: DatabaseFiles, scratch: string): readonly ImportOutcome[] {
  const folder = mkdtempSync(join(scratch, 'import-'));
  try {
    const file = join(folder, 'torrents.db');
    writeFileSync(file, files.database, { mode: 0o600 });
    if (files.wal !== null) writeFileSync(`${file}-wal`, files.wal, { mode: 0o600 });
    return readRows(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Row = Readonly<Record<string, unknown>>;

function readRows(file: string): readonly ImportOutcome[] {
  let db: DatabaseSync | null = null;
  try {
    db = new DatabaseSync(file, { allowExtension: false, defensive: true });
    // A view or a trigger of a stranger must not be what is read.
    db.exec('PRAGMA trusted_schema = OFF');
    const kind = db.prepare("SELECT type FROM sqlite_master WHERE name = 'torrents'").get();
    if (kind?.['type'] !== 'table') throw new Error('no table');
    const rows = db.prepare(`SELECT * FROM torrents ORDER BY queue_position LIMIT ${IMPORT_LIMITS.torrents}`);
    const outcomes: ImportOutcome[] = [];
    for (const row of rows.iterate()) outcomes.push(attempt(textOf(row, 'torrent_id'), () => readRow(row)));
    return outcomes;
  } catch {
    throw new ImportError('qBittorrent’s torrents.db is damaged or of an unknown version.');
  } finally {
    db?.close();
  }
}

function readRow(row: Row): ImportedTorrent {
  const resume = bytesOf(row, 'libtorrent_resume_data');
  if (resume === null) throw new ImportError('Its resume data is missing.');
  const mode = textOf(row, 'operating_mode');
  const queue = numberOf(row, 'queue_position', -1);
  const extras: QBittorrentExtras = {
    displayName: textOf(row, 'name').slice(0, IMPORT_LIMITS.nameLength) || null,
    category: textOf(row, 'category'),
    tags: textOf(row, 'tags').split(','),
    savePath: textOf(row, 'target_save_path'),
    ratioLimit: numberOf(row, 'ratio_limit', -2000),
    seedMinutes: numberOf(row, 'seeding_time_limit', -2),
    idleMinutes: numberOf(row, 'inactive_seeding_time_limit', -2),
    endsFirst: numberOf(row, 'has_outer_pieces_priority', 0) !== 0,
    intent: numberOf(row, 'stopped', 0) !== 0 ? 'stop' : mode === 'Forced' ? 'force' : 'run',
    queue: queue >= 0 ? queue : null,
  };
  return readQBittorrentRow(textOf(row, 'torrent_id'), resume, bytesOf(row, 'metadata'), extras);
}

function textOf(row: Row, column: string): string {
  const value = row[column];
  return typeof value === 'string'
    ? value
    : value instanceof Uint8Array
      ? new TextDecoder().decode(value)
      : '';
}

function numberOf(row: Row, column: string, otherwise: number): number {
  const value = row[column];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : otherwise;
}

function bytesOf(row: Row, column: string): Uint8Array | null {
  const value = row[column];
  return value instanceof Uint8Array ? value : null;
}
