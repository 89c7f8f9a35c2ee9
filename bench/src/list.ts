/**
 * `pnpm bench --action list`: the built service with a session of thousands of torrents. How long until a front end has
 * the whole list, what that costs, what rest costs, and what single wishes cost beside few and many others.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freshMagnet, makeSession } from './list/session.ts';
import { startService, stateFolderIn, type RunningService } from './list/service.ts';
import { cpuMilliseconds, cpuSeconds, residentBytes } from './process-tree.ts';

/** How much, where, and who hears of it. */
export interface ListOptions {
  readonly runs: number;
  readonly torrents: number;
  readonly cacheDir: string;
  readonly print: (line: string) => void;
}

const MIB = 1024 * 1024;
const FEW = 10;
const IDLE_MS = 20_000;
/** What follows a start, and a change of the list, is over after this. */
const CALM_MS = 3000;
const WISHES = 30;

/** Run; everything is printed. */
export async function measureList({ runs, torrents, cacheDir, print }: ListOptions): Promise<void> {
  const parent = join(cacheDir, 'runs');
  mkdirSync(parent, { recursive: true });
  const dir = mkdtempSync(join(parent, 'list-'));
  const code = join(dir, 'code');
  try {
    for (const count of [FEW, torrents]) {
      const folder = join(dir, String(count));
      await makeSession(stateFolderIn(folder), join(folder, 'downloads'), count);
      print(`\n${count} torrents`);
      await measureStarts({ folder, code, count, runs, print });
      await measureWishes({ folder, code, count, runs, print });
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Stage {
  readonly folder: string;
  readonly code: string;
  readonly count: number;
  readonly runs: number;
  readonly print: (line: string) => void;
}

const begin = ({ folder, code, count }: Stage): Promise<RunningService> =>
  startService(stateFolderIn(folder), code, count);

async function measureStarts(stage: Stage): Promise<void> {
  const { runs, print } = stage;
  const series: Record<'hello' | 'list' | 'cpu' | 'end', number[]> = {
    hello: [],
    list: [],
    cpu: [],
    end: [],
  };
  // The first start compiles; what it compiled is kept, for this and for later ones.
  for (let run = -1; run < runs; run += 1) {
    const service = await begin(stage);
    const cpu = 1000 * cpuSeconds(service.pid);
    await wait(CALM_MS);
    const endAt = performance.now();
    await service.stop();
    if (run < 0) continue;
    series.hello.push(service.times.hello);
    series.list.push(service.times.list);
    series.cpu.push(cpu);
    series.end.push(performance.now() - endAt);
  }
  print(`  answered after ${spanOf(series.hello)}`);
  print(`  whole list after ${spanOf(series.list)}, ${spanOf(series.cpu)} of CPU, service and daemon`);
  print(`  orderly end ${spanOf(series.end)}`);
}

async function measureWishes(stage: Stage): Promise<void> {
  const { print } = stage;
  const service = await begin(stage);
  const { pid, client } = service;
  await wait(CALM_MS);
  print(
    `  list watched: ${inMib(residentBytes(pid))} MiB, ${(await idleMs(pid)).toFixed(0)} ms of CPU in 20 s`,
  );
  await measure(stage, service, 'moving one in the queue, list watched', (turn) => moveOne(service, turn));
  await client.call('list.unsubscribe', {});
  await wait(CALM_MS);
  print(
    `  nobody watches: ${inMib(residentBytes(pid))} MiB, ${(await idleMs(pid)).toFixed(0)} ms of CPU in 20 s`,
  );
  await measure(stage, service, 'moving one in the queue', (turn) => moveOne(service, turn));
  await measure(stage, service, 'adding a magnet link', (turn) => addOne(service, turn));
  await service.stop();
}

const TARGETS = ['top', 'bottom', 'up', 'down', 5] as const;

async function moveOne({ client, list }: RunningService, turn: number): Promise<void> {
  const ids = [...list.rows.keys()];
  const id = ids[(turn * 7919) % ids.length] ?? '';
  await client.call('queue.move', { ids: [id], to: TARGETS[turn % TARGETS.length] ?? 'top' });
}

async function addOne({ client }: RunningService, turn: number): Promise<void> {
  await client.call('torrent.add', { source: { magnet: freshMagnet(turn) }, start: false });
}

/** Give a wish some times; what each costs the service beside resting is told. */
async function measure(
  { print }: Stage,
  { pid }: RunningService,
  name: string,
  wish: (turn: number) => Promise<void>,
): Promise<void> {
  const times: number[] = [];
  const before = cpuMilliseconds(pid);
  for (let turn = 0; turn < WISHES; turn += 1) {
    const begunAt = performance.now();
    await wish(turn);
    times.push(performance.now() - begunAt);
  }
  await wait(CALM_MS);
  const cpu = (cpuMilliseconds(pid) - before) / WISHES;
  print(`  ${name}: ${spanOf(times)}, ${cpu.toFixed(1)} ms of CPU each`);
}

async function idleMs(pid: number): Promise<number> {
  const before = cpuMilliseconds(pid);
  await wait(IDLE_MS);
  return cpuMilliseconds(pid) - before;
}

function spanOf(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const digits = median < 100 ? 1 : 0;
  return `${median.toFixed(digits)} ms (${(sorted[0] ?? 0).toFixed(digits)} to ${(sorted.at(-1) ?? 0).toFixed(digits)})`;
}

const inMib = (bytes: number): string => (bytes / MIB).toFixed(0);
