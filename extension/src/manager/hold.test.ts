/** When rows keep their places. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Hold } from './hold.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('lasts as long as any reason does, and tells its beginning and its end', () => {
  const told: boolean[] = [];
  const hold: Hold = new Hold(() => told.push(hold.isOn));
  hold.set('pointer', true);
  hold.set('menu', true);
  hold.set('pointer', false);
  expect(hold.isOn).toBe(true);
  hold.set('menu', false);
  hold.set('menu', false);
  expect(told).toEqual([true, false]);
});

it('lasts two seconds after the last selection', () => {
  const hold = new Hold(() => {});
  hold.selected();
  vi.advanceTimersByTime(1500);
  hold.selected();
  vi.advanceTimersByTime(1999);
  expect(hold.isOn).toBe(true);
  vi.advanceTimersByTime(1);
  expect(hold.isOn).toBe(false);
});
