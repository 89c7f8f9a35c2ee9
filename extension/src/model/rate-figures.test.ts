import { expect, it } from 'vitest';
import { figuresOf, niceMarks, pointsOf } from './rate-figures.ts';

it('a chart is as long as its period, with gaps where nothing is known', () => {
  const [times, down, up] = pointsOf({
    period: '10min',
    stepMs: 1000,
    endAt: 1_000_000_000,
    down: [5, 6],
    up: [1, 2],
  });
  expect([times.length, down.length, up.length]).toEqual([600, 600, 600]);
  expect(times.slice(-2)).toEqual([999_999, 1_000_000]);
  expect(down.slice(-3)).toEqual([null, 5, 6]);
  expect(up.slice(-2)).toEqual([1, 2]);
  expect(times[0]).toBe(1_000_000 - 599);
});

it('figures are of what is known', () => {
  expect(figuresOf([2, 4, 9])).toEqual({ now: 9, mean: 5, peak: 9 });
  expect(figuresOf([])).toEqual({ now: 0, mean: 0, peak: 0 });
});

it('marks of an axis are few and round, and reach over the highest', () => {
  expect(niceMarks(0, 1000)).toEqual([0, 5000, 10_000]);
  expect(niceMarks(9_500_000, 1000)).toEqual([0, 5_000_000, 10_000_000]);
  expect(niceMarks(3 * 1024 * 1024, 1024)).toEqual([0, 1, 2, 3].map((n) => n * 1024 * 1024));
  for (let most = 1; most < 1e12; most *= 3.7) {
    for (const base of [1000, 1024] as const) {
      const marks = niceMarks(most, base);
      expect(marks.at(-1)).toBeGreaterThanOrEqual(most);
      expect(marks.length).toBeLessThanOrEqual(6);
      expect(marks.length).toBeGreaterThanOrEqual(2);
    }
  }
});
