/**
 * Starts the service in the background. Decides its flags and what its process may touch; that only one of several
 * stays is decided by the lock it takes. Imports nothing heavy: connectors use it.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { nodeCommand, nodeVariables, type NodeCommand } from '@jstorrent/io-daemon/node-command';
import { DOWNLOADS_VARIABLE, downloadsFolder } from './downloads-folder.ts';
import type { SocketPlace } from './socket/place.ts';

const ENTRY = fileURLToPath(new URL('./service/main.ts', import.meta.url));

/** Where compiled code is kept between starts: without it a start takes twice as long and 15 MB more. */
function compileCache(stateFolder: string): string {
  return process.env['NODE_COMPILE_CACHE'] ?? join(stateFolder, 'code');
}

/** What the service is made of, and may read beside its state: the folder of its bundle, or that of all packages. */
const sourcesOf = (entry: string): string =>
  entry.endsWith('.ts') ? resolve(dirname(entry), '../../..') : dirname(entry);

/** What starts the service of a state folder; `entry` is its main module. The folder of its socket is its only word. */
export function serviceCommand(stateFolder: string, place: SocketPlace, entry: string = ENTRY): NodeCommand {
  const flags = [
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
    '--max-semi-space-size=4',
    ...permissions(sourcesOf(entry), [
      stateFolder,
      compileCache(stateFolder),
      ...(place.folder === null ? [] : [place.folder]),
    ]),
  ];
  return nodeCommand(flags, entry, place.folder === null ? [] : [place.folder]);
}

/**
 * Its own state, its sources and what it starts: what hostile metadata could make it do by paths ends there. Not on
 * Windows, where its children could not be freed of these flags.
 */
function permissions(sources: string, own: readonly string[]): readonly string[] {
  if (process.platform === 'win32') return [];
  // Node forgets what is allowed of a folder when a folder in it was allowed before.
  const outermost = own.filter((folder) => !own.some((other) => isBelow(folder, other)));
  return [
    '--permission',
    ...(outermost.some((folder) => isBelow(sources, folder)) ? [] : [`--allow-fs-read=${sources}`]),
    ...outermost.flatMap((folder) => [`--allow-fs-read=${folder}`, `--allow-fs-write=${folder}`]),
    '--allow-child-process',
    // Backups of the session are made by a thread.
    '--allow-worker',
  ];
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(`${folder}${sep}`);
}

/** A service that was started this recently is about to come up, or has found another one. */
const LAUNCH_MS = 5000;

/** Says that a service is starting, so that of many connectors at once only one starts one. */
export function launchMark(stateFolder: string): string {
  return join(stateFolder, 'starting');
}

/**
 * Start a service that outlives this process, unless somebody has just started one. Whether it comes up is seen at its
 * socket.
 */
export function launchService(stateFolder: string, place: SocketPlace): void {
  makeFolders(stateFolder, place);
  if (!isOurTurn(launchMark(stateFolder))) return;
  const command = serviceCommand(stateFolder, place);
  const [program, ...words] = command.argv;
  const child = spawn(program!, words, {
    cwd: stateFolder,
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
    env: {
      ...process.env,
      ...nodeVariables(command),
      NODE_COMPILE_CACHE: compileCache(stateFolder),
      [DOWNLOADS_VARIABLE]: downloadsFolder() ?? '',
    },
  });
  child.on('error', () => {});
  child.unref();
}

/** Make what a service finds: a folder that is not there when it starts cannot be allowed to it. Throws a system error. */
export function makeFolders(stateFolder: string, place: SocketPlace): void {
  for (const folder of [stateFolder, place.folder]) {
    if (folder !== null) mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
}

/** Only saves work: that one service stays is ensured by its lock. */
function isOurTurn(mark: string): boolean {
  const found = statSync(mark, { throwIfNoEntry: false });
  if (found !== undefined && Math.abs(Date.now() - found.mtimeMs) >= LAUNCH_MS) rmSync(mark, { force: true });
  try {
    closeSync(openSync(mark, 'wx', 0o600));
    return true;
  } catch {
    return false;
  }
}
