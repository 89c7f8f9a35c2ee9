/**
 * Kills a process that works on a session, at any moment, again and again, and compares what is left with a session that
 * nobody disturbed. Decides what counts as a loss: anything that a returned call had changed, anything that no call
 * changed, a backup that is not sound.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { openStore, type SessionStore } from '../session-store.ts';
import { fingerprint } from './folder.ts';
import { act, chance } from './story.ts';

/** What to do. */
export interface RoundsPlan {
  readonly seed: number;
  readonly rounds: number;
  readonly lifeMs?: number;
}

/** What happened in some rounds. */
export interface RoundsReport {
  readonly calls: number;
  /** Rounds in which the last call was there though nobody had been told of it. */
  readonly ahead: number;
  /** Sound backups looked at. */
  readonly backups: number;
  /** What was wrong; empty = nothing. */
  readonly losses: readonly string[];
}

/** Longest life of a process after its first word, unless said otherwise. */
const LIFE_MS = 300;
const VICTIM = new URL('./victim.ts', import.meta.url).pathname;

/** The undisturbed session. */
class Reference {
  readonly #store: SessionStore;
  readonly #seed: number;
  readonly #states: string[];

  constructor(file: string, seed: number) {
    this.#seed = seed;
    this.#store = openStore({ file, now: Date.now });
    this.#states = [fingerprint(this.#store)];
  }

  /** What a session is after so many calls. */
  state(calls: number): string {
    while (this.#states.length <= calls) {
      act(this.#store, this.#seed, this.#states.length - 1);
      this.#states.push(fingerprint(this.#store));
    }
    return this.#states[calls] as string;
  }

  hasBeen(state: string): boolean {
    return this.#states.includes(state);
  }

  close(): Promise<void> {
    return this.#store.close({ backup: false });
  }
}

/** Run rounds in a folder of the caller. */
export async function runRounds(
  folder: string,
  { seed, rounds, lifeMs = LIFE_MS }: RoundsPlan,
): Promise<RoundsReport> {
  const file = join(folder, 'session', 'session.db');
  mkdirSync(join(folder, 'session'));
  mkdirSync(join(folder, 'reference'));
  const reference = new Reference(join(folder, 'reference', 'session.db'), seed);
  const next = chance(seed);
  const losses: string[] = [];
  let calls = 0;
  let ahead = 0;
  /** Backups that were looked at already. */
  const seen = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    const told = await killed(file, seed, calls, next(lifeMs));
    const found = await look(file, join(folder, 'copy'));
    const isToldOne = found.state === reference.state(told);
    const isNextOne = found.state === reference.state(told + 1);
    if (found.outcome !== 'opened' && !(round === 0 && found.outcome === 'new')) {
      losses.push(`round ${round}: it was ${found.outcome}`);
    }
    if (!isToldOne && !isNextOne) losses.push(`round ${round}: not what it was after call ${told}`);
    if (losses.length > 0) break;
    if (!isToldOne) ahead += 1;
    calls = isToldOne ? told : told + 1;
    for (const backup of backupsOf(file)) {
      const { ino, mtimeMs } = statSync(backup);
      if (seen.has(`${ino} ${mtimeMs}`)) continue;
      seen.add(`${ino} ${mtimeMs}`);
      const copy = await look(backup, join(folder, 'copy'));
      const isSound = copy.outcome === 'opened' && reference.hasBeen(copy.state);
      if (!isSound) losses.push(`round ${round}: a backup is ${copy.outcome}`);
    }
  }
  await reference.close();
  return { calls, ahead, backups: seen.size, losses };
}

/** Let a process work for some time and kill it; the number of calls it said were done. */
async function killed(file: string, seed: number, calls: number, lifeMs: number): Promise<number> {
  const child = spawn(process.execPath, [VICTIM, file, String(seed), String(calls)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Most of a short life would be spent on reading the sources.
    env: { ...process.env, NODE_COMPILE_CACHE: join(file, '..', '..', 'compiled') },
  });
  const isGone = new Promise((resolve) => child.once('close', resolve));
  let said = '';
  const hasBegun = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      resolve();
    });
  });
  await Promise.race([hasBegun, isGone]);
  await setTimeout(lifeMs);
  child.kill('SIGKILL');
  await isGone;
  if (child.signalCode !== 'SIGKILL') throw new Error(`the process ended by itself with ${child.exitCode}`);
  return Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1));
}

interface Look {
  readonly outcome: string;
  readonly state: string;
}

/** What a start would find. It looks at a copy, so that the next process finds what the last one left. */
async function look(file: string, folder: string): Promise<Look> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const copy = join(folder, 'session.db');
  for (const mark of ['', '-wal']) if (existsSync(file + mark)) copyFileSync(file + mark, copy + mark);
  const store = openStore({ file: copy, now: Date.now });
  try {
    return { outcome: store.opening.outcome, state: fingerprint(store) };
  } finally {
    await store.close({ backup: false });
  }
}

const backupsOf = (file: string): string[] =>
  [1, 2].map((slot) => file.replace('.db', `.backup-${slot}.db`)).filter((backup) => existsSync(backup));
