/**
 * One process of the io-daemon as its parent sees it: started, spoken to through its pipes, watched until it is gone.
 * Decides what makes a daemon unusable; whether another one is started is decided in spawn.ts.
 */
import { spawn } from 'node:child_process';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';
import type { PlaneEventHandler } from '@jstorrent/engine/ports';
import { connect, type PipeClient } from '@jstorrent/io-protocol';
import { nodeCommand, nodeVariables } from './node-command.ts';
import { unconfined } from './unconfined.ts';

/** How long a daemon may take to say hello; a machine under load needs about a second. */
const HELLO_TIMEOUT_MS = 30_000;
/** Longest log line that is kept. */
const MAX_LINE_CHARACTERS = 4096;

/** What is run. */
export interface DaemonCommand {
  /** The daemon's main module. */
  readonly entry: URL;
  readonly words: readonly string[];
  /** What new files of the daemon are denied; null = as in this process. */
  readonly umask: number | null;
}

/** What a daemon's parent hears. */
export interface DaemonEvents {
  /** It said hello; called at most once. */
  onReady(): void;
  readonly onEvents: PlaneEventHandler;
  /** A line from its standard error. */
  onLine(line: string): void;
  /** The process has ended, or could not begin; called once, nothing follows. */
  onGone(reason: string): void;
}

/** Young objects are few and die at once: a small nursery keeps them in the cache and the process small. */
const FLAGS = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4'];

/**
 * The C library's pools of memory (glibc): one for each thread, and threads come and go, would keep a tenth more resident.
 * What the user set stands.
 */
const MEMORY = { MALLOC_ARENA_MAX: '2' } as const;

/** A running daemon. */
export interface DaemonProcess {
  readonly client: PipeClient;
  /** Undefined when it could not begin. */
  readonly pid: number | undefined;
  /** Close its standard input: it leaves. */
  end(): void;
  /** Kill it at once. */
  kill(): void;
}

/** Start a daemon. Whatever goes wrong later ends in `onGone`. */
export function startDaemon(command: DaemonCommand, events: DaemonEvents): DaemonProcess {
  const node = nodeCommand(FLAGS, fileURLToPath(command.entry), command.words);
  const [program = '', ...words] = unconfined(node.argv, node.nodeOptions);
  const ownUmask = command.umask === null ? null : process.umask(command.umask);
  const child = spawn(program, words, {
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    env: { ...MEMORY, ...process.env, ...nodeVariables(node) },
  });
  // A child takes over what holds at the moment it is made.
  if (ownUmask !== null) process.umask(ownUmask);
  let gone = false;
  /** Why we kill it ourselves; says more than the signal it then dies of. */
  let verdict: string | null = null;
  const condemn = (reason: string): void => {
    verdict ??= reason;
    child.kill('SIGKILL');
  };
  const helloTimer = setTimeout(() => condemn('it did not say hello'), HELLO_TIMEOUT_MS);
  const onGone = (reason: string): void => {
    if (gone) return;
    gone = true;
    clearTimeout(helloTimer);
    events.onGone(verdict ?? reason);
  };

  child.on('error', (error) => {
    if (child.pid === undefined) onGone(error.message);
  });
  child.on('exit', (status, signal) => onGone(signal === null ? `exit status ${status}` : `${signal}`));
  // Without descriptors for its pipes there is neither a process nor a pipe, whatever the types say.
  const pipes: Partial<Pick<typeof child, 'stdin' | 'stdout' | 'stderr'>> = child;
  const client = connect({
    write: (bytes) => {
      if (pipes.stdin?.writable === true) pipes.stdin.write(bytes);
    },
    onReady: () => {
      clearTimeout(helloTimer);
      events.onReady();
    },
    onEvents: events.onEvents,
    onError: (error) => condemn(`it broke the protocol: ${error.message}`),
  });
  pipes.stdin?.on('error', () => {});
  pipes.stdout?.on('error', () => {});
  pipes.stdout?.on('data', (chunk: Uint8Array) => {
    if (!gone && verdict === null) client.receive(chunk);
  });
  if (pipes.stderr !== undefined) readLines(pipes.stderr, (line) => events.onLine(line));
  return {
    client,
    pid: child.pid,
    end: () => void pipes.stdin?.end(),
    kill: () => condemn('killed'),
  };
}

/** Every line of a text stream without its end; long ones are cut. */
function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('error', () => {});
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!.slice(0, MAX_LINE_CHARACTERS);
    for (const line of lines) onLine(line.slice(0, MAX_LINE_CHARACTERS));
  });
}
