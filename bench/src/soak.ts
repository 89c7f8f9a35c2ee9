/**
 * `pnpm bench --action soak`: one client that seeds, downloads and is given torrents all the time while peers come and go,
 * watched for memory and open files that only grow. Decides what happens to the client; peers are in soak/crowd.ts.
 */
import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds } from './process-tree.ts';
import { Crowd } from './soak/crowd.ts';
import { startHost, type Figures, type HostProcess } from './soak/host-process.ts';
import { zeroTorrent, type ZeroTorrent } from './soak/torrents.ts';
import { growsBeyond, trendOf } from './soak/trend.ts';
import { startTracker } from './tracker.ts';

/** How long, where, and who hears of it. */
export interface SoakOptions {
  readonly minutes: number;
  readonly cacheDir: string;
  readonly print: (line: string) => void;
}

interface Stage {
  readonly host: HostProcess;
  readonly crowd: Crowd;
  readonly announceUrl: string;
  readonly signal: AbortSignal;
  /** Torrents that came, were completed and went. */
  completed: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const SAMPLE_SECONDS = 30;
/** Also in a short run there are some samples. */
const SAMPLES_MIN = 12;
/** Tables fill for minutes: the growth of a shorter run says nothing. */
const VERDICT_MINUTES = 10;
/** Growth per hour that is a leak. */
const HEAP_PER_HOUR = 5 * MIB;
const FILES_PER_HOUR = 20;
/** Torrents that come and go at the same time, the longest pause between two, and how long each phase of one may take. */
const LOOPS = 3;
const PAUSE_MS = 20_000;
const PHASE_MS = 180_000;
const CONNECTIONS = 100;

/** Run; false when something grew, was lost or got stuck. */
export async function soak({ minutes, cacheDir, print }: SoakOptions): Promise<boolean> {
  const runs = join(cacheDir, 'runs');
  mkdirSync(runs, { recursive: true });
  const dir = mkdtempSync(join(runs, 'soak-'));
  const tracker = await startTracker();
  const seeded = zeroTorrent('seeded', [256 * MIB], 256 * KIB, [tracker.announceUrl]);
  writeFileSync(join(dir, 'seeded'), '');
  truncateSync(join(dir, 'seeded'), seeded.totalBytes);
  const host = await startHost(dir);
  const crowd = await Crowd.start(host.port);
  tracker.setPeers(
    crowd.endpoints(20).map(({ host: address }) => address),
    crowd.port,
  );
  const ending = new AbortController();
  const { signal } = ending;
  const stage: Stage = { host, crowd, announceUrl: tracker.announceUrl, signal, completed: 0 };
  const stuck = Promise.withResolvers<never>();
  stuck.promise.catch(() => {});
  const loops = [
    seedAndTrickle(stage, seeded),
    ...Array.from({ length: LOOPS }, (_, loop) => comeAndGo(stage, loop)),
  ];
  for (const loop of loops) loop.catch((error: unknown) => signal.aborted || stuck.reject(error));
  try {
    return await Promise.race([watch(stage, minutes, print), stuck.promise, host.isLost]);
  } finally {
    ending.abort();
    crowd.stop();
    tracker.close();
    host.stop();
    await Promise.allSettled(loops);
    await host.isLost.catch(() => {});
    rmSync(dir, { recursive: true, force: true });
  }
}

/** One torrent that all fetch from us, and one so large that it is never complete, from peers that give little. */
async function seedAndTrickle(
  { host, crowd, announceUrl, signal }: Stage,
  seeded: ZeroTorrent,
): Promise<void> {
  const endless = zeroTorrent('endless', [16 * GIB], MIB, [announceUrl]);
  for (const { metainfo } of [seeded, endless]) host.send({ op: 'add', source: { metainfo } });
  const part = { dialled: CONNECTIONS, accepted: CONNECTIONS };
  crowd.join({ ...part, torrent: seeded, kind: 'fetch', paceMs: 6000, wrongEvery: 0 });
  crowd.join({
    ...part,
    torrent: endless,
    kind: 'give',
    paceMs: 12_000,
    wrongEvery: 300,
    dialled: CONNECTIONS / 2,
  });
  for (;;) {
    host.send({ op: 'meet', id: endless.id, peers: crowd.endpoints(2) });
    await sleep(6000, null, { signal });
  }
}

/** Torrents that are added, fetched, sometimes stopped or checked on the way, seeded for a moment and removed. */
async function comeAndGo(stage: Stage, loop: number): Promise<void> {
  for (let round = 0; ; round += 1) {
    await comeAndGoOnce(stage, `loop ${loop} round ${round}`);
    stage.completed += 1;
    await sleep(randomInt(PAUSE_MS), null, { signal: stage.signal });
  }
}

async function comeAndGoOnce({ host, crowd, announceUrl, signal }: Stage, name: string): Promise<void> {
  const lengths = Array.from({ length: 1 + randomInt(6) }, () => 1 + randomInt(MIB));
  const torrent = zeroTorrent(name, lengths, 64 * KIB, [announceUrl]);
  const { id, metainfo } = torrent;
  const isSeeding = (): Promise<unknown> =>
    host.until(`${name} is complete`, PHASE_MS, (report) => isState(report, id, 'seeding'));
  crowd.join({
    torrent,
    kind: 'give',
    paceMs: 60,
    wrongEvery: randomInt(3) === 0 ? 50 : 0,
    dialled: 1,
    accepted: 6,
  });
  const seeding = isSeeding();
  const magnet = `magnet:?xt=urn:btih:${id}&tr=${encodeURIComponent(announceUrl)}`;
  host.send({ op: 'add', source: randomInt(2) === 0 ? { metainfo } : { magnet } });
  host.send({ op: 'meet', id, peers: crowd.endpoints(4) });
  if (randomInt(3) === 0) {
    await sleep(randomInt(500), null, { signal });
    const stopped = host.until(`${name} is stopped`, PHASE_MS, (report) => isState(report, id, 'stopped'));
    host.send({ op: 'stop', id });
    await stopped;
    host.send({ op: 'start', id });
  }
  await seeding;
  if (randomInt(4) === 0) {
    const again = isSeeding();
    host.send({ op: 'recheck', id });
    await again;
  }
  await sleep(3000, null, { signal });
  const removed = host.until(
    `${name} is removed`,
    PHASE_MS,
    (report) => report.type === 'removed' && report.id === id,
  );
  host.send({ op: 'remove', id });
  await removed;
  crowd.leave(id);
}

const isState = (report: { readonly type: string }, id: string, state: string): boolean =>
  'state' in report && 'id' in report && report.id === id && report.state === state;

interface Reading extends Figures {
  readonly seconds: number;
}

async function watch(stage: Stage, minutes: number, print: (line: string) => void): Promise<boolean> {
  const { host, crowd, signal } = stage;
  const seconds = minutes * 60;
  const stepSeconds = Math.min(SAMPLE_SECONDS, seconds / SAMPLES_MIN);
  const readings: Reading[] = [];
  const startedAtMs = performance.now();
  const elapsed = (): number => (performance.now() - startedAtMs) / 1000;
  print(
    '     time    heap  outside  host RSS  daemon RSS  host fds  daemon fds  peers  addresses  connections  torrents',
  );
  while (elapsed() < seconds) {
    await sleep(stepSeconds * 1000, null, { signal });
    const reading: Reading = { seconds: elapsed(), ...(await host.look()) };
    readings.push(reading);
    print(line(reading, [crowd.connections, stage.completed]));
  }
  const spent = (cpuSeconds(process.pid) / elapsed()) * 100;
  print(`\n${spent.toFixed(1)} % of a core, peers included`);
  return judge(readings, minutes, print);
}

const inMib = (bytes: number): string => (bytes / MIB).toFixed(2);

function line(reading: Reading, counts: readonly number[]): string {
  const minutes = Math.floor(reading.seconds / 60);
  const rest = (reading.seconds % 60).toFixed(0).padStart(2, '0');
  const { heap, external, hostResident, daemonResident } = reading;
  const columns: readonly [string | number, number][] = [
    [`${minutes}:${rest}`, 9],
    [inMib(heap), 8],
    [inMib(external), 9],
    [inMib(hostResident), 10],
    [inMib(daemonResident), 12],
    [reading.hostFiles, 10],
    [reading.daemonFiles, 12],
    [reading.peers, 7],
    [reading.addresses, 11],
    [counts[0] ?? 0, 13],
    [counts[1] ?? 0, 10],
  ];
  return columns.map(([value, width]) => String(value).padStart(width)).join('');
}

/** What is said of each series at the end; those with a limit fail the run when they grow beyond it. */
const SERIES: readonly {
  readonly name: string;
  readonly unit: number;
  readonly allowedPerHour: number;
  readonly value: (reading: Reading) => number;
}[] = [
  { name: 'heap, MiB', unit: MIB, allowedPerHour: HEAP_PER_HOUR, value: ({ heap }) => heap },
  {
    name: 'outside of the heap, MiB',
    unit: MIB,
    allowedPerHour: HEAP_PER_HOUR,
    value: ({ external }) => external,
  },
  // Freed memory stays with a process in pieces: its residence alone is no proof.
  { name: 'host RSS, MiB', unit: MIB, allowedPerHour: Infinity, value: ({ hostResident }) => hostResident },
  {
    name: 'daemon RSS, MiB',
    unit: MIB,
    allowedPerHour: Infinity,
    value: ({ daemonResident }) => daemonResident,
  },
  {
    name: 'open files beside peers',
    unit: 1,
    allowedPerHour: FILES_PER_HOUR,
    value: ({ hostFiles, daemonFiles, peers }) => hostFiles + daemonFiles - peers,
  },
];

function judge(readings: readonly Reading[], minutes: number, print: (line: string) => void): boolean {
  let isSound = true;
  for (const { name, unit, allowedPerHour, value } of SERIES) {
    const trend = trendOf(readings.map((reading) => ({ seconds: reading.seconds, value: value(reading) })));
    const grows = growsBeyond(trend, allowedPerHour);
    if (grows) isSound = false;
    const numbers = `${(trend.perHour / unit).toFixed(2)} ± ${(trend.errorPerHour / unit).toFixed(2)}`;
    print(`${name}: ${numbers} per hour${grows ? `, allowed are ${allowedPerHour / unit}` : ''}`);
  }
  if (minutes < VERDICT_MINUTES) {
    print(`No verdict: that takes ${VERDICT_MINUTES} minutes`);
    return true;
  }
  print(isSound ? 'OK' : 'FAIL');
  return isSound;
}
