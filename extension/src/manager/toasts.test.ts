/** How long toasts stay and what is taken back. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Toasts } from './toasts.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const texts = (toasts: Toasts): string[] => toasts.list.value.map(({ text }) => text);

it('leaves after ten seconds and says so once', () => {
  const toasts = new Toasts();
  const onGone = vi.fn<() => void>();
  toasts.show({ text: 'Removed', undo: () => {}, onGone });
  vi.advanceTimersByTime(9999);
  expect(texts(toasts)).toEqual(['Removed']);
  vi.advanceTimersByTime(1);
  expect(texts(toasts)).toEqual([]);
  vi.advanceTimersByTime(100_000);
  expect(onGone).toHaveBeenCalledTimes(1);
});

it('stays while somebody points at it, but not beyond what can be taken back', () => {
  const toasts = new Toasts();
  const id = toasts.show({ text: 'Removed' });
  toasts.hold(id);
  vi.advanceTimersByTime(54_000);
  expect(texts(toasts)).toEqual(['Removed']);
  vi.advanceTimersByTime(2000);
  expect(texts(toasts)).toEqual([]);
});

it('goes five seconds after the pointer left', () => {
  const toasts = new Toasts();
  const id = toasts.show({ text: 'Removed' });
  toasts.hold(id);
  vi.advanceTimersByTime(20_000);
  toasts.release(id);
  vi.advanceTimersByTime(4999);
  expect(texts(toasts)).toEqual(['Removed']);
  vi.advanceTimersByTime(1);
  expect(texts(toasts)).toEqual([]);
});

it('takes back the newest that can be, once, without letting it go', () => {
  const toasts = new Toasts();
  const done: string[] = [];
  toasts.show({ text: 'a', undo: () => done.push('a'), onGone: () => done.push('a gone') });
  toasts.show({ text: 'b', undo: () => done.push('b') });
  toasts.show({ text: 'failed', kind: 'failure' });
  expect(toasts.undoLast()).toBe(true);
  expect(toasts.undoLast()).toBe(true);
  expect(toasts.undoLast()).toBe(false);
  expect(done).toEqual(['b', 'a']);
  expect(texts(toasts)).toEqual(['failed']);
});

it('shows three at most; the oldest is done with', () => {
  const toasts = new Toasts();
  const onGone = vi.fn<() => void>();
  toasts.show({ text: '1', onGone });
  for (const text of ['2', '3', '4']) toasts.show({ text });
  expect(texts(toasts)).toEqual(['2', '3', '4']);
  expect(onGone).toHaveBeenCalledTimes(1);
});
