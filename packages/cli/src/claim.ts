/**
 * The right to write a torrent into a folder. Decides that a download does not begin while another program of this user, or the
 * service, has the torrent in the same folder.
 */
import { existsSync, realpathSync } from 'node:fs';
import type { TorrentId } from '@jstorrent/engine';
import { claimFolder } from '@jstorrent/native-host/folder-claim';
import { socketPlace } from '@jstorrent/native-host/socket-place';
import { stateDir } from '@jstorrent/native-host/state-dir';
import { CliError, diskError, EXIT } from './errors.ts';

/** Held as long as this process lives: what nobody refers to would be collected, and the lock with it. */
const held: object[] = [];
/** Enough of a hash to name a torrent. */
const DIGITS = 8;

/** Claim a folder (absolute path) for a torrent until this process ends. Rejects with a CliError when somebody else has it. */
export async function claim(id: TorrentId, folder: string): Promise<void> {
  const folders = new Set([folder, realpathSync(folder)]);
  for (const path of folders) claimOne(id, path);
  // Most who download have no service, and need nothing of what speaks to one.
  if (!existsSync(socketPlace(stateDir()).note)) return;
  const { folderInService } = await import('./service/folder-in-service.ts');
  const at = await folderInService(id);
  if (at === null || !(folders.has(at) || folders.has(realPath(at)))) return;
  const text = `the service has this torrent in ${at}; "jstorrent start ${id.slice(0, DIGITS)}" goes on with it there`;
  throw new CliError(EXIT.refused, 'IN_USE', text);
}

function claimOne(id: TorrentId, folder: string): void {
  const stateFolder = stateDir();
  let lock: object | null;
  try {
    lock = claimFolder(stateFolder, { id, folder });
  } catch (error) {
    throw diskError(stateFolder, error);
  }
  if (lock === null) {
    const text = `another "jstorrent download" writes this torrent to ${folder}; wait for it, or choose another folder with --dir`;
    throw new CliError(EXIT.refused, 'IN_USE', text);
  }
  held.push(lock);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
