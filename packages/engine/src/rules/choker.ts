/**
 * Who is unchoked (BEP 3): a pure round. Peers that give most come first, those that take most when we only seed; one
 * slot in turn goes to a peer that would not have earned it, so that newcomers can prove themselves.
 */
import { LIMITS } from '../limits.ts';

/** What a round knows of a peer; rates in bytes per second. */
export interface ChokeCandidate {
  readonly interested: boolean;
  readonly unchoked: boolean;
  /** We have nothing to say to it for now: it owes us blocks. */
  readonly snubbed: boolean;
  readonly downloadRate: number;
  readonly uploadRate: number;
  /** Since when it is unchoked, ms. */
  readonly unchokedAtMs: number;
  /** When it last took a block, ms. */
  readonly tookAtMs: number;
  /** When it last began as optimistic choice, ms; -Infinity for never. */
  readonly optimisticAtMs: number;
}

export interface ChokeRound<Peer> {
  readonly seeding: boolean;
  readonly slots: number;
  /** Choose a new optimistic peer in this round. */
  readonly rotateOptimistic: boolean;
  readonly optimistic: Peer | null;
}

export interface ChokeDecision<Peer> {
  readonly unchoke: ReadonlySet<Peer>;
  readonly optimistic: Peer | null;
}

/** Seconds a seed serves a peer before the next in turn gets the slot. */
const SEED_TURN_MS = 60_000;

/** Decide one round. */
export function chokeRound<Peer extends ChokeCandidate>(
  peers: Iterable<Peer>,
  round: ChokeRound<Peer>,
  nowMs: number,
): ChokeDecision<Peer> {
  const wanting = [...peers].filter((peer) => peer.interested);
  const earned = wanting.filter((peer) => round.seeding || !peer.snubbed);
  earned.sort(round.seeding ? bySeedTurn(nowMs) : byReciprocity);
  const unchoke = new Set(earned.slice(0, Math.max(1, round.slots - 1)));
  let optimistic = round.optimistic;
  const expired = optimistic === null || !wanting.includes(optimistic) || unchoke.has(optimistic);
  if (expired || round.rotateOptimistic) {
    optimistic = oldestWaiting(wanting.filter((peer) => !unchoke.has(peer)));
  }
  if (optimistic !== null) unchoke.add(optimistic);
  for (const peer of earned) {
    if (unchoke.size >= round.slots) break;
    unchoke.add(peer);
  }
  return { unchoke, optimistic };
}

function byReciprocity(a: ChokeCandidate, b: ChokeCandidate): number {
  return b.downloadRate - a.downloadRate || b.uploadRate - a.uploadRate || a.unchokedAtMs - b.unchokedAtMs;
}

/**
 * A peer keeps its slot for a turn, then goes behind those who wait, as does one that takes nothing for a round; within a
 * turn the fastest come first, and of those who wait who has waited longest.
 */
function bySeedTurn(nowMs: number): (a: ChokeCandidate, b: ChokeCandidate) => number {
  const rank = (peer: ChokeCandidate): number => {
    if (!peer.unchoked) return 1;
    const idleMs = nowMs - Math.max(peer.unchokedAtMs, peer.tookAtMs);
    return nowMs - peer.unchokedAtMs < SEED_TURN_MS && idleMs < LIMITS.chokeRoundMs ? 0 : 2;
  };
  const rate = (peer: ChokeCandidate): number => (rank(peer) === 0 ? peer.uploadRate : 0);
  return (a, b) => rank(a) - rank(b) || rate(b) - rate(a) || a.unchokedAtMs - b.unchokedAtMs;
}

/** Who gets the slots that became free between two rounds: those who have waited longest. */
export function nextInLine<Peer extends ChokeCandidate>(peers: Iterable<Peer>, slots: number): Peer[] {
  const wanting = [...peers].filter((peer) => peer.interested);
  const free = slots - wanting.filter((peer) => peer.unchoked).length;
  if (free <= 0) return [];
  const waiting = wanting.filter((peer) => !peer.unchoked && !peer.snubbed);
  return waiting.sort((a, b) => a.unchokedAtMs - b.unchokedAtMs).slice(0, free);
}

function oldestWaiting<Peer extends ChokeCandidate>(peers: readonly Peer[]): Peer | null {
  let best: Peer | null = null;
  for (const peer of peers) if (best === null || peer.optimisticAtMs < best.optimisticAtMs) best = peer;
  return best;
}

/**
 * How many slots the upload deserves: as many as there are peers, fastest first, each of which takes a step more than
 * the one before it, plus one to try; never below the start value.
 */
export function uploadSlots(uploadRates: readonly number[]): number {
  const sorted = [...uploadRates].sort((a, b) => b - a);
  let threshold = LIMITS.uploadSlotStep;
  let proven = 0;
  for (const rate of sorted) {
    if (rate < threshold) break;
    proven += 1;
    threshold += LIMITS.uploadSlotStep;
  }
  return Math.max(LIMITS.uploadSlots, Math.min(proven + 1, LIMITS.uploadSlotsMax));
}
