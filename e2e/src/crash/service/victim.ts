/**
 * The service as a process that is going to be killed: found through a front end, shot at, and gone. Decides which
 * processes a shot hits.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { startGuard, type Guard } from '../../harness/guard.ts';
import type { Mounts } from '../../harness/mounts.ts';
import { until } from '../../harness/until.ts';
import { FrontEnd } from './front-end.ts';

/** Whom a shot hits; `nobody`: the service is asked to stop, and leaves in order. */
export type Target = 'service' | 'daemon' | 'both' | 'nobody';

/** A service, its daemon, and a front end of it. */
export class Victim {
  readonly front: FrontEnd;
  readonly #folder: string;
  #guard: Guard | null = null;
  #pid = 0;
  #daemonPid = 0;

  /** `folder` holds everything, the session in `state`; it goes with the service if nobody ends that. */
  constructor(folder: string, mounts: Mounts | null) {
    this.#folder = folder;
    this.front = new FrontEnd(join(folder, 'state'), mounts);
  }

  /** Greet, and wait for the daemon. */
  async begin(): Promise<void> {
    await this.front.begin();
    await this.look();
  }

  /** Find out which processes there are. */
  async look(): Promise<void> {
    await until('a daemon', async () => {
      const { pid, daemonPid } = await this.front.call('service.status', {});
      this.#watch(Number(pid));
      this.#daemonPid = Number(daemonPid ?? 0);
      return this.#daemonPid > 0 ? true : undefined;
    });
  }

  /** Kill the daemon alone; the service starts another one. */
  async shootDaemon(): Promise<void> {
    kill(this.#daemonPid);
    await this.#gone(this.#daemonPid);
  }

  /** Kill the service and let the connector find the next one. */
  async shootBehind(target: 'service' | 'both'): Promise<void> {
    const { returns } = this.front;
    const daemon = this.#daemonPid;
    this.#shoot(target);
    await this.#gone(daemon);
    await until('the connector finds a service', async () =>
      this.front.returns > returns ? true : undefined,
    );
  }

  /** End the service and the connector; resolved when nothing of both, nor the daemon, is left. */
  async end(target: Exclude<Target, 'daemon'>): Promise<void> {
    if (target === 'nobody') {
      // It ends by itself, and its answer comes first.
      await this.front.call('service.stop', {});
      await this.#gone(this.#pid);
      await this.front.kill();
    } else {
      const killed = this.front.kill();
      this.#shoot(target);
      await killed;
    }
    await this.#gone(this.#pid);
    await this.#gone(this.#daemonPid);
    this.#pid = 0;
    this.#guard?.dismiss();
    this.#guard = null;
  }

  /** End whatever still runs. */
  async close(): Promise<void> {
    if (this.#pid !== 0) await this.end('service');
    else await this.front.kill();
  }

  /** The service runs in a group of its own: nothing that ends us would end it. */
  #watch(pid: number): void {
    if (pid === this.#pid) return;
    this.#guard?.dismiss();
    this.#guard = startGuard(this.#folder);
    this.#guard.watch(pid);
    this.#pid = pid;
  }

  #shoot(target: 'service' | 'both'): void {
    kill(this.#pid);
    if (target === 'both') kill(this.#daemonPid);
  }

  #gone(pid: number): Promise<true> {
    return until(`the end of process ${pid}`, async () => (isAlive(pid) ? undefined : true));
  }
}

/** Kill a process if it is there. */
function kill(pid: number): void {
  if (pid === 0) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

/** A process that nobody waited for is none. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  const state = stdout.trim();
  return state !== '' && !state.startsWith('Z');
}
