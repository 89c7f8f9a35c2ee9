import { describe, expect, it } from 'vitest';
import { goalEtaMs, goalProgress, reachedGoals, shareRatio, type Goals } from './goals.ts';

const NONE: Goals = { ratio: 0, seedMs: 0, idleMs: 0 };
const facts = { ratio: 1, seededMs: 5000, idleMs: 700 };

describe('the ratio', () => {
  it('divides by what was downloaded, or by what was there when it was not downloaded', () => {
    expect(shareRatio({ uploaded: 50, downloaded: 100, size: 1000 })).toBe(0.5);
    expect(shareRatio({ uploaded: 50, downloaded: 0, size: 100 })).toBe(0.5);
    expect(shareRatio({ uploaded: 50, downloaded: 9, size: 1000 })).toBe(0.05);
    expect(shareRatio({ uploaded: 0, downloaded: 0, size: 0 })).toBeNull();
  });
});

describe('seeding goals', () => {
  it('are reached one by one, and never when none is set', () => {
    expect(reachedGoals({ ratio: 99, seededMs: 1e12, idleMs: 1e12 }, NONE)).toEqual([]);
    expect(reachedGoals(facts, { ...NONE, ratio: 1 })).toEqual(['ratio']);
    expect(reachedGoals(facts, { ratio: 1.1, seedMs: 5000, idleMs: 700 })).toEqual(['time', 'idle']);
    expect(reachedGoals({ ...facts, ratio: null }, { ...NONE, ratio: 0.1 })).toEqual([]);
  });

  it('tell how far it is to the nearest, idleness left out', () => {
    expect(goalProgress(facts, NONE)).toBeNull();
    expect(goalProgress(facts, { ...NONE, idleMs: 700 })).toBeNull();
    expect(goalProgress(facts, { ...NONE, ratio: 2, seedMs: 20_000 })).toBe(0.5);
    expect(goalProgress({ ...facts, ratio: 9 }, { ...NONE, ratio: 2 })).toBe(1);
  });

  it('tell how long that takes at the present rate', () => {
    const moving = { ...facts, uploaded: 1000, uploadRate: 100 };
    expect(goalEtaMs(moving, { ...NONE, ratio: 2 })).toBe(10_000);
    expect(goalEtaMs(moving, { ...NONE, ratio: 2, seedMs: 6000 })).toBe(1000);
    expect(goalEtaMs({ ...moving, uploadRate: 0 }, { ...NONE, ratio: 2 })).toBeNull();
  });
});
