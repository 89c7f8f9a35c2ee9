/** Chance that is the same in every run, so that runs compare. */
import type { Random } from '@jstorrent/engine/ports';

/** Numbers from a seed (xorshift32). */
export function seededRandom(seed: number): Random {
  let state = seed | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return {
    below: (bound) => next() % bound,
    bytes: (length) => Uint8Array.from({ length }, () => next() & 0xff),
  };
}
