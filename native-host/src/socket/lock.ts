/**
 * One service per state folder. Decides who is it: whoever holds an exclusive lock of the system on one small file. The
 * system frees the lock when its holder dies, however it dies, so there is no stale one.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** SQLITE_BUSY: somebody else holds it. */
const BUSY = 5;

/** A held lock. */
export interface ServiceLock {
  release(): void;
}

/** Take the lock of a state folder that exists; null while another process holds it. */
export function takeLock(stateFolder: string): ServiceLock | null {
  // An empty database: nothing is ever written to it, only its lock is used, which Node offers for no other file.
  const file = new DatabaseSync(join(stateFolder, 'service.lock'), { timeout: 0 });
  try {
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if ((error as { errcode?: number }).errcode === BUSY) return null;
    throw error;
  }
  return { release: () => file.close() };
}
