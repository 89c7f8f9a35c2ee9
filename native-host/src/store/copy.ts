/**
 * Copies of a session: made from the main file of an open one, checked, and put in the place of the oldest. Decides
 * whether a copy counts. Runs in a thread of its own, where it may take as long as the disk does.
 */
import { closeSync, existsSync, openSync, readSync, writeSync } from 'node:fs';
import { examine, openDatabase } from './database.ts';
import { StoreError, storeError } from './errors.ts';
import { STORE_LIMITS } from './limits.ts';
import { discard, putInPlace, type StoreFiles } from './place.ts';
import { syncDatabase } from './sync.ts';

/** What to copy. */
export interface CopyOrder {
  /** The main file, open for reading; nothing writes to it meanwhile. */
  readonly fd: number;
  readonly bytes: number;
  readonly files: StoreFiles;
}

/** How it went; after a failure the backups are what they were. */
export type CopyResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** Make a backup. Never throws for what the disk or the database do. */
export function makeBackup({ fd, bytes, files }: CopyOrder): CopyResult {
  const [newest, oldest] = files.backups;
  try {
    discard(files.copying);
    copyBytes(fd, bytes, files.copying);
    const why = seal(files.copying);
    if (why !== null) throw new StoreError('STORE_DAMAGED', why);
    syncDatabase(files.copying);
    if (existsSync(newest)) putInPlace(newest, oldest);
    putInPlace(files.copying, newest);
    return { ok: true };
  } catch (error) {
    const meaning = storeError(error);
    if (!(meaning instanceof StoreError)) throw error;
    return { ok: false, code: meaning.code, message: meaning.message };
  } finally {
    discard(files.copying);
  }
}

/** Look at all of a copy and make it one file that needs no log; why it is none, or null. */
function seal(file: string): string | null {
  const db = openDatabase(file);
  try {
    const finding = examine(db, 'all');
    if (finding.kind !== 'sound') return 'why' in finding ? finding.why : `it is ${finding.kind}`;
    db.exec('PRAGMA journal_mode = DELETE');
    return null;
  } finally {
    db.close();
  }
}

function copyBytes(from: number, bytes: number, target: string): void {
  const buffer = new Uint8Array(STORE_LIMITS.copyBytes);
  const to = openSync(target, 'wx', 0o600);
  try {
    for (let at = 0; at < bytes;) {
      const count = readSync(from, buffer, 0, Math.min(buffer.length, bytes - at), at);
      if (count === 0) throw new StoreError('STORE_DAMAGED', 'the database is shorter than it was');
      for (let done = 0; done < count;) done += writeSync(to, buffer, done, count - done, at + done);
      at += count;
    }
  } finally {
    closeSync(to);
  }
}
