/** The keyword in the address bar. */
import { expect, it } from 'vitest';
import { rowOf } from '@jstorrent/control/testing';
import { defaultSuggestion, matching, readTyped, suggestionsOf } from './omnibox.ts';

const HASH = '08ada5a7a6183aae1e09d831df6748d566095a10';

it('tells links, hashes, addresses and words apart', () => {
  expect(readTyped(` ${HASH.toUpperCase()} `)).toMatchObject({ kind: 'hash', id: HASH });
  expect(readTyped('BCW2LJ5GDA5K4HQJ3AY56Z2I2VTASWQQ')).toMatchObject({
    kind: 'add',
    source: { kind: 'magnet' },
  });
  expect(readTyped(`magnet:?xt=urn:btih:${HASH}`)).toMatchObject({ kind: 'add' });
  expect(readTyped('https://example.org/a.torrent')).toMatchObject({ kind: 'add', source: { kind: 'url' } });
  expect(readTyped('Big  Buck')).toEqual({ kind: 'search', words: ['big', 'buck'] });
  expect(readTyped('  ')).toEqual({ kind: 'search', words: [] });
});

it('finds torrents by all words, those that begin so first, then the newest', () => {
  const rows = [
    rowOf(1, { name: 'The Big Buck', addedAt: 5 }),
    rowOf(2, { name: 'Big Buck Bunny', addedAt: 1 }),
    rowOf(3, { name: 'Buck the BIG', addedAt: 9 }),
    rowOf(4, { name: 'Big', addedAt: 9 }),
  ];
  expect(matching(rows, ['big', 'buck']).map(({ name }) => name)).toEqual([
    'Big Buck Bunny',
    'Buck the BIG',
    'The Big Buck',
  ]);
  expect(matching(rows, [])).toEqual([]);
});

it('suggests names as text, whatever is in them', () => {
  const row = rowOf(1, { name: '<match>A & B</match>\u0000\uD800', wantedLength: 4, bytesLeft: 1 });
  const [markup] = suggestionsOf([row], true);
  expect(markup?.content).toBe(row.id);
  expect(markup?.description).toMatch(/^&lt;match&gt;A &amp; B&lt;\/match&gt; \uFFFD · 75\.0/);
  expect(suggestionsOf([row], false)[0]?.description).toContain('<match>');
  const typed = readTyped(`magnet:?xt=urn:btih:${HASH}&dn=a%3Cb`);
  expect(defaultSuggestion(typed, true)).toBe('Add a&lt;b');
});
