/**
 * Makes what was written durable. Decides how where Node's permission model takes fsync away: through SQLite, which syncs
 * files and folders by itself.
 */
import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';

/** Make a database durable that nobody has open and that needs no log. */
export function syncDatabase(file: string): void {
  if (process.permission !== undefined) return commitTo(file);
  const fd = openSync(file, 'r+');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Make renames in a folder durable; Windows has no such call and needs none. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  if (process.permission !== undefined) {
    // A commit syncs the folder in which its journal appears.
    const file = join(folder, `sync-${process.pid}.db`);
    rmSync(file, { force: true });
    commitTo(file);
    rmSync(file, { force: true });
    return;
  }
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** A commit that changes nothing: all that was ever written to the file is synced with it. */
function commitTo(file: string): void {
  const db = new DatabaseSync(file);
  try {
    db.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA');
    const { version } = db.prepare('SELECT user_version AS version FROM pragma_user_version').get() as {
      version: number;
    };
    db.exec(`BEGIN IMMEDIATE; PRAGMA user_version = ${version}; COMMIT`);
  } finally {
    db.close();
  }
}
