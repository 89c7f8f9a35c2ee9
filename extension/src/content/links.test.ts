/** Which links on pages are taken. */
import { expect, it } from 'vitest';
import { isOff, kindOf } from './links.ts';

const ALL = { magnets: true, torrents: true };

it('takes magnet links and addresses of .torrent files, each if it is wanted', () => {
  expect(kindOf('magnet:?xt=urn:btih:x', ALL)).toBe('magnet');
  expect(kindOf('MAGNET:?xt=urn:btih:x', ALL)).toBe('magnet');
  expect(kindOf('https://example.org/a.torrent', ALL)).toBe('url');
  expect(kindOf('http://example.org/a.Torrent?key=1#x', ALL)).toBe('url');
  expect(kindOf('magnet:?xt=urn:btih:x', { magnets: false, torrents: true })).toBeNull();
  expect(kindOf('https://example.org/a.torrent', { magnets: true, torrents: false })).toBeNull();
});

it('leaves everything else alone', () => {
  const others = [
    'https://example.org/about.torrents',
    'https://example.org/?file=a.torrent',
    'https://example.org/#a.torrent',
    'blob:https://example.org/a.torrent',
    'file:///a.torrent',
    'mailto:a@b.torrent',
    'magnet:',
    '',
  ];
  for (const link of others) expect([link, kindOf(link, ALL)]).toEqual([link, null]);
});

it('is off where the frame or the page around it is switched off', () => {
  expect(isOff(['a.example'], ['a.example'])).toBe(true);
  expect(isOff(['a.example'], ['frame.example', 'a.example'])).toBe(true);
  expect(isOff(['a.example'], ['b.example'])).toBe(false);
  expect(isOff(undefined, ['b.example'])).toBe(false);
});
