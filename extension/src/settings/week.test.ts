/** The week of hours. */
import { expect, it } from 'vitest';
import { cellOfKey, isWhole, painted, spansOf, summaryOf, weekOf } from './week.ts';

const work = [0, 1, 2, 3, 4].map((day) => ({ day, fromMinute: 480, toMinute: 1080 }));

it('gives back the spans it was made of', () => {
  expect(spansOf(weekOf(work))).toEqual(work);
  const whole = [{ day: 6, fromMinute: 0, toMinute: 1440 }];
  expect(spansOf(weekOf(whole))).toEqual(whole);
  expect(spansOf(weekOf([]))).toEqual([]);
});

it('joins spans that touch, and takes whole hours for parts of them', () => {
  const spans = [
    { day: 2, fromMinute: 60, toMinute: 90 },
    { day: 2, fromMinute: 120, toMinute: 121 },
  ];
  expect(isWhole(spans)).toBe(false);
  expect(spansOf(weekOf(spans))).toEqual([{ day: 2, fromMinute: 60, toMinute: 180 }]);
});

it('never has more spans than the service takes', () => {
  const every = new Set(Array.from({ length: 84 }, (_, hour) => hour * 2));
  expect(spansOf(every)).toHaveLength(84);
});

it('is painted as a rectangle between any two corners', () => {
  const one = painted(new Set(), 24 + 20, 22, true);
  expect([...one].toSorted((a, b) => a - b)).toEqual([20, 21, 22, 44, 45, 46]);
  expect(painted(one, 0, 7 * 24 - 1, false).size).toBe(0);
});

it('is walked through with keys, and no key leads out of it', () => {
  expect(cellOfKey('ArrowRight', 0, false)).toBe(1);
  expect(cellOfKey('ArrowRight', 1, true)).toBe(0);
  expect(cellOfKey('ArrowDown', 3, false)).toBe(27);
  expect(cellOfKey('a', 3, false)).toBe(null);
  for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'])
    for (let cell = 0; cell < 168; cell += 1) {
      const next = cellOfKey(key, cell, false) ?? -1;
      expect(next >= 0 && next < 168).toBe(true);
    }
});

it('is told in few words', () => {
  expect(summaryOf(weekOf(work))).toEqual([{ days: [0, 1, 2, 3, 4], from: 8, to: 18 }]);
});
