/** What clicks, keys and menus do to the selection. */
import { expect, it } from 'vitest';
import {
  allOf,
  cleared,
  kept,
  menuAsked,
  moved,
  NOTHING,
  pressed,
  targets,
  type Selection,
} from './selection.ts';

const ORDER = ['a', 'b', 'c', 'd', 'e'];
const of = (selection: Selection): string => [...selection.ids].toSorted().join('');
const view = { order: ORDER, page: 2 };

it('selects one with a click', () => {
  const first = pressed(NOTHING, 'b', {}, ORDER);
  expect(of(pressed(first, 'd', {}, ORDER))).toBe('d');
});

it('selects from the first click to one with Shift, both ways, again and again', () => {
  const c = pressed(NOTHING, 'c', {}, ORDER);
  const down = pressed(c, 'e', { range: true }, ORDER);
  expect(of(down)).toBe('cde');
  expect(of(pressed(down, 'a', { range: true }, ORDER))).toBe('abc');
});

it('adds and takes away with Ctrl, and adds a range with both', () => {
  const a = pressed(NOTHING, 'a', {}, ORDER);
  const ac = pressed(a, 'c', { toggle: true }, ORDER);
  expect(of(ac)).toBe('ac');
  expect(of(pressed(ac, 'e', { toggle: true, range: true }, ORDER))).toBe('acde');
  expect(of(pressed(ac, 'a', { toggle: true }, ORDER))).toBe('c');
});

it('selects what a menu is asked for on, unless it is selected', () => {
  const ab = pressed(pressed(NOTHING, 'a', {}, ORDER), 'b', { toggle: true }, ORDER);
  expect(of(menuAsked(ab, 'b'))).toBe('ab');
  expect(of(menuAsked(ab, 'd'))).toBe('d');
});

it('moves with keys and stops at the ends', () => {
  let now = moved(NOTHING, 'down', {}, view);
  expect(now.focus).toBe('a');
  now = moved(now, 'up', {}, view);
  expect(now.focus).toBe('a');
  now = moved(now, 'pageDown', {}, view);
  expect(of(now)).toBe('c');
  expect(moved(now, 'end', {}, view).focus).toBe('e');
  expect(moved(now, 'home', {}, view).focus).toBe('a');
  expect(moved(NOTHING, 'up', {}, view).focus).toBe('e');
});

it('extends with Shift and only goes with Ctrl', () => {
  const b = pressed(NOTHING, 'b', {}, ORDER);
  const bd = moved(moved(b, 'down', { range: true }, view), 'down', { range: true }, view);
  expect(of(bd)).toBe('bcd');
  expect(of(moved(bd, 'up', { range: true }, view))).toBe('bc');
  const gone = moved(bd, 'end', { toggle: true }, view);
  expect([of(gone), gone.focus]).toEqual(['bcd', 'e']);
});

it('selects all and nothing', () => {
  expect(of(allOf(NOTHING, ORDER))).toBe('abcde');
  const none = cleared(allOf(NOTHING, ORDER));
  expect([of(none), none.focus]).toEqual(['', 'a']);
  expect(cleared(none)).toBe(none);
});

it('goes to the next row when its own is removed, and to the last one at the end', () => {
  const bc = pressed(pressed(NOTHING, 'b', {}, ORDER), 'c', { range: true }, ORDER);
  const after = kept(bc, ORDER, ['a', 'd', 'e']);
  expect([of(after), after.focus]).toEqual(['', 'd']);
  expect(kept(pressed(NOTHING, 'e', {}, ORDER), ORDER, ['a', 'b']).focus).toBe('b');
  expect(kept(bc, ORDER, ['e', 'd', 'c', 'b', 'a'])).toBe(bc);
});

it('commands are about those selected in their order, or about where the keyboard is', () => {
  const ca = pressed(pressed(NOTHING, 'c', {}, ORDER), 'a', { toggle: true }, ORDER);
  expect(targets(ca, ORDER)).toEqual(['a', 'c']);
  expect(targets(cleared(ca), ORDER)).toEqual(['a']);
  expect(targets(NOTHING, ORDER)).toEqual([]);
});
