/** The service of an ordinary user: no variable of ours is set, and its socket is where the platform keeps such things. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { reachService } from '../connector/reach.ts';
import { makeFolders, serviceCommand } from '../launch.ts';
import { socketPlace } from '../socket/place.ts';

let folder = '';
let child: ChildProcess | null = null;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'jstorrent-home-')));
  mkdirSync(join(folder, 'run'), { mode: 0o700 });
});
afterEach(async () => {
  if (child !== null && child.exitCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Start one, and wait for it as a connector does: whether it serves, or how it ended. */
async function serve(env: NodeJS.ProcessEnv): Promise<string> {
  const stateFolder = join(folder, '.local/state/jstorrent');
  const place = socketPlace(stateFolder, { env, platform: process.platform, uid: process.getuid?.() ?? -1 });
  makeFolders(stateFolder, place);
  const [program = '', ...words] = serviceCommand(stateFolder, place).argv;
  const started = spawn(program, words, { stdio: ['ignore', 'ignore', 'inherit'], cwd: stateFolder, env });
  child = started;
  const ended = once(started, 'exit').then(([status, signal]) => `ended with ${status ?? signal}`);
  const served = reachService({ stateFolder, place, version: '1.0.0', launch: false }).then((socket) => {
    socket?.destroy();
    return socket === null ? 'is not there' : 'serves';
  });
  return Promise.race([served, ended]);
}

function ordinary(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, HOME: folder };
  for (const name of ['JSTORRENT_HOME', 'XDG_STATE_HOME', 'XDG_RUNTIME_DIR', 'NODE_COMPILE_CACHE'])
    delete env[name];
  return env;
}

it('comes up in the runtime folder of a login', async () => {
  expect(await serve({ ...ordinary(), XDG_RUNTIME_DIR: join(folder, 'run') })).toBe('serves');
});

it('comes up without one', async () => {
  expect(await serve(ordinary())).toBe('serves');
});
