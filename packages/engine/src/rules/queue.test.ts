import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, LIMITS } from '../limits.ts';
import { next, type TorrentState } from './lifecycle.ts';
import { grantSlots, type QueueEntry } from './queue.ts';

const QUEUED = next({ kind: 'stopped' }, { type: 'start' });
const NOW_MS = 1_000_000;

const entry = (state: TorrentState, facts: Partial<QueueEntry> = {}): QueueEntry => ({
  state,
  isComplete: false,
  activeSinceMs: NOW_MS,
  down: { longRate: 0 },
  up: { longRate: 0 },
  ...facts,
});
const settings = (
  activeDownloads: number,
  activeSeeds: number,
  activeChecks = 100,
): typeof DEFAULT_SETTINGS => ({
  ...DEFAULT_SETTINGS,
  activeDownloads,
  activeSeeds,
  activeChecks,
});

describe('the queue', () => {
  it('starts in queue order, up to the limits', () => {
    const entries = Array.from({ length: 6 }, () => entry(QUEUED));
    expect(grantSlots(entries, settings(2, 1), NOW_MS)).toEqual(entries.slice(0, 2));
  });

  it('counts downloads and seeds apart', () => {
    const download = entry(QUEUED);
    const seed = entry(QUEUED, { isComplete: true });
    const busy = [entry({ kind: 'downloading' }), entry({ kind: 'endgame' }), entry({ kind: 'metadata' })];
    expect(grantSlots([...busy, download, seed], settings(3, 1), NOW_MS)).toEqual([seed]);
    expect(grantSlots([entry({ kind: 'seeding' }), seed, download], settings(3, 1), NOW_MS)).toEqual([
      download,
    ]);
  });

  it('starts no more checks at once than allowed', () => {
    const [first, second] = [entry(QUEUED), entry(QUEUED)];
    expect(grantSlots([first, second], settings(5, 5, 1), NOW_MS)).toEqual([first]);
    expect(grantSlots([entry({ kind: 'checking' }), first, second], settings(5, 5, 1), NOW_MS)).toEqual([]);
  });

  it('leaves the slot of a torrent to others that had its time and moves next to nothing', () => {
    const waiting = entry(QUEUED);
    const long = NOW_MS - LIMITS.slowTorrentMs;
    const slow = entry(
      { kind: 'downloading' },
      { activeSinceMs: long, down: { longRate: LIMITS.slowTorrentRate - 1 } },
    );
    const young = entry({ kind: 'downloading' }, { activeSinceMs: long + 1 });
    const fast = entry(
      { kind: 'downloading' },
      { activeSinceMs: long, down: { longRate: LIMITS.slowTorrentRate } },
    );
    expect(grantSlots([slow, waiting], settings(1, 1), NOW_MS)).toEqual([waiting]);
    expect(grantSlots([young, waiting], settings(1, 1), NOW_MS)).toEqual([]);
    expect(grantSlots([fast, waiting], settings(1, 1), NOW_MS)).toEqual([]);
  });

  it('counts no torrent that stands still', () => {
    const idle = (['stopped', 'stopping'] as const).map((kind) => entry({ kind }));
    const failed = entry({ kind: 'failed', code: 'DENIED', detail: '', missing: 0 });
    const waiting = entry(QUEUED);
    expect(grantSlots([...idle, failed, waiting], settings(1, 1), NOW_MS)).toEqual([waiting]);
  });
});
