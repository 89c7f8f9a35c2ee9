/** A session of its own for a test: a state folder, a folder for downloads, and the processes that serve it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { isAlive } from '../is-alive.ts';
import { serviceCommand } from '../launch.ts';
import { connectLocally, readNote } from '../socket/connect.ts';
import { socketPlace, type SocketPlace } from '../socket/place.ts';

/** Compiled code is shared by all tests: it makes every start twice as fast. */
const CODE = join(tmpdir(), `jstorrent-test-code-${process.getuid?.() ?? 0}`);
const PATIENCE_MS = 30_000;

/** Where a session lives. */
export interface Home {
  /** The user's home for its processes; holds everything else. */
  readonly folder: string;
  readonly stateFolder: string;
  readonly downloads: string;
  readonly place: SocketPlace;
  readonly env: NodeJS.ProcessEnv;
  /** Process of the service that runs, or null. */
  servicePid(): number | null;
  /** Start a service as a connector does, but as our child. */
  startService(): ChildProcess;
  /** Resolved when a service can be reached. */
  untilServing(): Promise<void>;
  /** Resolved when the process of a service is gone. */
  untilGone(pid: number): Promise<void>;
  /** Kill what runs and delete everything. */
  clear(): Promise<void>;
}

/** A new session. */
export function newHome(): Home {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'jstorrent-home-')));
  const stateFolder = join(folder, 'state');
  const downloads = join(folder, 'downloads');
  mkdirSync(stateFolder, { mode: 0o700 });
  mkdirSync(downloads);
  const children: ChildProcess[] = [];
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    HOME: folder,
    JSTORRENT_HOME: stateFolder,
    NODE_COMPILE_CACHE: CODE,
  };
  for (const name of ['XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_RUNTIME_DIR']) delete env[name];
  const place = socketPlace(stateFolder, {
    env,
    platform: process.platform,
    uid: process.getuid?.() ?? -1,
  });
  const servicePid = (): number | null => {
    const pid = readNote(place)?.pid ?? null;
    return pid !== null && isAlive(pid) ? pid : null;
  };
  const untilGone = (pid: number): Promise<void> => until(() => Promise.resolve(!isAlive(pid)));
  return {
    folder,
    stateFolder,
    downloads,
    place,
    env,
    servicePid,
    untilGone,
    startService: () => {
      const [program, ...words] = serviceCommand(stateFolder, place).argv;
      const child = spawn(program!, words, { stdio: ['ignore', 'ignore', 'inherit'], env });
      children.push(child);
      return child;
    },
    untilServing: () =>
      until(async () => {
        const socket = await connectLocally(place);
        socket?.destroy();
        return socket !== null && servicePid() !== null;
      }),
    clear: async () => {
      for (const child of children) child.kill('SIGKILL');
      const pid = servicePid();
      if (pid !== null) {
        process.kill(pid, 'SIGKILL');
        await untilGone(pid);
      }
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error('waited too long');
    await wait(10);
  }
}
