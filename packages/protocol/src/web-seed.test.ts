import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBencode, type BencodeInput } from './bencode-encode.ts';
import { parseInfo, type Info } from './info.ts';
import { nodeDigests } from './testing/digests.ts';
import { anyBytes, RUNS } from './testing/hostile.ts';
import type { UrlParts } from './urls.ts';
import { webSeedNames, webSeedUrl } from './web-seed.ts';
import { authorityOf, parseWebUrl, resolveLocation, targetOf } from './web-url.ts';

const info = (members: Readonly<Record<string, BencodeInput>>): Info =>
  parseInfo(encodeBencode({ 'piece length': 16_384, pieces: new Uint8Array(20), ...members }), nodeDigests);
const parts = (url: string): UrlParts => {
  const found = parseWebUrl(url);
  if (found === null) throw new Error(`${url} is no URL`);
  return found;
};

test('a single file is at the URL itself, or below it by its name', () => {
  const names = webSeedNames(info({ name: 'a b#c?.bin', length: 5 }));
  expect(webSeedUrl('http://w/files/', names, 0)).toBe('http://w/files/a%20b%23c%3F.bin');
  expect(webSeedUrl('http://w/get?x#y', names, 0)).toBe('http://w/get?x');
});

test('the files of a folder are below the name, by the names outside of our disk', () => {
  const bytes = Uint8Array.of(0xb0, 0x25);
  const files = [
    { length: 1, path: ['sub', 'ü:1.txt'] },
    { length: 2, path: ['.pad', '2'], attr: 'p' },
    { length: 1, path: [bytes] },
  ];
  const names = webSeedNames(info({ name: 'con', files }));
  const urls = files.map((_, index) => webSeedUrl('https://w', names, index));
  expect(urls).toEqual(['https://w/con/sub/%C3%BC%3A1.txt', 'https://w/con/.pad/2', 'https://w/con/%B0%25']);
  expect(webSeedUrl('https://w/x/', names, 0)).toBe('https://w/x/con/sub/%C3%BC%3A1.txt');
});

test('a long name in another alphabet is no reason not to ask', () => {
  const path = ['漢'.repeat(300)];
  const names = webSeedNames(info({ name: 'n', files: [{ length: 5, path }] }));
  const url = webSeedUrl('http://w/', names, 0);
  expect(url.length).toBeGreaterThan(2700);
  expect(parts(url).path).toHaveLength(3 + 2700);
  expect(parseWebUrl(`http://w/${'x'.repeat(9000)}`)).toBeNull();
});

test('a folder with one file is a folder', () => {
  const names = webSeedNames(info({ name: 'n', files: [{ length: 5, path: ['a'] }] }));
  expect(webSeedUrl('http://w/n', names, 0)).toBe('http://w/n/n/a');
});

test('a request names host, path and query as a server expects them', () => {
  expect(authorityOf(parts('http://W.example:80/'))).toBe('w.example');
  expect(authorityOf(parts('https://w.example:80/'))).toBe('w.example:80');
  expect(authorityOf(parts('http://[2001:DB8::1]:8080/'))).toBe('[2001:db8::1]:8080');
  expect(targetOf(parts('http://w/ä/b%20c?ü'))).toBe('/%C3%A4/b%20c?%C3%BC');
});

test('a redirect leads where RFC 3986 says, and nowhere else', () => {
  const from = parts('http://a:81/x/y?z');
  const leads = (location: string): string | null => resolveLocation(from, location);
  expect(leads('https://b/c#d')).toBe('https://b/c');
  expect(leads('//b/c')).toBe('http://b/c');
  expect(leads('/c')).toBe('http://a:81/c');
  expect(leads('c d')).toBe('http://a:81/x/c%20d');
  expect(leads('?q')).toBe('http://a:81/x/y?q');
  expect(leads('\u00e4')).toBe('http://a:81/x/%E4');
  for (const bad of [
    'ftp://b/',
    'javascript:x',
    'http://u:p@b/',
    'http://',
    'file:///etc/passwd',
    'http://b:0/',
  ])
    expect(leads(bad)).toBeNull();
});

test('whatever a server or a torrent says, a request has no space and no control character', () => {
  const from = parts('http://a/x');
  fc.assert(
    fc.property(anyBytes(40), (bytes) => {
      const location = Buffer.from(bytes).toString('latin1');
      const url = resolveLocation(from, location);
      if (url !== null) expect(targetOf(parts(url))).toMatch(/^[!-~]+$/);
      const names = webSeedNames(info({ name: 'n', files: [{ length: 5, path: [bytes, 'x'] }] }));
      expect(targetOf(parts(webSeedUrl('http://a/', names, 0)))).toMatch(/^[!-~]+$/);
    }),
    RUNS,
  );
});
