import { describe, expect, it } from 'vitest';
import { chance } from '../testing/chance.ts';
import { doubling, jittered } from './backoff.ts';

describe('waits', () => {
  it('double up to a limit', () => {
    const waits = [1, 2, 3, 4, 5, 1000].map((failures) => doubling(failures, 10, 70));
    expect(waits).toEqual([10, 20, 40, 70, 70, 70]);
  });

  it('are spread by a quarter, so that clients do not return together', () => {
    const random = chance(1);
    const waits = Array.from({ length: 500 }, () => jittered(10_000, random));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(7500);
    expect(Math.max(...waits)).toBeLessThanOrEqual(12_500);
    expect(new Set(waits).size).toBeGreaterThan(200);
  });
});
