import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, LIMITS, type Settings } from '../limits.ts';
import type { TorrentState } from './lifecycle.ts';
import {
  isRunning,
  nextPace,
  planQueue,
  queueClass,
  seedDemand,
  targetPosition,
  type QueueEntry,
  type QueuePlan,
} from './queue.ts';

const QUEUED: TorrentState = { kind: 'queued' };
const NOW_MS = 10_000_000;

const entry = (state: TorrentState | TorrentState['kind'], facts: Partial<QueueEntry> = {}): QueueEntry => ({
  state: (typeof state === 'string' ? { kind: state } : state) as TorrentState,
  wantsToRun: true,
  isComplete: false,
  startsWithCheck: true,
  isForced: false,
  isSlow: false,
  activeSinceMs: NOW_MS,
  demand: 1,
  ...facts,
});
const waiting = (facts: Partial<QueueEntry> = {}): QueueEntry => entry(QUEUED, facts);
const seed = { isComplete: true };

const settings = (activeDownloads: number, activeSeeds: number, more: Partial<Settings> = {}): Settings => ({
  ...DEFAULT_SETTINGS,
  activeDownloads,
  activeSeeds,
  activeChecks: 100,
  ...more,
});
const plan = (entries: readonly QueueEntry[], limits: Settings): QueuePlan<QueueEntry> =>
  planQueue(entries, limits, NOW_MS);

describe('the queue', () => {
  it('starts in queue order, up to the limits', () => {
    const entries = Array.from({ length: 6 }, () => waiting());
    expect(plan(entries, settings(2, 1)).start).toEqual(entries.slice(0, 2));
    expect(plan(entries, settings(2, 1)).waiting).toEqual(new Set(['download']));
  });

  it('counts downloads and seeds apart', () => {
    const download = waiting();
    const other = waiting(seed);
    const busy = [entry('downloading'), entry('endgame'), entry('metadata')];
    expect(plan([...busy, download, other], settings(3, 1)).start).toEqual([other]);
    expect(plan([entry('seeding', seed), other, download], settings(3, 1)).start).toEqual([download]);
  });

  it('starts no more checks at once than allowed, and lets what needs none begin', () => {
    const [first, second] = [waiting(), waiting()];
    const bare = waiting({ startsWithCheck: false });
    expect(plan([first, second], settings(5, 5, { activeChecks: 1 })).start).toEqual([first]);
    const checking = entry('checking', { wantsToRun: false });
    expect(plan([checking, first, bare], settings(5, 5, { activeChecks: 1 })).start).toEqual([bare]);
  });

  it('gives a torrent that only waits for a check no slot but that of a check', () => {
    const check = waiting({ wantsToRun: false });
    expect(plan([entry('downloading'), check], settings(1, 0)).start).toEqual([check]);
    expect(plan([entry('checking', { wantsToRun: false }), waiting()], settings(1, 0)).start).toHaveLength(1);
  });

  it('leaves the slot of a slow torrent to others, but not beyond the total', () => {
    const slow = entry('downloading', { isSlow: true });
    const next = waiting();
    expect(plan([slow, next], settings(1, 1)).start).toEqual([next]);
    expect(plan([slow, next], settings(1, 1, { activeTotal: 1 }))).toMatchObject({ start: [], pause: [] });
    expect(plan([slow, next], settings(1, 1, { ignoreSlow: false })).start).toEqual([]);
    expect(plan([entry('downloading'), next], settings(1, 1)).start).toEqual([]);
  });

  it('counts no torrent that stands still', () => {
    const failed = entry({ kind: 'failed', code: 'DENIED', detail: '', missing: 0 });
    const next = waiting();
    expect(plan([entry('stopped'), entry('stopping'), failed, next], settings(1, 1)).start).toEqual([next]);
  });

  it('lets a download displace one that comes later, as soon as it can begin', () => {
    const [first, later] = [waiting(), entry('downloading')];
    expect(plan([first, later], settings(1, 1))).toMatchObject({ start: [first], pause: [later] });
    const checking = entry('checking', { wantsToRun: false });
    const blocked = plan([first, later, checking], settings(1, 1, { activeChecks: 1 }));
    expect(blocked).toMatchObject({ start: [], pause: [] });
  });

  it('pauses the last ones when the limits shrink', () => {
    const running = Array.from({ length: 4 }, () => entry('downloading'));
    expect(plan(running, settings(2, 0)).pause).toEqual([running[3], running[2]]);
    const seeds = Array.from({ length: 3 }, () => entry('seeding', seed));
    expect(plan([...running, ...seeds], settings(9, 9, { activeTotal: 5 })).pause).toEqual([
      seeds[2],
      seeds[1],
    ]);
  });

  it('runs what is forced beside all slots', () => {
    const forced = waiting({ isForced: true });
    const running = entry('downloading');
    const all = plan([running, waiting(), forced], settings(1, 0, { activeTotal: 1 }));
    expect(all).toMatchObject({ start: [forced], pause: [] });
    expect(plan([entry('downloading', { isForced: true }), running], settings(1, 0)).pause).toEqual([]);
  });

  it('seeds first what has the fewest seeds for a leecher', () => {
    const [common, rare] = [waiting({ ...seed, demand: 3 }), waiting({ ...seed, demand: 0.1 })];
    expect(plan([common, rare], settings(0, 1)).start).toEqual([rare]);
  });

  it('displaces a seed only after its turn, and only for one needed twice as much', () => {
    const since = NOW_MS - LIMITS.seedTurnMs;
    const running = (facts: Partial<QueueEntry>): QueueEntry => entry('seeding', { ...seed, ...facts });
    const rare = waiting({ ...seed, demand: 1 });
    const young = running({ demand: 9, activeSinceMs: since + 1 });
    expect(plan([rare, young], settings(0, 1)).start).toEqual([]);
    const old = running({ demand: 2.5, activeSinceMs: since });
    expect(plan([rare, old], settings(0, 1))).toMatchObject({ start: [rare], pause: [old] });
    const needed = running({ demand: 1.5, activeSinceMs: since });
    expect(plan([rare, needed], settings(0, 1)).pause).toEqual([]);
  });

  it('never runs more than allowed, leaves no slot idle while one waits, and is settled by its own plan', () => {
    const facts = fc.record({
      state: fc.constantFrom<TorrentState>(
        ...(['stopped', 'queued', 'queued', 'checking', 'downloading', 'seeding', 'stopping'] as const).map(
          (kind) => ({ kind }),
        ),
      ),
      wantsToRun: fc.boolean(),
      isComplete: fc.boolean(),
      startsWithCheck: fc.boolean(),
      isForced: fc.boolean(),
      isSlow: fc.boolean(),
      activeSinceMs: fc.constantFrom(0, NOW_MS),
      demand: fc.integer({ min: 0, max: 5 }),
    });
    const anEntry = facts.map((one) => ({
      ...one,
      isComplete: one.state.kind === 'seeding' || (one.state.kind !== 'downloading' && one.isComplete),
      wantsToRun: isRunning(one.state) || one.wantsToRun,
    }));
    const limits = fc.record({
      activeDownloads: fc.integer({ min: 0, max: 4 }),
      activeSeeds: fc.integer({ min: 0, max: 4 }),
      activeChecks: fc.integer({ min: 1, max: 3 }),
      activeTotal: fc.integer({ min: 0, max: 6 }),
      ignoreSlow: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anEntry, { maxLength: 20 }), limits, (entries, chosen) => {
        const all = { ...DEFAULT_SETTINGS, ...chosen };
        const follow = (before: readonly QueueEntry[]): readonly QueueEntry[] => {
          const { start, pause } = plan(before, all);
          return before.map((one) => {
            const kind = one.startsWithCheck ? 'checking' : 'downloading';
            if (start.includes(one)) return { ...one, state: { kind }, isSlow: false };
            return pause.includes(one) ? { ...one, state: QUEUED } : one;
          });
        };
        const { waiting: left } = plan(entries, all);
        const after = follow(entries);
        const slots = after.filter((one) => isRunning(one.state) && !one.isForced && one.wantsToRun);
        expect(slots.length).toBeLessThanOrEqual(all.activeTotal);
        const holding = slots.filter((one) => !(one.isSlow && all.ignoreSlow));
        for (const [name, most] of [
          ['download', all.activeDownloads],
          ['seed', all.activeSeeds],
        ] as const) {
          const count = holding.filter((one) => queueClass(one) === name).length;
          expect(count).toBeLessThanOrEqual(most);
          const free = after.filter(
            (one) => one.state.kind === 'queued' && queueClass(one) === name && !one.startsWithCheck,
          );
          if (count < most && slots.length < all.activeTotal) {
            // Only those that wait for a check may come before, and their slots are kept for them.
            const kept = after.filter(
              (one) => one.state.kind === 'queued' && queueClass(one) === name && one.startsWithCheck,
            );
            if (kept.length === 0) expect(free).toEqual([]);
          }
          if (free.length > 0) expect(left.has(name)).toBe(true);
        }
        expect(after.every((one) => !one.isForced || one.state.kind !== 'queued')).toBe(true);
        // A check that made room lets the next one begin; then nothing moves any more.
        let settled = after;
        for (let round = 0; round < 3; round += 1) settled = follow(settled);
        expect(plan(settled, all)).toMatchObject({ start: [], pause: [] });
      }),
      { numRuns: 700 },
    );
  });
});

describe('the demand for a seed', () => {
  it('is the greater the fewer seeds there are for a leecher, ourselves not counted', () => {
    expect(seedDemand(3, 2, true)).toBe(1);
    expect(seedDemand(0, 5, false)).toBe(0);
    expect(seedDemand(null, 4, false)).toBe(1);
    expect(seedDemand(2, 0, false)).toBeGreaterThan(seedDemand(100, 1, false));
    expect(seedDemand(9, 0, false)).toBeGreaterThan(seedDemand(2, 0, false));
  });
});

describe('the pace of a torrent', () => {
  const { slowTorrentMs: minute, slowTorrentRate: rate } = LIMITS;

  it('is slow below the rate, once it had time to start', () => {
    const started = { isSlow: false, sinceMs: 0 };
    expect(nextPace(started, 0, minute - 1)).toBe(started);
    expect(nextPace(started, rate, minute)).toBe(started);
    expect(nextPace(started, rate - 1, minute)).toEqual({ isSlow: true, sinceMs: minute });
  });

  it('changes back only at twice the rate and a minute later', () => {
    const slow = { isSlow: true, sinceMs: 0 };
    expect(nextPace(slow, rate * 9, minute - 1)).toBe(slow);
    expect(nextPace(slow, rate * 2 - 1, minute)).toBe(slow);
    expect(nextPace(slow, rate * 2, minute)).toEqual({ isSlow: false, sinceMs: minute });
  });
});

it('moves a torrent within the ends of the queue', () => {
  const moves = (['up', 'down', 'top', 'bottom', 99, -3, 2] as const).map((to) => targetPosition(1, to, 5));
  expect(moves).toEqual([0, 2, 0, 4, 4, 0, 2]);
});
