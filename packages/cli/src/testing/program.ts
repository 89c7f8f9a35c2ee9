/** Runs `bin/jstorrent` as processes for tests: started, listened to, stopped. Decides nothing of what they do. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { socketPlace } from '@jstorrent/native-host/socket-place';

const PROGRAM = fileURLToPath(new URL('../../../../bin/jstorrent', import.meta.url));

/** An object that the program printed. */
type Printed = Readonly<Record<string, unknown>>;

/** How a process ended. */
interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that runs. */
export interface Running {
  readonly events: readonly Printed[];
  /** The first event, past or future, that satisfies a condition. Rejects when the process ends before. */
  event(name: string, condition?: (event: Printed) => boolean): Promise<Printed>;
  signal(name: 'SIGINT' | 'SIGTERM'): void;
  readonly ended: Promise<Ended>;
}

/** A folder of its own for one test, with the processes that were started in it. */
export interface Place {
  readonly folder: string;
  /** Write files, random bytes where a length is given; returns the absolute path of `name`. */
  files(name: string, files: Readonly<Record<string, number | string>>): string;
  path(...components: readonly string[]): string;
  start(...words: readonly string[]): Running;
  /** Start and wait for the end. */
  run(...words: readonly string[]): Promise<Ended>;
  /** Start, wait for the end, and read the one JSON value that was printed. Rejects unless it ended with 0. */
  value(...words: readonly string[]): Promise<unknown>;
  /** Kill the service that runs here, as if the power was cut. */
  killService(): Promise<void>;
  /** End what still runs, the service too, and delete the folder. */
  clear(): Promise<void>;
}

/** A fresh place; its processes keep their state in it. */
export function makePlace(): Place {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'jstorrent-cli-')));
  const stateFolder = join(folder, 'state');
  // Browsers and desktops are looked for there.
  const env: NodeJS.ProcessEnv = { ...process.env, JSTORRENT_HOME: stateFolder, HOME: folder, NO_COLOR: '1' };
  delete env['XDG_CONFIG_HOME'];
  delete env['XDG_DATA_HOME'];
  const children = new Set<{ readonly child: ChildProcess; readonly running: Running }>();
  const start = (...words: readonly string[]): Running => {
    const child = spawn(PROGRAM, words, {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const running = watch(child);
    children.add({ child, running });
    return running;
  };
  return {
    folder,
    start,
    path: (...components) => join(folder, ...components),
    files: (name, files) => {
      for (const [path, content] of Object.entries(files)) {
        const full = join(folder, name, path);
        mkdirSync(dirname(full), { recursive: true });
        writeFileSync(full, typeof content === 'string' ? content : randomBytes(content));
      }
      return join(folder, name);
    },
    run: (...words) => start(...words).ended,
    value: async (...words) => {
      const { code, stdout, stderr } = await start(...words, '--json').ended;
      if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout) as unknown;
    },
    killService: () => killService(stateFolder, env),
    clear: async () => {
      for (const { child, running } of children) {
        if (child.exitCode === null) child.kill('SIGINT');
        await running.ended;
      }
      await killService(stateFolder, env);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Its daemon dies with it. */
async function killService(stateFolder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { note } = socketPlace(stateFolder, {
    env,
    platform: process.platform,
    uid: process.getuid?.() ?? -1,
  });
  if (!existsSync(note)) return;
  const { pid } = JSON.parse(readFileSync(note, 'utf8')) as { readonly pid: number };
  try {
    process.kill(pid, 'SIGKILL');
    while (true) {
      process.kill(pid, 0);
      await wait(5);
    }
  } catch {
    // It is gone.
  }
}

function watch(child: ChildProcess): Running {
  const events: Printed[] = [];
  const waiting = new Set<() => void>();
  let stdout = '';
  let stderr = '';
  let isOver = false;
  const lookAgain = (): void => {
    for (const look of waiting) look();
  };
  createInterface({ input: child.stdout! }).on('line', (line) => {
    stdout += `${line}\n`;
    if (line.startsWith('{')) events.push(JSON.parse(line) as Printed);
    lookAgain();
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => {
      isOver = true;
      lookAgain();
      resolve({ code, stdout, stderr });
    });
  });
  return {
    events,
    ended,
    signal: (name) => void child.kill(name),
    event: (name, condition = () => true) => {
      const { promise, resolve, reject } = Promise.withResolvers<Printed>();
      const look = (): void => {
        const found = events.find((event) => event['event'] === name && condition(event));
        if (found !== undefined) resolve(found);
        else if (isOver) reject(new Error(`no event ${name}; printed:\n${stdout}${stderr}`));
      };
      waiting.add(look);
      look();
      return promise.finally(() => waiting.delete(look));
    },
  };
}
