/** Which key does what, where. */
import { expect, it } from 'vitest';
import { commandOf, type KeyPlace, type KeyPress } from './keys.ts';

const LIST: KeyPlace = { isTyping: false, isInList: true, letters: true };
const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
});

it('knows the keys of the list', () => {
  const presses: [KeyPress, string][] = [
    [press('/'), 'search'],
    [press('Delete'), 'remove'],
    [press('Delete', { shiftKey: true }), 'delete'],
    [press(' '), 'startStop'],
    [press('ArrowUp', { altKey: true }), 'queueUp'],
    [press('Home', { altKey: true }), 'queueTop'],
    [press('c', { ctrlKey: true }), 'copyMagnet'],
    [press('z', { metaKey: true }), 'undo'],
    [press('?', { shiftKey: true }), 'keys'],
    [press('F10', { shiftKey: true }), 'menu'],
    [press('O', { code: 'KeyO' }), 'openFolder'],
  ];
  expect(presses.map(([key]) => commandOf(key, LIST))).toEqual(presses.map(([, command]) => command));
});

it('takes the place of the key where letters are not Latin', () => {
  expect(commandOf(press('щ', { code: 'KeyO' }), LIST)).toBe('openFolder');
  expect(commandOf(press('я', { code: 'KeyZ', ctrlKey: true }), LIST)).toBe('undo');
});

it('leaves letters to those who write, and all but F6', () => {
  const typing = { ...LIST, isTyping: true };
  expect(commandOf(press('o'), typing)).toBeNull();
  expect(commandOf(press('Delete'), typing)).toBeNull();
  expect(commandOf(press('c', { ctrlKey: true }), typing)).toBeNull();
  expect(commandOf(press('F6'), typing)).toBe('nextRegion');
});

it('knows no single letters when they are switched off', () => {
  const off = { ...LIST, letters: false };
  expect([press('o'), press('/'), press('?')].map((key) => commandOf(key, off))).toEqual([null, null, null]);
  expect(commandOf(press('a', { ctrlKey: true }), off)).toBe('selectAll');
  expect(commandOf(press(' '), off)).toBe('startStop');
});

it('removes nothing while the keyboard is elsewhere', () => {
  const elsewhere = { ...LIST, isInList: false };
  expect(commandOf(press('Delete'), elsewhere)).toBeNull();
  expect(commandOf(press(' '), elsewhere)).toBeNull();
  expect(commandOf(press('/'), elsewhere)).toBe('search');
});

it('leaves keys alone that are not ours', () => {
  expect(commandOf(press('o', { ctrlKey: true }), LIST)).toBeNull();
  expect(commandOf(press('O', { shiftKey: true }), LIST)).toBeNull();
  expect(commandOf(press('Tab'), LIST)).toBeNull();
});
