/** What every actor needs while one input is handled: the time of the turn, and where commands go. */
import type { Digests, PlaneCommand, Random } from '../ports.ts';

/** One synchronous reaction to one input. */
export interface Turn {
  /** The time of this turn, read once. */
  readonly nowMs: number;
  /** Commands of this turn, handed to the plane at its end, in order. */
  push(command: PlaneCommand): void;
  readonly random: Random;
  readonly digests: Digests;
}
