/** The lines of the page and what they change. */
import { SETTINGS } from '@jstorrent/control';
import { expect, it } from 'vitest';
import { t } from '../model/i18n.ts';
import { PREFS } from '../model/prefs.ts';
import { ROWS, SECTIONS } from './rows.ts';

it('every setting of the service and every choice of the interface has its line, and one only', () => {
  expect(ROWS.flatMap(({ keys }) => keys).toSorted()).toEqual(Object.keys(SETTINGS).toSorted());
  expect(ROWS.flatMap(({ prefs }) => prefs).toSorted()).toEqual(Object.keys(PREFS).toSorted());
});

it('names are unique, also those of sections, and every section has lines', () => {
  const ids = [...ROWS.map(({ id }) => id), ...SECTIONS.map(({ id }) => id)];
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id } of SECTIONS) expect(ROWS.some(({ section }) => section === id)).toBe(true);
});

it('plain lines are about what their control can edit', () => {
  const kinds = { flag: 'flag', number: 'whole', choice: 'choice' } as const;
  for (const { id, control, keys, prefs, title } of ROWS) {
    expect([id, t(title) === '']).toEqual([id, false]);
    if (control === 'prefFlag' || control === 'prefChoice') expect([id, prefs.length]).toEqual([id, 1]);
    else if (control !== 'own')
      expect([id, keys.map((key) => SETTINGS[key].kind)]).toEqual([id, keys.map(() => kinds[control])]);
  }
});
