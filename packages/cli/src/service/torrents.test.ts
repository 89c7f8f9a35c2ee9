import type { TorrentRow } from '@jstorrent/control';
import { expect, test } from 'vitest';
import { namedTorrent, namedTorrents } from './torrents.ts';

const row = (id: string, name: string): TorrentRow => ({ id: id.padEnd(40, '0'), name }) as TorrentRow;
const ROWS = [row('abcd1', 'Debian 13'), row('abcd2', 'Debian 13 DVD'), row('beef', 'An abcd song\u202e')];
const named = (word: string): string => namedTorrent(ROWS, word).name;

test('a torrent is named by a unique beginning of its hash or a unique part of its name', () => {
  expect(named('abcd1')).toBe('Debian 13');
  expect(named('BEEF')).toBe('An abcd song\u202e');
  expect(named('dvd')).toBe('Debian 13 DVD');
  expect(named('ABCD SONG')).toBe('An abcd song\u202e');
});

test('a whole hash or a whole name wins over parts', () => {
  expect(named('debian 13')).toBe('Debian 13');
  expect(named('abcd2'.padEnd(40, '0'))).toBe('Debian 13 DVD');
});

test('what names several or none is an error with the candidates, and three digits are no hash', () => {
  expect(() => named('debian')).toThrow(/abcd1000 \(Debian 13\), abcd2000 \(Debian 13 DVD\)/);
  expect(() => named('abcd')).toThrow(expect.objectContaining({ code: 'AMBIGUOUS' }));
  expect(() => named('bee')).toThrow(expect.objectContaining({ code: 'UNKNOWN_TORRENT' }));
  expect(() => named(' ')).toThrow(expect.objectContaining({ code: 'UNKNOWN_TORRENT' }));
});

test('a torrent named twice is one', () => {
  expect(namedTorrents(ROWS, ['dvd', 'abcd2', 'song']).map(({ name }) => name)).toEqual([
    'Debian 13 DVD',
    'An abcd song\u202e',
  ]);
});
