/**
 * One run of `jstorrent download` that is going to be killed: started, watched with the time of everything it says, and
 * shot at. Decides which processes a shot hits; when shots fall is decided by the rounds.
 */
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Child } from '../harness/child.ts';

const PROGRAM = fileURLToPath(new URL('../../../bin/jstorrent', import.meta.url));
/** A download that gets nothing for so long does not go on. */
const TIMEOUT_SECONDS = '30';
/** How exactly the times of events are known. */
const LOOK_EVERY_MS = 20;

/** Whom a shot hits; `nobody`: the program is asked to stop, saves and leaves in order. */
export type Target = 'host' | 'daemon' | 'both' | 'nobody';

/** How far a download was at some time. */
export interface Sample {
  readonly atMs: number;
  readonly havePieces: number;
  /** Payload bytes of this run. */
  readonly fetched: number;
}

/** What is downloaded, from where to where. */
export interface Job {
  readonly torrent: string;
  readonly folder: string;
  readonly state: string;
  readonly port: number;
  /** Bytes per second. */
  readonly rate: number;
}

/** A seed; resolved when it serves. */
export async function startSeed(torrent: string, folder: string, state: string): Promise<Child> {
  const args = ['seed', torrent, '-d', folder, '--json'];
  const child = new Child({ name: 'seed', file: PROGRAM, args, env: { JSTORRENT_HOME: state } });
  await child.until('seeding', (lines) => lines.find((line) => line.includes('"seeding"')));
  return child;
}

/** Where a seed listens. */
export function portOf(seed: Child): number {
  const line = seed.lines.find((text) => text.includes('"listening"')) ?? '{}';
  return (JSON.parse(line) as { readonly port?: number }).port ?? 0;
}

/** End a seed; answers the payload bytes it gave away. */
export async function endSeed(seed: Child): Promise<number> {
  seed.signal('SIGINT');
  await seed.exit;
  const line = seed.lines.findLast((text) => text.includes('"progress"')) ?? '{}';
  return (JSON.parse(line) as { readonly uploaded?: number }).uploaded ?? 0;
}

/** Make a .torrent file of a folder. */
export async function makeTorrent(path: string, file: string, pieceLength: number): Promise<void> {
  const args = ['create', path, '-o', file, '--piece-length', String(pieceLength), '--json'];
  const child = new Child({ name: 'create', file: PROGRAM, args });
  if ((await child.exit).code !== 0) throw child.error('failed');
}

interface Printed {
  readonly event: string;
  readonly state?: string;
  readonly havePieces?: number;
  readonly downloadedThisRun?: number;
}

/** States in which it is known what is there, but for the moment in which a new daemon looks: then there are 0 pieces. */
const KNOWING: readonly string[] = ['downloading', 'endgame', 'seeding'];

/** A download under fire. */
export class Victim {
  readonly child: Child;
  readonly samples: Sample[] = [];
  #read = 0;

  constructor({ torrent, folder, state, port, rate }: Job) {
    const where = ['-d', folder, '--peer', `127.0.0.1:${port}`, '--max-down', String(rate)];
    const args = ['download', torrent, ...where, '--timeout', TIMEOUT_SECONDS, '--json'];
    this.child = new Child({ name: 'download', file: PROGRAM, args, env: { JSTORRENT_HOME: state } });
  }

  /** Let it run for so long; false when it ended before. */
  async survive(ms: number): Promise<boolean> {
    const endMs = performance.now() + ms;
    while (this.child.ended === null && performance.now() < endMs) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      this.#look();
    }
    return this.child.ended === null;
  }

  /** Kill; resolved when whoever was hit is gone. False when there was no such process (now). */
  async shoot(target: Target): Promise<boolean> {
    if (target === 'daemon' || target === 'both') {
      const daemon = daemonOf(this.child.pid);
      if (daemon === null) return false;
      process.kill(daemon, 'SIGKILL');
    }
    if (target !== 'daemon') {
      this.child.signal(target === 'nobody' ? 'SIGINT' : 'SIGKILL');
      await this.child.exit;
    }
    this.#look();
    return true;
  }

  /** The last sample, if there is one. */
  get last(): Sample | null {
    return this.samples.at(-1) ?? null;
  }

  /** Note the time of what was said since the last look. */
  #look(): void {
    const atMs = performance.now();
    for (const line of this.child.lines.slice(this.#read)) {
      const { event, state = '', havePieces = 0, downloadedThisRun = 0 } = JSON.parse(line) as Printed;
      if (event !== 'progress' || !KNOWING.includes(state) || havePieces === 0) continue;
      this.samples.push({ atMs, havePieces, fetched: downloadedThisRun });
    }
    this.#read = this.child.lines.length;
  }
}

/** The io-daemon that a process started, or null. */
function daemonOf(pid: number): number | null {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' });
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  const row = rows.find(([, parent, state = '']) => Number(parent) === pid && !state.startsWith('Z'));
  return row === undefined ? null : Number(row[0]);
}
