/** Labels of several torrents at once. */
import { expect, it } from 'vitest';
import { labelChange, labelStates } from './label-choice.ts';

it('knows which labels all, some and none of them have', () => {
  const states = labelStates([['a', 'b'], ['a']], ['c', 'a']);
  expect(Object.fromEntries(states)).toEqual({ a: 'all', b: 'some', c: 'none' });
});

it('gives and takes only what was touched', () => {
  const before = labelStates([['a', 'b'], ['a']], ['c']);
  expect(labelChange(before, before)).toEqual({ add: [], remove: [] });
  const now = new Map(before).set('a', 'none').set('b', 'all').set('new', 'all');
  expect(labelChange(before, now)).toEqual({ add: ['b', 'new'], remove: ['a'] });
});
