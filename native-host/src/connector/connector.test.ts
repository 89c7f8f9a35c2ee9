import { expect, test } from 'vitest';
import { isAllowedCaller } from './origin.ts';
import { isNewer } from './versions.ts';

const ID = 'abcdefghijklmnopabcdefghijklmnop';
const ALLOWED = { chromium: [ID], firefox: ['jstorrent@example.org'] };

test('our extensions may call, in the words of each browser', () => {
  expect(isAllowedCaller([`chrome-extension://${ID}/`], ALLOWED)).toBe(true);
  expect(isAllowedCaller([`chrome-extension://${ID}/`, '--parent-window=0'], ALLOWED)).toBe(true);
  expect(isAllowedCaller(['/home/u/.mozilla/x.json', 'jstorrent@example.org'], ALLOWED)).toBe(true);
});

test('nobody else may', () => {
  const wrong = [
    [],
    [''],
    [`chrome-extension://${ID}`],
    [`chrome-extension://${ID}/x`],
    [`chrome-extension://${ID.toUpperCase()}/`],
    [`chrome-extension://${ID.slice(1)}p/`],
    [`https://${ID}/`],
    [`x chrome-extension://${ID}/`],
    ['--parent-window=0', `chrome-extension://${ID}/`],
    ['/x.json', 'other@example.org'],
    ['/x.json'],
    ['/x', 'jstorrent@example.org'],
  ];
  for (const words of wrong) expect(isAllowedCaller(words, ALLOWED), words.join(' ')).toBe(false);
});

test('versions are compared as numbers, and what is no version is never newer', () => {
  expect(isNewer('1.10.0', '1.9.9')).toBe(true);
  expect(isNewer('1.9.9', '1.10.0')).toBe(false);
  expect(isNewer('1.0.0', '1.0.0')).toBe(false);
  expect(isNewer('2.0.0', 'garbage')).toBe(false);
  expect(isNewer('2.0.0-beta', '1.0.0')).toBe(false);
});
