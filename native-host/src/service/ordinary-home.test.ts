/** The service of an ordinary user: no variable of ours is set, and its socket is where the platform keeps such things. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeFolders, serviceCommand } from '../launch.ts';
import { connectLocally } from '../socket/connect.ts';
import { socketPlace } from '../socket/place.ts';

let folder = '';
let child: ChildProcess | null = null;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'jstorrent-home-')));
  mkdirSync(join(folder, 'run'), { mode: 0o700 });
});
afterEach(async () => {
  if (child !== null && child.exitCode === null) {
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Start one, and wait until it is there or has ended; its exit status, null while it serves. */
async function serve(env: NodeJS.ProcessEnv): Promise<number | null> {
  const stateFolder = join(folder, '.local/state/jstorrent');
  const place = socketPlace(stateFolder, { env, platform: process.platform, uid: process.getuid?.() ?? -1 });
  makeFolders(stateFolder, place);
  const [program = '', ...words] = serviceCommand(stateFolder, place).argv;
  const started = spawn(program, words, { stdio: ['ignore', 'ignore', 'inherit'], cwd: stateFolder, env });
  child = started;
  for (;;) {
    const socket = await connectLocally(place);
    socket?.destroy();
    if (socket !== null || started.exitCode !== null) return started.exitCode;
    await wait(20);
  }
}

function ordinary(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, HOME: folder };
  for (const name of ['JSTORRENT_HOME', 'XDG_STATE_HOME', 'XDG_RUNTIME_DIR', 'NODE_COMPILE_CACHE'])
    delete env[name];
  return env;
}

it('comes up in the runtime folder of a login', async () => {
  expect(await serve({ ...ordinary(), XDG_RUNTIME_DIR: join(folder, 'run') })).toBeNull();
});

it('comes up without one', async () => {
  expect(await serve(ordinary())).toBeNull();
});
