import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyBytes, RUNS } from './testing/hostile.ts';
import {
  cleanUrl,
  parseUrl,
  percentDecode,
  percentEncode,
  TRACKER_SCHEMES,
  WEB_SEED_SCHEMES,
} from './urls.ts';

test('a URL is taken apart', () => {
  expect(parseUrl('http://Tracker.Example:8080/a/announce?x=1&y#frag')).toEqual({
    scheme: 'http',
    host: 'tracker.example',
    port: 8080,
    path: '/a/announce',
    query: 'x=1&y',
  });
  expect(parseUrl('udp://[2001:DB8::1]:80')).toMatchObject({
    host: '2001:db8::1',
    port: 80,
    path: '/',
    query: null,
  });
  expect(parseUrl('https://a.b?q')).toMatchObject({ port: 443, path: '/', query: 'q' });
});

test('THREATS 15: only http, https and udp URLs without tricks are usable', () => {
  const bad = [
    'file:///etc/passwd',
    'ftp://a/b',
    'ws://a/b',
    'javascript:alert(1)',
    'http:/a',
    'http://',
    'http:///x',
    'http://user@a/',
    'http://user:secret@a/',
    'http://good.example\\@evil.example/',
    'http://a/\r\nHost: b',
    'http://a b/',
    'http://a:0/',
    'http://a:65536/',
    'http://a:99999999/',
    'http://127.1/announce',
    'http://0x7f000001/announce',
    'http://2130706433/announce',
    'http://0177.0.0.1/',
    'http://1.2.3.4.5/',
    'http://example.0x10/',
    'http://[::1/',
    'http://[fe80::1%25eth0]/',
    'http://a%2fb/',
    'udp://a/announce',
    `http://a/${'x'.repeat(3000)}`,
    `http://${'a'.repeat(254)}/`,
  ];
  for (const url of bad) expect([url, parseUrl(url)]).toEqual([url, null]);
});

test('hosts that are addresses can be classified as they are dialled', () => {
  expect(parseUrl('http://[::ffff:7f00:1]/')?.host).toBe('127.0.0.1');
  expect(parseUrl('http://169.254.169.254/latest')?.host).toBe('169.254.169.254');
});

test('a URL that is taken means the same host and port to a URL parser', () => {
  const parts = fc.array(
    fc.constantFrom(
      'http',
      'https',
      '://',
      '/',
      ':',
      '@',
      '\\',
      '#',
      '?',
      '[',
      ']',
      '::1',
      'a',
      'b.c',
      '80',
      '1',
      '.',
      '%41',
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        parts,
        parts.map((rest) => ['http://', ...rest]),
      ),
      (pieces) => {
        const text = pieces.join('');
        const mine = parseUrl(text);
        if (mine === null) return;
        const theirs = new URL(text);
        expect(theirs.hostname.replace(/^\[|\]$/g, '')).toBe(mine.host);
        expect(theirs.port === '' ? (mine.scheme === 'http' ? 80 : 443) : Number(theirs.port)).toBe(
          mine.port,
        );
      },
    ),
    RUNS,
  );
});

test('surrounding space is no reason to lose a tracker, a wrong scheme is', () => {
  expect(cleanUrl(' http://a/announce\n', TRACKER_SCHEMES)).toBe('http://a/announce');
  expect(cleanUrl('udp://a:1', TRACKER_SCHEMES)).toBe('udp://a:1');
  expect(cleanUrl('udp://a:1', WEB_SEED_SCHEMES)).toBeNull();
});

test('percent-encoding is exact for every byte', () => {
  fc.assert(
    fc.property(anyBytes(40), (bytes) => {
      const text = percentEncode(bytes);
      expect(text).toMatch(/^([A-Za-z0-9\-._~]|%[0-9A-F]{2})*$/);
      expect(percentDecode(text)).toEqual(bytes);
    }),
    RUNS,
  );
});

test('a lone percent sign stands for itself', () => {
  expect(new TextDecoder().decode(percentDecode('100%25 50% %zz %4'))).toBe('100% 50% %zz %4');
});
