/** Seeding goals as numbers to show. Decides nothing about when seeding ends: the engine does. */
import type { Goals } from '@jstorrent/control';

const MINUTE_MS = 60_000;

/** What a torrent has reached. */
export interface Reached {
  /** Null when nothing is known. */
  readonly ratio: number | null;
  readonly seededMs: number;
}

/** Uploaded by downloaded, or by the size of what was there already; null when both are unknown. */
export function ratioOf(uploaded: number, downloaded: number, size: number): number | null {
  const whole = downloaded > 0 ? downloaded : size;
  return whole > 0 ? uploaded / whole : null;
}

/** How far the nearest goal is reached, 0 to 1; null without goals that progress. */
export function goalProgress(goals: Goals, reached: Reached): number | null {
  const parts: number[] = [];
  if (goals.ratio !== null) parts.push((reached.ratio ?? 0) / goals.ratio);
  if (goals.seedMinutes !== null) parts.push(reached.seededMs / (goals.seedMinutes * MINUTE_MS));
  return parts.length === 0 ? null : Math.min(1, Math.max(0, ...parts));
}

/** Milliseconds until the first goal at the present rate of upload; null when unknown or without one. */
export function goalEta(goals: Goals, reached: Reached, size: number, upRate: number): number | null {
  const times: number[] = [];
  if (goals.ratio !== null && upRate > 0 && reached.ratio !== null) {
    times.push(Math.max(0, (1000 * (goals.ratio - reached.ratio) * size) / upRate));
  }
  if (goals.seedMinutes !== null) times.push(Math.max(0, goals.seedMinutes * MINUTE_MS - reached.seededMs));
  return times.length === 0 ? null : Math.min(...times);
}
