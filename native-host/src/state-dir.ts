/**
 * Where this user's session lives, by the customs of the platform. Decides the folder and that it belongs to the user
 * alone; what stands in it is decided by the store, the socket and the log.
 */
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';

/** Absolute path of the state folder; it may not exist yet. `JSTORRENT_HOME` overrides the platform's place. */
export function stateDir(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): string {
  const own = env['JSTORRENT_HOME'];
  if (own !== undefined && own !== '') return resolve(own);
  const home = homedir();
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'JSTorrent');
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'JSTorrent');
  return join(env['XDG_STATE_HOME'] || join(home, '.local', 'state'), 'jstorrent');
}

/** Thrown when a folder that must be private to the user is not. */
export class NotPrivateError extends Error {
  readonly code = 'NOT_PRIVATE';
  readonly path: string;

  constructor(path: string, why: string) {
    super(`${path} ${why}; move it away or mend its permissions`);
    this.name = 'NotPrivateError';
    this.path = path;
  }
}

/**
 * Make a folder of this user alone (mode 0700) with its parents. What is there already is taken only when it is a real
 * folder of this user; open permissions of it are closed. Throws NotPrivateError, or a system error.
 */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  if (!found.isDirectory()) throw new NotPrivateError(path, 'is a link or a file, not a folder');
  const uid = process.getuid?.();
  if (uid === undefined) return;
  if (found.uid !== uid) throw new NotPrivateError(path, 'belongs to another user');
  if ((found.mode & 0o077) !== 0) chmodSync(path, 0o700);
}
