/** One run of one client: what is timed, and what is looked at meanwhile. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, RunningClient } from './clients/client.ts';
import { findDifference } from './compare.ts';
import type { Content } from './content.ts';
import type { BenchOptions } from './options.ts';
import type { PeerProcess } from './peer-process.ts';
import { freePort } from './ports.ts';
import { cpuSeconds, machineBusySeconds, watchMemory, type Memory } from './process-tree.ts';

/** What one run showed. */
export interface RunFigures {
  readonly client: string;
  readonly seconds: number;
  readonly bytes: number;
  /** Of the client's whole process tree while the clock ran. */
  readonly cpuSeconds: number;
  /** Of the benchmark's seeder or leecher. */
  readonly peerCpuSeconds: number;
  /** Of everything else on the machine: noise. */
  readonly otherCpuSeconds: number;
  /** Peaks, start included. */
  readonly memory: Memory;
  /** From handing over a magnet link to its metadata, for `magnet` only. */
  readonly metadataSeconds: number | null;
}

/** Everything a run needs. */
export interface RunSetting {
  readonly options: BenchOptions;
  readonly content: Content;
  /** Null for `check`. */
  readonly peer: PeerProcess | null;
}

/** What a client does between its start and the clock is not measured. */
const IDLE_MS = 300;
const MEMORY_SAMPLE_MS = 100;
/** Other work of less than this many cores during this time is quiet. */
const QUIET_MS = 500;
const QUIET_CORES = 0.2;
/** A client slower than this has failed. */
const TIMEOUT_MS = 300_000;

/** Start the client, let it work, stop it, and compare what it made. Throws when it failed. */
export async function runOnce(client: Client, setting: RunSetting): Promise<RunFigures> {
  const { options, content, peer } = setting;
  const fetches = options.action === 'download' || options.action === 'magnet';
  const runs = join(options.cacheDir, 'runs');
  mkdirSync(runs, { recursive: true });
  const scratch = mkdtempSync(join(runs, `${client.name}-`));
  const out = join(scratch, 'out');
  const stateDir = join(scratch, 'state');
  mkdirSync(out);
  mkdirSync(stateDir);
  warm(options.warmMib);
  await untilQuiet(options.patienceSeconds);
  const port = await freePort();
  const running = await client.start({ port, dir: fetches ? out : content.dir, stateDir });
  try {
    const memory = watchMemory(running.pid, MEMORY_SAMPLE_MS);
    await sleep(IDLE_MS);
    const working = work(running, port, setting);
    const timed = await within(TIMEOUT_MS, [working, ...(peer === null ? [] : [peer.isLost])]);
    const peaks = memory();
    await running.stop();
    const difference = fetches ? findDifference(content.files, out) : null;
    if (difference !== null) throw new Error(`${client.name}: ${difference}`);
    return { client: client.name, bytes: content.totalBytes, memory: peaks, ...timed };
  } finally {
    await running.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

type Timed = Omit<RunFigures, 'client' | 'bytes' | 'memory'>;

async function work(
  running: RunningClient,
  port: number,
  { options, content, peer }: RunSetting,
): Promise<Timed> {
  if (options.action === 'upload') {
    running.add(content, 'file');
    await running.isComplete;
    await sleep(IDLE_MS);
    const spent = meter(running.pid, peer);
    const seconds = (await peer?.fetchFrom(port)) ?? 0;
    return { ...spent(), seconds, metadataSeconds: null };
  }
  const spent = meter(running.pid, peer);
  const startedAtMs = performance.now();
  const secondsSinceStart = (): number => (performance.now() - startedAtMs) / 1000;
  running.add(content, options.action === 'magnet' ? 'magnet' : 'file');
  let metadataSeconds: number | null = null;
  if (options.action === 'magnet') {
    await running.hasMetadata;
    metadataSeconds = secondsSinceStart();
  }
  await running.isComplete;
  const seconds = secondsSinceStart();
  return { ...spent(), seconds, metadataSeconds };
}

/** What processes use from now until the result is called. */
function meter(
  pid: number,
  peer: PeerProcess | null,
): () => Pick<RunFigures, 'cpuSeconds' | 'peerCpuSeconds' | 'otherCpuSeconds'> {
  const read = () => ({
    client: cpuSeconds(pid),
    peer: peer === null ? 0 : cpuSeconds(peer.pid),
    busy: machineBusySeconds(),
  });
  const before = read();
  return () => {
    const after = read();
    const client = after.client - before.client;
    const peers = after.peer - before.peer;
    const other = Math.max(0, after.busy - before.busy - client - peers);
    return { cpuSeconds: client, peerCpuSeconds: peers, otherCpuSeconds: other };
  };
}

/** Touch memory and give it back: on a virtual machine the first use of a page may be dear, at random. */
function warm(mib: number): void {
  if (mib === 0) return;
  const code = `for (let left = ${mib}; left > 0; left -= 256) (globalThis.kept ??= []).push(Buffer.alloc(2 ** 28, 1))`;
  spawnSync(process.execPath, ['-e', code]);
}

/** Wait until other work leaves the cores alone, but not for ever: what is left of it is shown with the run. */
async function untilQuiet(patienceSeconds: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < patienceSeconds * 1000; waitedMs += QUIET_MS) {
    const before = machineBusySeconds();
    await sleep(QUIET_MS);
    if ((machineBusySeconds() - before) * 1000 < QUIET_MS * QUIET_CORES) return;
  }
}

async function within<T>(ms: number, results: readonly Promise<T>[]): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no result after ${ms / 1000} s`)), ms);
  try {
    return await Promise.race([...results, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
