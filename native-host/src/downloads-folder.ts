/**
 * Where this user keeps downloads, by the customs of the platform: the place for new torrents until another is chosen. Imports
 * nothing heavy: connectors use it.
 */
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import process from 'node:process';

/** Name of the variable by which a service is told; it may not look by itself. */
export const DOWNLOADS_VARIABLE = 'JSTORRENT_DOWNLOADS';

/** Absolute path of the folder; null when there is none. */
export function downloadsFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): string | null {
  const home = homedir();
  const found =
    platform === 'linux' ? readUserDirs(env['XDG_CONFIG_HOME'] || join(home, '.config'), home) : null;
  return [found, join(home, 'Downloads')].find((path) => path !== null && isFolder(path)) ?? null;
}

/** The folder, which is made in the home where there is none; null when that is not possible. For when a user sets JSTorrent up. */
export function makeDownloadsFolder(): string | null {
  const found = downloadsFolder();
  if (found !== null) return found;
  const path = join(homedir(), 'Downloads');
  try {
    mkdirSync(path, { mode: 0o755 });
    return path;
  } catch {
    return null;
  }
}

/** The entry of xdg-user-dirs; null where there is none, or where it says that there is no such folder. */
function readUserDirs(configuration: string, home: string): string | null {
  let text: string;
  try {
    text = readFileSync(join(configuration, 'user-dirs.dirs'), 'utf8');
  } catch {
    return null;
  }
  const value = /^\s*XDG_DOWNLOAD_DIR="(.*)"\s*$/m.exec(text)?.[1]?.replaceAll(/\\(.)/g, '$1');
  if (value === undefined) return null;
  const path = value.replace(/^\$HOME(?=\/|$)/, home).replace(/\/+$/, '');
  // "The home itself" means none.
  return isAbsolute(path) && path !== home ? path : null;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
