/**
 * Makes a store's files durable. Decides the order: files first, then the folders that name them.
 */
import { close, constants, fdatasync, fsync, open } from 'node:fs';
import { promisify } from 'node:util';
import type { FileStat } from '@jstorrent/engine/ports';
import { ask } from './ask.ts';
import type { Changes } from './changes.ts';
import { DiskFailure, systemCode } from './codes.ts';
import type { Counters } from './counters.ts';
import type { Root } from './jobs.ts';
import type { WorkerPool } from './pool.ts';
import type { Slots } from './slots.ts';

const closeFile = promisify(close);
const syncData = promisify(fdatasync);
const syncAll = promisify(fsync);
const openFile = promisify(open);

/** Whose files are synced, and who wants to know how they look. */
export interface SyncRequest {
  readonly pool: WorkerPool;
  readonly syncs: Slots;
  readonly counters: Counters;
  readonly store: number;
  readonly root: Root;
  readonly changes: Changes;
  readonly onStat: (path: string, stat: FileStat) => void;
}

/**
 * Sync all changes up to now. What fails stays unsynced; a file that lost its name after we wrote to it is told once, and
 * whatever is written later goes to the file that has the name then.
 */
export async function syncChanges(request: SyncRequest): Promise<void> {
  const { pool, syncs, store, changes } = request;
  const unsynced = changes.take();
  try {
    const vanished = new Set((await pool.runEverywhere<'vanished'>({ kind: 'vanished', store })).flat());
    const changed: string[] = [];
    const running = Array.from(new Set([...unsynced.paths, ...vanished]), (path) =>
      syncs.use(async () => {
        if (await syncFile(request, path, vanished.has(path))) return;
        unsynced.paths.delete(path);
        changed.push(path);
      }),
    );
    await allDone(running);
    for (const folder of unsynced.folders) await syncFolder(folder, request.counters);
    if (changed.length > 0) throw new DiskFailure('FILE_CHANGED', changed.join(', '));
  } catch (error) {
    changes.putBack(unsynced);
    throw error;
  }
}

/** Wait for all, then fail with the first failure: nothing may go on behind the answer. */
async function allDone(work: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(work);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Sync one file; false when it is not the one that was written. */
async function syncFile(request: SyncRequest, path: string, hasVanished: boolean): Promise<boolean> {
  const { pool, store, root, changes, onStat } = request;
  // Whatever is written from now on makes it longer still.
  const least = changes.leastOf(path);
  const opened = await ask<'open'>(pool, { kind: 'open', store, root, path, write: true });
  if (opened === null) {
    onStat(path, { size: -1, mtimeMs: 0 });
    changes.forget(path);
    return false;
  }
  try {
    const startMs = performance.now();
    await syncData(opened.fd);
    request.counters.call('sync', startMs);
    onStat(path, opened.stat);
  } finally {
    await closeFile(opened.fd);
  }
  if (hasVanished || opened.stat.size < least) {
    changes.forget(path);
    return false;
  }
  return true;
}

async function syncFolder(folder: string, counters: Counters): Promise<void> {
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
    const startMs = performance.now();
    await syncAll(fd);
    counters.call('sync', startMs);
  } catch (error) {
    // Some network file systems cannot sync folders.
    if (!['EINVAL', 'ENOTSUP'].includes(systemCode(error))) throw error;
  } finally {
    await closeFile(fd);
  }
}
