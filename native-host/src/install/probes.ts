/** How the doctor finds out about this machine. Decides what is started and read for it, and that nothing of it stays. */
import { spawn } from 'node:child_process';
import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  mkdtempSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { clearTimeout, setTimeout } from 'node:timers';
import { spawnDaemon } from '@jstorrent/io-daemon/spawn';
import { PROTOCOL } from '@jstorrent/control/limits';
import manifest from '../../package.json' with { type: 'json' };
import { connectLocally } from '../socket/connect.ts';
import type { SocketPlace } from '../socket/place.ts';
import type { LauncherAnswer, Probes } from './doctor.ts';

/** A first start on a slow machine; the doctor says when it took too long. */
const LAUNCHER_MS = 15_000;
const DAEMON_MS = 15_000;
const PORT_MS = 2000;
/** Of the first frame; what is larger is no answer to a greeting. */
const REPLY_MAX = 64 * 1024;

/** What is probed. */
export interface ProbeOptions {
  readonly stateFolder: string;
  /** Where the service of this folder is reached. */
  readonly place: SocketPlace;
  /** Absolute paths that must be there for JSTorrent to run. */
  readonly files: readonly string[];
}

/** Probes of this machine. */
export function realProbes({ stateFolder, place, files }: ProbeOptions): Probes {
  return {
    nodeVersion: process.versions.node,
    missingFiles: () => files.filter((file) => !existsSync(file)),
    isExecutable,
    folder: lookAtFolder,
    service: () => askService(place),
    database: async () => readDatabase(join(stateFolder, 'session.db')),
    launcher: askLauncher,
    daemon: tryDaemon,
    isListening,
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function lookAtFolder(path: string): ReturnType<Probes['folder']> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) return null;
  const uid = process.getuid?.();
  const isPrivate = uid === undefined || (found.uid === uid && (found.mode & 0o077) === 0);
  return { isPrivate, isWritable: isWritable(path), freeBytes: freeBytes(path) };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function freeBytes(path: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return null;
  }
}

async function askService(place: SocketPlace): ReturnType<Probes['service']> {
  try {
    const socket = await connectLocally(place);
    socket?.destroy();
    return socket === null ? 'absent' : 'running';
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

/** A copy is opened, with the log beside it: opening the original could change it. */
function readDatabase(file: string): Awaited<ReturnType<Probes['database']>> {
  if (!existsSync(file)) return 'absent';
  const folder = mkdtempSync(join(tmpdir(), 'jstorrent-doctor-'));
  let db: DatabaseSync | null = null;
  try {
    const copy = join(folder, 'session.db');
    copyFileSync(file, copy, constants.COPYFILE_FICLONE);
    if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`, constants.COPYFILE_FICLONE);
    db = new DatabaseSync(copy);
    const found = db.prepare('PRAGMA quick_check(1)').get();
    const word = String(Object.values(found ?? {})[0]);
    return { problem: word === 'ok' ? null : word };
  } catch (error) {
    return { problem: messageOf(error) };
  } finally {
    db?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Start it as a browser does, greet it, and let it go. */
function askLauncher(path: string, origin: readonly string[]): Promise<LauncherAnswer> {
  const { promise, resolve } = Promise.withResolvers<LauncherAnswer>();
  const startMs = performance.now();
  // Windows runs a script through its command line only; our words have nothing in them that it would understand.
  const argv = process.platform === 'win32' ? ['cmd.exe', '/d', '/c', path, ...origin] : [path, ...origin];
  const child = spawn(argv[0] ?? '', argv.slice(1), { stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true });
  const timer = setTimeout(() => finish({ kind: 'silent', reason: 'it took too long' }), LAUNCHER_MS);
  let received = Buffer.alloc(0);
  const finish = (answer: LauncherAnswer): void => {
    clearTimeout(timer);
    child.stdin.destroy();
    child.kill();
    resolve(answer);
  };
  child.once('error', (error) => finish({ kind: 'silent', reason: error.message }));
  child.once('exit', (status) => finish({ kind: 'silent', reason: `it ended with status ${status}` }));
  child.stdin.on('error', () => {});
  child.stdout.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    const length = received.length < 4 ? 0 : received.readUInt32LE();
    if (length > REPLY_MAX) finish({ kind: 'silent', reason: 'it printed something that is no answer' });
    else if (received.length >= 4 && received.length >= 4 + length) {
      finish(readReply(received.toString('utf8', 4, 4 + length), performance.now() - startMs));
    }
  });
  child.stdin.write(hello());
  return promise;
}

function hello(): Buffer {
  const params = { protocol: PROTOCOL, name: 'doctor', version: manifest.version };
  const json = Buffer.from(JSON.stringify({ id: 1, call: 'hello', params }));
  const header = Buffer.alloc(4);
  header.writeUInt32LE(json.length);
  return Buffer.concat([header, json]);
}

function readReply(text: string, ms: number): LauncherAnswer {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown; code?: unknown } };
    if (error === undefined) return { kind: 'hello', ms };
    return { kind: 'refused', reason: String(error.message ?? error.code) };
  } catch {
    return { kind: 'silent', reason: 'it printed something that is no answer' };
  }
}

async function tryDaemon(): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const timer = setTimeout(() => resolve('it took too long'), DAEMON_MS);
  const daemon = spawnDaemon({
    roots: {},
    onEvents: () => {},
    onReady: () => resolve(null),
    onLost: resolve,
    log: () => {},
  });
  const problem = await promise;
  clearTimeout(timer);
  await daemon.stop();
  return problem;
}

function isListening(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: '127.0.0.1', port, timeout: PORT_MS });
  const finish = (isThere: boolean): void => {
    socket.destroy();
    resolve(isThere);
  };
  socket.once('connect', () => finish(true));
  socket.once('error', () => finish(false));
  socket.once('timeout', () => finish(false));
  return promise;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
