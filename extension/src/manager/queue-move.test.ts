/** Where torrents stand after a move in the queue. */
import { expect, it } from 'vitest';
import { rowOf } from '@jstorrent/control/testing';
import { positionsAfter, type QueueTarget } from './queue-move.ts';

const rows = [0, 1, 2, 3, 4].map((n) => rowOf(n, { id: 'abcde'[n] ?? '' }));
const after = (ids: string, to: QueueTarget): string => {
  const positions = positionsAfter(rows, new Set(ids), to);
  return rows
    .map(({ id, queuePosition }) => ({ id, at: positions.get(id) ?? queuePosition }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ id }) => id)
    .join('');
};

it('goes to the ends side by side', () => {
  expect(after('bd', 'top')).toBe('bdace');
  expect(after('bd', 'bottom')).toBe('acebd');
});

it('goes one place each, and not over one another', () => {
  expect(after('bd', 'up')).toBe('badce');
  expect(after('ab', 'up')).toBe('abcde');
  expect(after('bc', 'up')).toBe('bcade');
  expect(after('bc', 'down')).toBe('adbce');
  expect(after('e', 'down')).toBe('abcde');
  expect(after('de', 'down')).toBe('abcde');
});

it('goes where the first of them shall stand', () => {
  expect(after('ae', 1)).toBe('baecd');
  expect(after('a', 4)).toBe('bcdea');
  expect(after('c', 0)).toBe('cabde');
});

it('names those alone that move', () => {
  expect([...positionsAfter(rows, new Set('c'), 'up').keys()]).toEqual(['c']);
});
