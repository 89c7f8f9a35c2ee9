/** When to try again something that failed. */
import type { Random } from '../ports.ts';

/** A wait spread by a quarter up or down, so that clients that failed together do not return together. */
export function jittered(delayMs: number, random: Random): number {
  return Math.round(delayMs * (0.75 + random.below(501) / 1000));
}

/** The wait after `failures` in a row (at least 1): doubles from `firstMs` up to `maxMs`. */
export function doubling(failures: number, firstMs: number, maxMs: number): number {
  return Math.min(maxMs, firstMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
}
