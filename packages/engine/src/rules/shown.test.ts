import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { availabilityBuckets, distributedCopies } from './availability.ts';
import { downloadEtaMs } from './eta.ts';
import { Ring } from './ring.ts';

describe('distributed copies', () => {
  const of = (counts: readonly number[]): number =>
    distributedCopies(counts.length, (piece) => counts[piece] as number).copies;

  it('are those of the rarest piece, and the part of pieces that have more', () => {
    expect(of([2, 2, 2, 2])).toBe(2);
    expect(of([1, 2, 2, 9])).toBe(1.75);
    expect(of([0, 0, 0, 1])).toBe(0.25);
    expect(of([])).toBe(0);
  });
});

describe('availability in stretches', () => {
  it('has one for each piece, or as many as are wanted, and no piece is lost', () => {
    expect(availabilityBuckets(3, (piece) => piece, 512)).toEqual([0, 1, 2]);
    expect(availabilityBuckets(4, (piece) => piece, 2)).toEqual([0.5, 2.5]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 512 }), (pieces, most) => {
        let asked = 0;
        const stretches = availabilityBuckets(pieces, () => (asked += 1), most);
        expect(asked).toBe(pieces);
        expect(stretches).toHaveLength(Math.min(pieces, most));
      }),
      { numRuns: 50 },
    );
  });
});

describe('the time a download still takes', () => {
  it('is unknown without a rate and follows the slow rate once it is settled', () => {
    expect(downloadEtaMs({ left: 100, rate: 0, longRate: 50 })).toBeNull();
    expect(downloadEtaMs({ left: 0, rate: 10, longRate: 10 })).toBeNull();
    expect(downloadEtaMs({ left: 100, rate: 10, longRate: 1 })).toBe(10_000);
    expect(downloadEtaMs({ left: 100, rate: 10, longRate: 10 })).toBe(10_000);
    const jumped = downloadEtaMs({ left: 100, rate: 20, longRate: 10 }) ?? 0;
    expect(jumped).toBeGreaterThan(7500);
    expect(jumped).toBeLessThan(10_000);
  });
});

describe('a ring', () => {
  it('holds the last of what was put in, oldest first', () => {
    const ring = new Ring<number>(3);
    for (const [index, want] of [[0], [0, 1], [0, 1, 2], [1, 2, 3], [2, 3, 4]].entries()) {
      ring.push(index);
      expect(ring.list()).toEqual(want);
    }
  });
});
