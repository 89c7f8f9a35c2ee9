/** Where the program keeps what it must remember between runs, by the customs of the platform. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** Absolute path of the state folder; it may not exist yet. `JSTORRENT_STATE_DIR` overrides the platform's place. */
export function stateDir(env: NodeJS.ProcessEnv = process.env, platform: string = process.platform): string {
  if (env['JSTORRENT_STATE_DIR']) return env['JSTORRENT_STATE_DIR'];
  const home = homedir();
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'jstorrent');
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'jstorrent');
  return join(env['XDG_STATE_HOME'] || join(home, '.local', 'state'), 'jstorrent');
}
