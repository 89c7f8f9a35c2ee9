/**
 * Who writes a torrent into a folder: one program of this user at a time. Decides that by an exclusive lock of the system on a
 * small file in the state folder, one for each torrent and folder, which is free as soon as its holder is gone, however it
 * ended. The files stay: deleting one that somebody is about to lock would make two locks of it.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TorrentId } from '@jstorrent/engine';
import { takeFileLock, type FileLock } from './socket/lock.ts';
import { makePrivateFolder } from './state-dir.ts';

/** A torrent and the folder its files are written to, as an absolute path. */
export interface Claimed {
  readonly id: TorrentId;
  readonly folder: string;
}

/** Claim a folder for a torrent; null while another program holds it. Keep the lock: one that is collected is released. */
export function claimFolder(stateFolder: string, claimed: Claimed): FileLock | null {
  makePrivateFolder(join(stateFolder, CLAIMS));
  return takeFileLock(claimPath(stateFolder, claimed));
}

/** Whether another program writes a torrent to a folder. */
export function isClaimed(stateFolder: string, claimed: Claimed): boolean {
  const path = claimPath(stateFolder, claimed);
  if (!existsSync(path)) return false;
  const lock = takeFileLock(path);
  lock?.release();
  return lock === null;
}

const CLAIMS = 'claims';

function claimPath(stateFolder: string, { id, folder }: Claimed): string {
  const place = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return join(stateFolder, CLAIMS, `${id}-${place}.lock`);
}
