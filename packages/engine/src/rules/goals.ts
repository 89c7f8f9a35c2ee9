/** When a torrent has seeded enough. What happens then is not decided here. */

/** Any of these ends seeding; 0 = no such goal. */
export interface Goals {
  /** Uploaded by downloaded. */
  readonly ratio: number;
  /** Time spent seeding, over all sessions. */
  readonly seedMs: number;
  /** Time in which nobody took anything. */
  readonly idleMs: number;
}

/** Which goal it was. */
export type GoalKind = 'ratio' | 'time' | 'idle';

/** How far a seed is. */
export interface SeedFacts {
  /** Null when there is nothing to divide by. */
  readonly ratio: number | null;
  readonly seededMs: number;
  readonly idleMs: number;
}

/** Below this part of a torrent's size what was downloaded is not what we have to give back: the data was there. */
const DOWNLOADED_PART = 0.01;

/** Uploaded by downloaded, or by the size of what is there when it was not downloaded; null when that is nothing. */
export function shareRatio(facts: {
  readonly uploaded: number;
  readonly downloaded: number;
  /** Bytes that are there. */
  readonly size: number;
}): number | null {
  const { uploaded, downloaded, size } = facts;
  const base = downloaded < size * DOWNLOADED_PART ? size : downloaded;
  return base > 0 ? uploaded / base : null;
}

/** Parts of each goal that are reached, 1 = all; only of goals that are set. */
function parts(facts: SeedFacts, goals: Goals): [GoalKind, number][] {
  const reached: [GoalKind, number][] = [];
  if (goals.ratio > 0) reached.push(['ratio', (facts.ratio ?? 0) / goals.ratio]);
  if (goals.seedMs > 0) reached.push(['time', facts.seededMs / goals.seedMs]);
  if (goals.idleMs > 0) reached.push(['idle', facts.idleMs / goals.idleMs]);
  return reached;
}

/** The goals that are reached, in the order ratio, time, idle. */
export function reachedGoals(facts: SeedFacts, goals: Goals): GoalKind[] {
  return parts(facts, goals).flatMap(([kind, part]) => (part >= 1 ? [kind] : []));
}

/** Part of the way to the goal that is nearest, 0 to 1; null without one. Idleness is no way to go. */
export function goalProgress(facts: SeedFacts, goals: Goals): number | null {
  const ways = parts(facts, { ...goals, idleMs: 0 }).map(([, part]) => Math.min(1, part));
  return ways.length === 0 ? null : Math.max(...ways);
}

/** Time until the nearest goal at this upload rate (bytes per second); null when that never comes. */
export function goalEtaMs(
  facts: SeedFacts & { readonly uploaded: number; readonly uploadRate: number },
  goals: Goals,
): number | null {
  const waits: number[] = [];
  if (goals.seedMs > 0) waits.push(Math.max(0, goals.seedMs - facts.seededMs));
  if (goals.ratio > 0 && facts.ratio !== null && facts.ratio > 0 && facts.uploadRate > 0) {
    const missing = Math.max(0, (facts.uploaded * goals.ratio) / facts.ratio - facts.uploaded);
    waits.push((missing / facts.uploadRate) * 1000);
  }
  return waits.length === 0 ? null : Math.ceil(Math.min(...waits));
}
