/**
 * Where the service of this user is reached: a socket in a folder of the user alone, or a named pipe on Windows. Decides
 * the paths and what makes them trustworthy; who may listen there is decided by lock.ts. Imports nothing heavy: a
 * connector begins with it.
 */
import { lstatSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { NotPrivateError } from '../state-dir.ts';

/** Longest path of a socket: 108 bytes on Linux and 104 on macOS, with the zero at the end. */
const SOCKET_PATH_MAX = 103;

/** How the service of one state folder is found. */
export interface SocketPlace {
  /** Private folder of the socket and of what is said about it; null where pipes have names and no folder. */
  readonly folder: string | null;
  /** What to listen at and to connect to. */
  readonly path: string;
  /** Which service listens, as `ServiceNote` in JSON. */
  readonly note: string;
}

/** What a running service says of itself beside its socket. */
export interface ServiceNote {
  readonly pid: number;
  /** Product version. */
  readonly version: string;
  /** Version of the control protocol; 1 of services that do not say it. */
  readonly protocol: number;
}

/** What the place depends on. */
export interface PlaceWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly uid: number;
}

const thisWorld = (): PlaceWorld => ({
  env: process.env,
  platform: process.platform,
  uid: process.getuid?.() ?? -1,
});

/** The place that belongs to a state folder (absolute path). The folder need not exist yet. */
export function socketPlace(stateFolder: string, world: PlaceWorld = thisWorld()): SocketPlace {
  const tag = shortHash(stateFolder);
  if (world.platform === 'win32') {
    return {
      folder: null,
      path: `\\\\.\\pipe\\jstorrent-${tag}`,
      note: join(stateFolder, 'service.json'),
    };
  }
  return placeIn(socketFolder(stateFolder, tag, world), tag);
}

/**
 * The place for a service whose starter has found the folder: the service itself may not look at what lies around it.
 */
export function knownPlace(stateFolder: string, folder: string | undefined): SocketPlace {
  return folder === undefined || folder === ''
    ? socketPlace(stateFolder)
    : placeIn(folder, shortHash(stateFolder));
}

function placeIn(folder: string, tag: string): SocketPlace {
  return { folder, path: join(folder, `${tag}.sock`), note: join(folder, `${tag}.json`) };
}

/**
 * Throws NotPrivateError unless the folder is a real one of this user that nobody else may enter; false when it is not
 * there.
 */
export function isPrivateFolder(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (!found.isDirectory()) throw new NotPrivateError(folder, 'is a link or a file, not a folder');
  if (found.uid !== process.getuid?.()) throw new NotPrivateError(folder, 'belongs to another user');
  if ((found.mode & 0o077) !== 0) throw new NotPrivateError(folder, 'may be entered by other users');
  return true;
}

/**
 * The runtime folder of the user's login where there is one: it is on a local disk and gone after a restart. A session of
 * its own (`JSTORRENT_HOME`) keeps everything together.
 */
function socketFolder(stateFolder: string, tag: string, world: PlaceWorld): string {
  const beside = join(stateFolder, 'run');
  const isOwn = (world.env['JSTORRENT_HOME'] ?? '') !== '';
  const runtime = isOwn || world.platform !== 'linux' ? null : runtimeFolder(world);
  const folder = runtime === null ? beside : join(runtime, 'jstorrent');
  if (Buffer.byteLength(join(folder, `${tag}.sock`)) <= SOCKET_PATH_MAX) return folder;
  return join(tmpdir(), `jstorrent-${world.uid}-${tag}`);
}

/** The same for a program started by a desktop, a terminal or a timer: some of them do not set the variable. */
function runtimeFolder({ env, uid }: PlaceWorld): string | null {
  for (const folder of [env['XDG_RUNTIME_DIR'], `/run/user/${uid}`]) {
    if (folder === undefined || folder === '') continue;
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found?.isDirectory() === true && found.uid === uid) return folder;
  }
  return null;
}

/** 64 bits of FNV-1a in hex: tells the sessions of one user apart, and is no secret. */
function shortHash(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}
