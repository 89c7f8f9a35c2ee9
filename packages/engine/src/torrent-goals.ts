/** Whether a seeding torrent has reached one of its goals. What follows is decided by the torrent. */
import { reachedGoals, shareRatio, type GoalKind, type Goals, type SeedFacts } from './rules/goals.ts';
import type { Content } from './swarm/content.ts';
import type { Progress } from './swarm/progress.ts';

/** What is known of the seed at a moment. */
export interface SeedMoment {
  readonly ratio: number | null;
  readonly seededMs: number;
  readonly uploaded: number;
  readonly nowMs: number;
}

/** How far a torrent is as a seed. */
export function seedMoment(
  { content, progress }: { readonly content: Content | null; readonly progress: Progress },
  nowMs: number,
): SeedMoment {
  const { uploaded, downloaded, seededMs } = progress.totals;
  const pieces = (content?.pieces.ledger.haveCount ?? 0) * (content?.info.pieceLength ?? 0);
  const size = Math.min(content?.info.totalLength ?? 0, pieces);
  return { ratio: shareRatio({ uploaded, downloaded, size }), seededMs, uploaded, nowMs };
}

/** Watches one torrent from the moment it seeds. */
export class GoalWatch {
  #waived: readonly GoalKind[] = [];
  #uploaded = 0;
  #idleSinceMs = 0;

  /**
   * It seeds from now on. Who starts a torrent that has reached a goal before wants it to go on: that goal counts no
   * more, unless it was `downloaded` just now.
   */
  begin(moment: SeedMoment, goals: Goals, downloaded: boolean): void {
    this.#uploaded = moment.uploaded;
    this.#idleSinceMs = moment.nowMs;
    this.#waived = downloaded ? [] : reachedGoals(this.facts(moment), goals);
  }

  /** How far it is. */
  facts(moment: SeedMoment): SeedFacts {
    const { ratio, seededMs, nowMs } = moment;
    return { ratio, seededMs, idleMs: nowMs - this.#idleSinceMs };
  }

  /** The goal it has reached, if any. */
  check(moment: SeedMoment, goals: Goals): GoalKind | null {
    if (moment.uploaded !== this.#uploaded) {
      this.#uploaded = moment.uploaded;
      this.#idleSinceMs = moment.nowMs;
    }
    const reached = reachedGoals(this.facts(moment), goals);
    return reached.find((goal) => !this.#waived.includes(goal)) ?? null;
  }
}
