import { expect, it } from 'vitest';
import { growsBeyond, trendOf } from './trend.ts';

const MINUTE = 60;
/** A sample every half minute for an hour. */
const hourOf = (valueAt: (seconds: number, index: number) => number) =>
  Array.from({ length: 120 }, (_, index) => ({
    seconds: (index * MINUTE) / 2,
    value: valueAt((index * MINUTE) / 2, index),
  }));
const saw = (index: number): number => (index % 7) - 3;

it('finds growth below noise that is larger than it', () => {
  const trend = trendOf(hourOf((seconds, index) => 30 + (6 * seconds) / 3600 + saw(index)));
  expect(trend.perHour).toBeCloseTo(6, 0);
  expect(growsBeyond(trend, 5)).toBe(true);
  expect(growsBeyond(trend, 8)).toBe(false);
});

it('takes what fills up at the beginning for no growth', () => {
  const trend = trendOf(hourOf((seconds) => 30 + Math.min(seconds, 10 * MINUTE)));
  expect(trend.perHour).toBeCloseTo(0, 5);
});

it('believes no growth that chance explains', () => {
  const few = [0, 2, -1, 3, 0, 2, -1, 3].map((value, index) => ({ seconds: 30 * index, value }));
  expect(trendOf(few).perHour).toBeGreaterThan(5);
  expect(growsBeyond(trendOf(few), 5)).toBe(false);
  expect(growsBeyond(trendOf(few.slice(0, 2)), 5)).toBe(false);
});
