/**
 * Exclusive locks of the system on small files. The system frees a lock when its holder dies, however it dies, so there is no
 * stale one. Decides that one service per state folder is who holds its lock.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** SQLITE_BUSY: somebody else holds it. */
const BUSY = 5;

/** A held lock. */
export interface FileLock {
  release(): void;
}

/** Take the lock of a state folder that exists; null while another process holds it. */
export function takeLock(stateFolder: string): FileLock | null {
  return takeFileLock(join(stateFolder, 'service.lock'));
}

/** Take the lock of a file, which is made if it is not there; null while another process holds it. Throws a system error. */
export function takeFileLock(path: string): FileLock | null {
  // An empty database: nothing is ever written to it, only its lock is used, which Node offers for no other file.
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if ((error as { errcode?: number }).errcode === BUSY) return null;
    throw error;
  }
  return { release: () => file.close() };
}
