/** Which queued torrents get a slot: as many as the settings allow, in queue order. */
import { LIMITS, type Settings } from '../limits.ts';
import type { TorrentState } from './lifecycle.ts';

/** What the queue knows of a torrent. */
export interface QueueEntry {
  readonly state: TorrentState;
  /** Known to be complete: it will seed. */
  readonly isComplete: boolean;
  /** When it got its slot, ms. */
  readonly activeSinceMs: number;
  readonly down: { readonly longRate: number };
  readonly up: { readonly longRate: number };
}

/** The torrents to start now; `entries` are in queue order. */
export function grantSlots<Entry extends QueueEntry>(
  entries: readonly Entry[],
  settings: Settings,
  nowMs: number,
): Entry[] {
  let downloads = 0;
  let seeds = 0;
  let checks = 0;
  for (const entry of entries) {
    const { kind } = entry.state;
    if (kind === 'checking') checks += 1;
    if (!holdsSlot(entry, nowMs)) continue;
    if (kind === 'seeding' || (kind === 'checking' && entry.isComplete)) seeds += 1;
    else if (kind === 'downloading' || kind === 'endgame' || kind === 'metadata' || kind === 'checking')
      downloads += 1;
  }
  const granted: Entry[] = [];
  for (const entry of entries) {
    if (entry.state.kind !== 'queued') continue;
    if (checks >= settings.activeChecks) break;
    if (entry.isComplete ? seeds >= settings.activeSeeds : downloads >= settings.activeDownloads) continue;
    granted.push(entry);
    checks += 1;
    if (entry.isComplete) seeds += 1;
    else downloads += 1;
  }
  return granted;
}

/** A torrent that has had time to start and moves next to nothing leaves its slot to others. */
function holdsSlot(entry: QueueEntry, nowMs: number): boolean {
  if (nowMs - entry.activeSinceMs < LIMITS.slowTorrentMs) return true;
  return Math.max(entry.down.longRate, entry.up.longRate) >= LIMITS.slowTorrentRate;
}
