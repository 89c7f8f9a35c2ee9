/** One tracker's record, and the order in which the trackers of a torrent are tried (BEP 12). Nothing is sent here. */
import { parseUrl, type UrlParts } from '@jstorrent/protocol';
import { LIMITS } from '../limits.ts';
import type { Random } from '../ports.ts';
import type { Turn } from './turn.ts';

/** How a tracker stands: `failed` gave no answer that could be used, `refused` said no. */
type TrackerStatus = 'idle' | 'announcing' | 'working' | 'failed' | 'refused';

/** What is shown of a tracker. */
export interface TrackerView {
  readonly url: string;
  readonly tier: number;
  readonly status: TrackerStatus;
  /** Error or warning of the last announce, '' when none. */
  readonly message: string;
  /** For how long every announce has failed, null when the last one did not. */
  readonly failingMs: number | null;
  readonly seeds: number | null;
  readonly leeches: number | null;
  /** Addresses in its last reply. */
  readonly peers: number;
  /** Milliseconds until the next announce, 0 when due; null while nothing is announced to it. */
  readonly nextAnnounceMs: number | null;
}

/** What is known of a tracker. */
export interface Tracker {
  readonly url: string;
  readonly parts: UrlParts;
  status: TrackerStatus;
  message: string;
  failingSinceMs: number | null;
  seeds: number | null;
  leeches: number | null;
  peers: number;
  failures: number;
  nextMs: number;
  /** Not before, whatever we would like. */
  notBeforeMs: number;
  trackerId: Uint8Array | null;
  /** It knows that we take part... */
  started: boolean;
  /** ...and at this port; 0 = it was told none. */
  toldPort: number;
  /** To be said once. */
  completed: boolean;
  /** Drops the announce that is under way. */
  giveUp: ((turn: Turn) => void) | null;
  /** Say farewell once what is under way is answered. */
  leaving: boolean;
  /** No longer one of the torrent's. */
  isGone: boolean;
}

/** Drop what is under way. */
export function giveUp(tracker: Tracker, turn: Turn): void {
  tracker.giveUp?.(turn);
  tracker.giveUp = null;
  tracker.leaving = false;
}

/** The tracker of a tier to announce to: one that works, else the one that is due first, in order. */
export function currentOf(tier: readonly Tracker[]): Tracker | undefined {
  const working = tier.find(({ status }) => status === 'working');
  if (working !== undefined) return working;
  let best: Tracker | undefined;
  for (const tracker of tier) if (best === undefined || tracker.nextMs < best.nextMs) best = tracker;
  return best;
}

/**
 * BEP 12: each tier in random order, without duplicates over all tiers and without what is no URL of a tracker. Records
 * in `known` are taken over.
 */
export function makeTiers(
  tiers: readonly (readonly string[])[],
  known: readonly Tracker[],
  random: Random,
): Tracker[][] {
  const records = new Map(known.map((tracker) => [tracker.url, tracker]));
  const seen = new Set<string>();
  const made: Tracker[][] = [];
  for (const tier of tiers) {
    const trackers: Tracker[] = [];
    for (const url of tier) {
      const parts = parseUrl(url);
      if (parts === null || seen.has(url) || seen.size >= LIMITS.trackersPerTorrent) continue;
      seen.add(url);
      trackers.splice(random.below(trackers.length + 1), 0, records.get(url) ?? newTracker(url, parts));
    }
    if (trackers.length > 0) made.push(trackers);
  }
  return made;
}

function newTracker(url: string, parts: UrlParts): Tracker {
  return {
    url,
    parts,
    status: 'idle',
    message: '',
    failingSinceMs: null,
    seeds: null,
    leeches: null,
    peers: 0,
    failures: 0,
    nextMs: 0,
    notBeforeMs: 0,
    trackerId: null,
    started: false,
    toldPort: 0,
    completed: false,
    giveUp: null,
    leaving: false,
    isGone: false,
  };
}
