/** How times left are smoothed. */
import { expect, it } from 'vitest';
import { idOf, rowOf } from '@jstorrent/control/testing';
import { TimesLeft } from './times-left.ts';

const rows = (etaMs: number | null) => new Map([[idOf(1), rowOf(1, { etaMs })]]);

it('counts down and does not follow what wavers', () => {
  const times = new TimesLeft();
  times.update(rows(100_000), 0);
  for (let second = 1; second <= 30; second += 1)
    times.update(rows((100 - second) * 1000 * (second % 2 === 0 ? 1.15 : 0.87)), second * 1000);
  expect(times.of(idOf(1), 30_000)).toBe(70_000);
});

it('follows what lasts', () => {
  const times = new TimesLeft();
  times.update(rows(100_000), 0);
  for (let second = 1; second <= 90; second += 1) times.update(rows(600_000), second * 1000);
  const left = times.of(idOf(1), 90_000) ?? 0;
  expect(left).toBeGreaterThan(500_000);
  expect(left).toBeLessThan(620_000);
});

it('knows nothing of what has no time left, or is gone', () => {
  const times = new TimesLeft();
  times.update(rows(5000), 0);
  times.update(rows(null), 1000);
  expect(times.of(idOf(1), 1000)).toBeNull();
  times.update(rows(5000), 2000);
  times.update(new Map(), 3000);
  expect(times.of(idOf(1), 3000)).toBeNull();
});
