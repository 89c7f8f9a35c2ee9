/**
 * One file of SQLite as the store wants it: how it is opened, and whether what is in it is a sound session. Decides
 * nothing about what to do when it is not.
 */
import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { storeError } from './errors.ts';
import { STORE_LIMITS } from './limits.ts';
import { APPLICATION_ID, migrate, SCHEMA_VERSION } from './migrations/migrate.ts';

/** How a file is opened. */
export interface DatabaseOptions {
  /** Bytes it may grow to. */
  readonly maxBytes?: number | undefined;
}

/** How much of a database is read to trust it: the tables without blobs, or all. */
export type Depth = 'small' | 'all';

/** What a file turned out to be. */
export type Finding =
  | { readonly kind: 'sound'; readonly version: number }
  /** Nothing has been written to it yet. */
  | { readonly kind: 'empty' }
  /** Of another program, or of no program at all. */
  | { readonly kind: 'foreign'; readonly why: string }
  | { readonly kind: 'damaged'; readonly why: string }
  /** Of a later version of this program. */
  | { readonly kind: 'newer'; readonly version: number };

/** Tables whose damage would not be noticed when their rows are used. */
const SMALL_TABLES = ['roots', 'torrents', 'files', 'peers', 'settings', 'counters', 'kept'];

/**
 * Open a file for this process alone, made if it is not there; the system frees it when the process ends, however it
 * ends. With its write-ahead log a commit is one sequential write, and in exclusive mode no memory is shared and no
 * further file is needed. Throws StoreError: `STORE_BUSY`, `STORE_DAMAGED`, `STORE_DENIED`, `STORE_FULL`, `STORE_IO`.
 */
export function openDatabase(file: string, options: DatabaseOptions = {}): DatabaseSync {
  let db: DatabaseSync | null = null;
  try {
    makePrivate(file);
    db = new DatabaseSync(file, { timeout: STORE_LIMITS.busyMs });
    db.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA trusted_schema = OFF;
      PRAGMA cell_size_check = ON;
      PRAGMA temp_store = MEMORY;
      PRAGMA cache_size = -${STORE_LIMITS.cacheKib};
      PRAGMA synchronous = FULL;
      PRAGMA journal_mode = WAL;
      PRAGMA journal_size_limit = ${STORE_LIMITS.walKeptBytes};
      PRAGMA wal_autocheckpoint = ${STORE_LIMITS.checkpointPages};
      BEGIN EXCLUSIVE;
      COMMIT;
    `);
    const { page_size: pageSize } = db.prepare('PRAGMA page_size').get() as { page_size: number };
    const pages = Math.floor((options.maxBytes ?? STORE_LIMITS.maxBytes) / pageSize);
    db.exec(`PRAGMA max_page_count = ${pages}`);
    return db;
  } catch (error) {
    if (db?.isOpen === true) db.close();
    throw storeError(error);
  }
}

/** The file names torrents and folders: for the user alone. SQLite gives its log the same mode. */
function makePrivate(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) closeSync(openSync(file, 'a', 0o600));
  else if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) chmodSync(file, 0o600);
}

/** Look whether an open database is a session that this program can use. Throws StoreError, but not for damage. */
export function examine(db: DatabaseSync, depth: Depth): Finding {
  try {
    const version = pragma(db, 'user_version');
    const application = pragma(db, 'application_id');
    const tables = db.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as { count: number };
    if (tables.count === 0 && application === 0 && version === 0) return { kind: 'empty' };
    if (application !== APPLICATION_ID) {
      return { kind: 'foreign', why: `its application id is ${application}` };
    }
    if (version > SCHEMA_VERSION) return { kind: 'newer', version };
    if (version < 1) return { kind: 'damaged', why: `its version is ${version}` };
    const wanted = schemaOf(version);
    if (schemaText(db) !== wanted) return { kind: 'damaged', why: 'its tables are not those of its version' };
    const complaint = check(db, depth);
    return complaint === null ? { kind: 'sound', version } : { kind: 'damaged', why: complaint };
  } catch (error) {
    const meaning = storeError(error) as { code?: string; message: string };
    // A broken schema makes statements fail in ways that are no damage by their codes.
    const isSql = (error as { code?: string }).code === 'ERR_SQLITE_ERROR';
    if (meaning.code === 'STORE_DAMAGED' || (isSql && meaning === error)) {
      return { kind: 'damaged', why: meaning.message };
    }
    throw meaning;
  }
}

function pragma(db: DatabaseSync, name: string): number {
  return Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}

/** The first complaint of SQLite, or null. */
function check(db: DatabaseSync, depth: Depth): string | null {
  // Beside `quick_check` this compares indices with their tables, and so finds an id that has changed, for 3 % more time.
  for (const what of depth === 'all' ? ['1'] : SMALL_TABLES) {
    const answer = Object.values(db.prepare(`PRAGMA integrity_check(${what})`).get() ?? {})[0];
    if (answer !== 'ok') return String(answer);
  }
  return null;
}

function schemaText(db: DatabaseSync): string {
  const rows = db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all();
  return JSON.stringify(rows.map(({ type, name, sql }) => [type, name, sql]));
}

/** The schema that the migrations make. */
function schemaOf(version: number): string {
  const model = new DatabaseSync(':memory:');
  try {
    migrate(model, 0, version);
    return schemaText(model);
  } finally {
    model.close();
  }
}
