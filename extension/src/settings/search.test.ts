/** What a search finds and marks. */
import { expect, it } from 'vitest';
import { highlight, isFound, search } from './search.ts';

const port = { title: 'Port', more: ['Other peers reach you here', 'firewall router'] };
const limit = { title: 'Téléchargement', more: ['limite'] };

it('finds by all words, wherever they stand, without case or accents', () => {
  expect(isFound('PORT router', port)).toBe(true);
  expect(isFound('port speed', port)).toBe(false);
  expect(isFound('telecharg', limit)).toBe(true);
  expect(isFound('  ', port)).toBe(true);
});

it('puts those first that have it in their title', () => {
  const all = [{ title: 'Test', more: ['port'] }, port];
  expect(search('port', all, (one) => one)).toEqual([port, all[0]]);
});

it('marks every hit and loses no letter', () => {
  expect(highlight('limit', 'Limits of the limit')).toEqual([
    { text: 'Limit', isHit: true },
    { text: 's of the ', isHit: false },
    { text: 'limit', isHit: true },
  ]);
  expect(highlight('telé', 'Téléchargement')[0]).toEqual({ text: 'Télé', isHit: true });
  for (const text of ['', 'İstanbul 👍 limit', 'ＡＢＣ'])
    expect(
      highlight('limit a', text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  expect(highlight('', 'Port')).toEqual([{ text: 'Port', isHit: false }]);
});
