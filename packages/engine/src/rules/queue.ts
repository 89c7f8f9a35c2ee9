/**
 * The queue: who runs, who waits and who has to make room. Downloads go by their position, seeds by how much they are
 * needed; what a user forces runs beside all slots. How a torrent is started or paused is not decided here.
 */
import { LIMITS, type Settings } from '../limits.ts';
import type { TorrentState } from './lifecycle.ts';

/** What the queue knows of a torrent. */
export interface QueueEntry {
  readonly state: TorrentState;
  /** The user wants it to run; else it only waits for a check. */
  readonly wantsToRun: boolean;
  /** Known to be complete: it will seed. */
  readonly isComplete: boolean;
  /** It starts by looking at what is on disk. */
  readonly startsWithCheck: boolean;
  /** Runs whatever the limits. */
  readonly isForced: boolean;
  /** It has had time to start and moves next to nothing. */
  readonly isSlow: boolean;
  /** When it got its slot, ms. */
  readonly activeSinceMs: number;
  /** Seeds per leecher elsewhere in the swarm, as `seedDemand` gives it; the least is needed most. */
  readonly demand: number;
}

/** What slots are counted by. */
type QueueClass = 'download' | 'seed' | 'check';

/** What is to be done now. */
export interface QueuePlan<Entry> {
  readonly start: readonly Entry[];
  /** Running, and to wait again. */
  readonly pause: readonly Entry[];
  /** Classes of which somebody waits on: who joins such a class at the end waits too. */
  readonly waiting: ReadonlySet<QueueClass>;
}

/** The class of a torrent that waits or runs. */
export function queueClass(entry: QueueEntry): QueueClass {
  if (!entry.wantsToRun) return 'check';
  return entry.isComplete ? 'seed' : 'download';
}

/** Whether it is at work and would hold a slot. */
export function isRunning({ kind }: TorrentState): boolean {
  return kind !== 'stopped' && kind !== 'queued' && kind !== 'stopping' && kind !== 'failed';
}

/**
 * Decide for `entries` in queue order. Of downloads the first ones run. A waiting one displaces one that comes later as
 * soon as it can really start: while it waits for its turn to be checked, the later one goes on. Seeds rank by `demand`;
 * one that runs is displaced only after its turn and by one needed twice as much.
 */
export function planQueue<Entry extends QueueEntry>(
  entries: Iterable<Entry>,
  settings: Settings,
  nowMs: number,
): QueuePlan<Entry> {
  const groups: Record<QueueClass, Entry[]> = { download: [], seed: [], check: [] };
  const start: Entry[] = [];
  const pause: Entry[] = [];
  const waiting = new Set<QueueClass>();
  let checks = 0;
  for (const entry of entries) {
    const { kind } = entry.state;
    if (kind === 'checking') checks += 1;
    if (kind !== 'queued' && !isRunning(entry.state)) continue;
    if (!entry.isForced) groups[queueClass(entry)].push(entry);
    else if (kind === 'queued') start.push(entry);
  }
  for (const entry of start) if (entry.startsWithCheck) checks += 1;
  let freeChecks = Math.max(0, settings.activeChecks - checks);
  let total = settings.activeTotal;
  groups.seed = byNeed(groups.seed, nowMs);
  for (const name of ['download', 'seed', 'check'] as const) {
    const slots = { download: settings.activeDownloads, seed: settings.activeSeeds, check: Infinity }[name];
    const limits = {
      slots,
      total: name === 'check' ? Infinity : total,
      freeChecks,
      ignoreSlow: settings.ignoreSlow,
    };
    const share = shareOut(groups[name], limits);
    start.push(...share.start);
    pause.push(...share.pause);
    freeChecks -= share.checks;
    total = Math.max(0, total - share.running);
    if (share.isWaiting) waiting.add(name);
  }
  return { start, pause, waiting };
}

interface GroupLimits {
  readonly slots: number;
  readonly total: number;
  readonly freeChecks: number;
  readonly ignoreSlow: boolean;
}

interface Share<Entry> {
  readonly start: readonly Entry[];
  readonly pause: readonly Entry[];
  /** Checks that begin. */
  readonly checks: number;
  /** At work afterwards. */
  readonly running: number;
  readonly isWaiting: boolean;
}

/** Give the slots of one class to its entries, best first. */
function shareOut<Entry extends QueueEntry>(entries: readonly Entry[], limits: GroupLimits): Share<Entry> {
  const start: Entry[] = [];
  const spare: Entry[] = [];
  const holdsSlot = (entry: Entry): boolean => !(limits.ignoreSlow && entry.isSlow);
  let [used, present, holding, running, checks] = [0, 0, 0, 0, 0];
  let isWaiting = false;
  for (const entry of entries) {
    const waits = entry.state.kind === 'queued';
    const takesSlot = waits || holdsSlot(entry);
    const fits = present < limits.total && (!takesSlot || used < limits.slots);
    if (fits) {
      present += 1;
      if (takesSlot) used += 1;
    }
    if (!waits) {
      running += 1;
      if (takesSlot) holding += 1;
      if (!fits) spare.push(entry);
    } else if (fits && (!entry.startsWithCheck || checks < limits.freeChecks)) {
      start.push(entry);
      if (entry.startsWithCheck) checks += 1;
    } else {
      isWaiting = true;
    }
  }
  const pause: Entry[] = [];
  for (const entry of spare.reverse()) {
    const tooMany = running + start.length > limits.total;
    const tooManySlots = holdsSlot(entry) && holding + start.length > limits.slots;
    if (!tooMany && !tooManySlots) continue;
    pause.push(entry);
    running -= 1;
    if (holdsSlot(entry)) holding -= 1;
  }
  return { start, pause, checks, running: running + start.length, isWaiting: isWaiting || pause.length > 0 };
}

/** Those needed most first; a running one keeps its place for its turn, and later unless another is needed twice as much. */
function byNeed<Entry extends QueueEntry>(seeds: readonly Entry[], nowMs: number): Entry[] {
  const ranked = seeds.map((seed) => {
    const runs = seed.state.kind !== 'queued';
    const hasTurn = runs && nowMs - seed.activeSinceMs < LIMITS.seedTurnMs;
    return { seed, rank: hasTurn ? -1 : runs ? seed.demand / 2 : seed.demand };
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ seed }) => seed);
}

/** Demand of a swarm nobody has told us about: as one with a seed for every leecher. */
const UNKNOWN_DEMAND = 1;
/** A swarm without leechers needs us least of all, and the less the more seeds it has. */
const NO_LEECHERS = 1e6;

/** How little a seed is needed, by the counts trackers tell (null = unknown); `isOurs`: we are one of these seeds. */
export function seedDemand(seeds: number | null, leeches: number | null, isOurs: boolean): number {
  if (seeds === null || leeches === null) return UNKNOWN_DEMAND;
  const others = Math.max(0, seeds - (isOurs ? 1 : 0));
  return leeches === 0 ? NO_LEECHERS + others : others / leeches;
}

/** Whether a torrent moves next to nothing, and since when that is so. */
export interface Pace {
  readonly isSlow: boolean;
  readonly sinceMs: number;
}

/**
 * The pace after a look at its rate (bytes per second over half a minute): it changes once a minute at most, and back
 * only at twice the rate, so that a torrent on the edge does not take and leave a slot all the time.
 */
export function nextPace(pace: Pace, rate: number, nowMs: number): Pace {
  if (nowMs - pace.sinceMs < LIMITS.slowTorrentMs) return pace;
  const isSlow = rate < LIMITS.slowTorrentRate * (pace.isSlow ? 2 : 1);
  return isSlow === pace.isSlow ? pace : { isSlow, sinceMs: nowMs };
}

/** Where a torrent is to be moved in the queue. */
export type QueueMove = 'up' | 'down' | 'top' | 'bottom' | number;

/** The position it gets, of `count` torrents; a number beyond the ends means the end. */
export function targetPosition(position: number, move: QueueMove, count: number): number {
  const wished = { up: position - 1, down: position + 1, top: 0, bottom: count - 1 };
  const target = typeof move === 'number' ? Math.trunc(move) : wished[move];
  return Math.max(0, Math.min(count - 1, target));
}
