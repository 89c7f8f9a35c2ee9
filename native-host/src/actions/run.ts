/**
 * Runs another program for the user. Decides that no shell ever sees a word of it, and how long it may run and how much
 * it may say; which program, is decided by the caller.
 */
import { spawn } from 'node:child_process';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { clearTimeout, setTimeout } from 'node:timers';
import { ENV, unconfined } from '@jstorrent/io-daemon/unconfined';
import { asUser } from '../umask.ts';

/** What is run. */
export interface RunRequest {
  /** The program and its arguments, as they are. */
  readonly argv: readonly string[];
  /** Beside this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Killed when it takes longer. */
  readonly timeoutMs: number;
}

/** How it ended. */
export type RunOutcome =
  | { readonly kind: 'exited'; readonly status: number; readonly output: string; readonly errors: string }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'timedOut' }
  /** It could not be begun: absent, or not to be executed. */
  | { readonly kind: 'absent'; readonly reason: string };

/** Of what it prints on each stream: enough for a reason, too little to matter. */
const OUTPUT_MAX = 16 * 1024;
/** How long after its end the rest of what it printed is waited for. */
const REST_MS = 1000;
/** `env` says that it did not find the program. */
const NOT_FOUND = 127;

/** Run a program to its end; the first of what it prints is kept, standard output and error apart. */
export function runProgram(request: RunRequest): Promise<RunOutcome> {
  const { promise, resolve } = Promise.withResolvers<RunOutcome>();
  const [program = '', ...words] = unconfined(request.argv);
  let isLate = false;
  const child = asUser(() =>
    spawn(program, words, {
      env: { ...process.env, ...request.env },
      ...(request.cwd === undefined ? {} : { cwd: request.cwd }),
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: false,
      windowsHide: true,
      // A group of its own: what it started is killed with it.
      detached: process.platform !== 'win32',
    }),
  );
  const timer = setTimeout(() => {
    isLate = true;
    killGroup(child.pid);
    child.kill('SIGKILL');
  }, request.timeoutMs);
  const output = collect(child.stdout);
  const errors = collect(child.stderr);
  child.once('error', (error) => {
    clearTimeout(timer);
    resolve({ kind: 'absent', reason: error.message });
  });
  child.once('exit', (status, signal) => {
    clearTimeout(timer);
    const settle = (): void => {
      clearTimeout(patience);
      child.stdout.destroy();
      child.stderr.destroy();
      if (isLate) resolve({ kind: 'timedOut' });
      else if (signal !== null) resolve({ kind: 'killed', signal });
      else if (status === NOT_FOUND && program === ENV) resolve({ kind: 'absent', reason: errors().trim() });
      else resolve({ kind: 'exited', status: status ?? 0, output: output(), errors: errors() });
    };
    // What it printed may still be on its way; but it may also have left a child behind that keeps its pipes.
    const patience = setTimeout(settle, REST_MS);
    child.once('close', settle);
  });
  return promise;
}

/** The first of what a stream says, so far. */
function collect(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (more: string) => {
    text += more.slice(0, OUTPUT_MAX - text.length);
  });
  stream.on('error', () => {});
  return () => text;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined || process.platform === 'win32') return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
