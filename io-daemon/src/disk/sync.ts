/**
 * Makes a store's files durable. Decides the order: files first, then the folders that name them.
 */
import { close, constants, fdatasync, fsync, open } from 'node:fs';
import { promisify } from 'node:util';
import type { FileStat } from '@jstorrent/engine/ports';
import { ask } from './ask.ts';
import type { Changes, Unsynced } from './changes.ts';
import { DiskFailure, systemCode } from './codes.ts';
import type { Root } from './jobs.ts';
import { SYNCS_AT_ONCE } from './limits.ts';
import type { WorkerPool } from './pool.ts';

const closeFile = promisify(close);
const syncData = promisify(fdatasync);
const syncAll = promisify(fsync);
const openFile = promisify(open);

/** Whose files are synced, and who wants to know how they look. */
export interface SyncRequest {
  readonly pool: WorkerPool;
  readonly store: number;
  readonly root: Root;
  readonly changes: Changes;
  readonly onStat: (path: string, stat: FileStat) => void;
}

/** Sync all changes up to now. What fails stays unsynced; a file that is gone or exchanged is told once. */
export async function syncChanges(request: SyncRequest): Promise<void> {
  const unsynced = request.changes.take();
  try {
    await syncAllOf(request, unsynced);
  } catch (error) {
    request.changes.putBack(unsynced);
    throw error;
  }
}

async function syncAllOf(request: SyncRequest, unsynced: Unsynced): Promise<void> {
  const left = unsynced.paths.values();
  const worker = async (): Promise<void> => {
    for (const path of left) await syncFile(request, unsynced, path);
  };
  await Promise.all(Array.from({ length: SYNCS_AT_ONCE }, worker));
  for (const folder of unsynced.folders) await syncFolder(folder);
}

async function syncFile(request: SyncRequest, unsynced: Unsynced, path: string): Promise<void> {
  const { pool, store, root, changes } = request;
  const opened = await ask<'open'>(pool, { kind: 'open', store, root, path, write: true });
  if (opened === null) throw changed(request, unsynced, { path, stat: null });
  try {
    const isOurs = changes.isSame(path, opened.dev, opened.ino);
    if (changes.takeExchanged(path) || !isOurs) throw changed(request, unsynced, { path, stat: opened.stat });
    await syncData(opened.fd);
    request.onStat(path, opened.stat);
  } finally {
    await closeFile(opened.fd);
  }
}

/** The error for a file that is not the one we wrote; from now on the one that is there (or a new one) is ours. */
function changed(
  { pool, store, changes, onStat }: SyncRequest,
  unsynced: Unsynced,
  { path, stat }: { readonly path: string; readonly stat: FileStat | null },
): DiskFailure {
  unsynced.paths.delete(path);
  changes.forget(path);
  onStat(path, stat ?? { size: -1, mtimeMs: 0 });
  // Workers may still write to the file that has lost its name.
  pool.runEverywhere({ kind: 'forget', store }, () => {});
  return new DiskFailure('DISK_ERROR', `file changed: ${path}`);
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  let fd: number;
  try {
    fd = await openFile(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    // A folder that is gone has no entries to keep.
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  try {
    await syncAll(fd);
  } catch (error) {
    // Some network file systems cannot sync folders.
    if (!['EINVAL', 'ENOTSUP'].includes(systemCode(error))) throw error;
  } finally {
    await closeFile(fd);
  }
}
