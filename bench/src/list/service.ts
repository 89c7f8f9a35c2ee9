/**
 * A built service over a session, and a front end of it on its socket. Decides when the clock starts and stops; what is
 * asked of it is decided by list.ts.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  connectControl,
  framed,
  ListView,
  PROTOCOL,
  type ControlClient,
  type ControlEvent,
} from '@jstorrent/control';
import { serviceCommand } from '@jstorrent/native-host/launch';
import { socketChannel } from '@jstorrent/native-host/socket-channel';
import { socketPlace } from '@jstorrent/native-host/socket-place';

const SERVICE = fileURLToPath(new URL('../../../dist/service.mjs', import.meta.url));
const MESSAGE_BYTES = 2 ** 20;
const LOOK_MS = 5;
const TIMEOUT_MS = 60_000;

/** Milliseconds from the start of the process to each step. */
interface StartTimes {
  /** Somebody could connect and was answered. */
  readonly hello: number;
  /** The whole list was there. */
  readonly list: number;
}

/** A service and its front end. */
export interface RunningService {
  readonly pid: number;
  readonly times: StartTimes;
  readonly client: ControlClient;
  readonly list: ListView;
  /** Resolved when the list is as wished. */
  until(isThere: (list: ListView) => boolean): Promise<void>;
  /** End it in order; resolved when its process is gone. */
  stop(): Promise<void>;
}

/** Start a service over a state folder and wait for the list of `count` torrents. Compiled code is kept in `codeFolder`. */
export async function startService(
  stateFolder: string,
  codeFolder: string,
  count: number,
): Promise<RunningService> {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    JSTORRENT_HOME: stateFolder,
    NODE_COMPILE_CACHE: codeFolder,
  };
  const place = socketPlace(stateFolder, { env, platform: process.platform, uid: process.getuid?.() ?? -1 });
  // Its permissions name the folder of compiled code that this process has.
  process.env['NODE_COMPILE_CACHE'] = codeFolder;
  const [program, ...words] = serviceCommand(stateFolder, place, SERVICE).argv;
  const begunAt = performance.now();
  const child = spawn(program ?? '', words, {
    cwd: stateFolder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
  });
  const ended = once(child, 'exit');
  try {
    return await meet({ child, ended, path: place.path, begunAt, count });
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

interface Start {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  readonly path: string;
  readonly begunAt: number;
  readonly count: number;
}

async function meet({ child, ended, path, begunAt, count }: Start): Promise<RunningService> {
  const socket = await reach(path);
  const list = new ListView();
  const watchers = new Set<() => void>();
  const onEvent = (event: ControlEvent): void => {
    if (event.event !== 'list' || list.apply(event) !== 'done') return;
    for (const look of watchers) look();
  };
  const client = connectControl(framed(socketChannel(socket), MESSAGE_BYTES), {
    timer: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    onEvent,
  });
  const until = (isThere: (seen: ListView) => boolean): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = (): void => {
      if (isThere(list)) resolve();
    };
    watchers.add(look);
    look();
    return promise.finally(() => watchers.delete(look));
  };
  await client.call('hello', { protocol: PROTOCOL, name: 'bench', version: '0.0.0' });
  const hello = performance.now() - begunAt;
  await client.call('list.subscribe', {});
  await until(({ rows }) => rows.size === count);
  return {
    pid: child.pid ?? 0,
    times: { hello, list: performance.now() - begunAt },
    client,
    list,
    until,
    stop: async () => {
      await client.call('service.stop', {});
      await ended;
    },
  };
}

/** Connect as soon as somebody listens. */
async function reach(path: string): Promise<ReturnType<typeof connect>> {
  const endMs = performance.now() + TIMEOUT_MS;
  while (performance.now() < endMs) {
    const socket = connect(path);
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (isThere) return socket;
    await wait(LOOK_MS);
  }
  throw new Error('the service does not come up');
}

/** Where a session of the benchmark keeps its state, below its folder. */
export function stateFolderIn(folder: string): string {
  return join(folder, 'state');
}
