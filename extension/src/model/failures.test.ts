/** Errors are said in the user's language, with what is known of them. */
import { ERROR_CODES, type ErrorCode, type ErrorData } from '@jstorrent/control';
import { expect, it } from 'vitest';
import { errorText, textOf } from './failures.ts';

const OWN = 'The words of the service.';
const said = (code: ErrorCode, data: ErrorData = {}): string => errorText({ code, data, message: OWN });

const EVERYTHING = {
  folder: '/srv/a',
  name: 'Sintel',
  why: 'reasons',
  missing: 3e9,
  files: 3,
  waitMs: 60_000,
};
/** Everything that may or may not be known. */
const KNOWN: readonly ErrorData[] = Object.entries(EVERYTHING).reduce<ErrorData[]>(
  (sets, [key, value]) => [...sets, ...sets.map((set) => ({ ...set, [key]: value }))],
  [{}],
);
/** What only programs say to each other. */
const UNSAID: readonly ErrorCode[] = ['BAD_MESSAGE', 'HELLO_FIRST'];

it('each has a sentence whatever is known of it, with nothing left open', () => {
  const wrong = ERROR_CODES.filter((code) => !UNSAID.includes(code)).flatMap((code) =>
    KNOWN.map((data) => said(code, data)).filter(
      (text) =>
        text === OWN || /\$\d|undefined|\s[.:,](?:\s|$)|–|\s\s/.test(text) || !/^[\w/].*\.$/.test(text),
    ),
  );
  expect(wrong).toEqual([]);
});

it('names what is known', () => {
  expect(said('DISK_FULL')).toContain('no room left on the disk.');
  expect(said('DISK_FULL', { folder: '/srv/a', missing: 0 })).toContain('the disk that holds /srv/a.');
  expect(said('DISK_FULL', { folder: '/srv/a', missing: 212e6 })).toMatch(
    /^212.MB are missing on the disk that holds \/srv\/a\./,
  );
  expect(said('FILE_CHANGED')).toMatch(/^Files differ/);
  expect(said('FILE_CHANGED', { files: 1 })).toMatch(/^1 file differs/);
  expect(said('FILE_CHANGED', { files: 3 })).toMatch(/^3 files differ/);
  expect(said('DUPLICATE', { name: 'Sintel' })).toBe('You already have Sintel.');
  expect(said('FAILED', { why: 'it broke.' })).toMatch(/^This did not work: it broke\. Nothing/);
  expect(said('TOO_SOON', { waitMs: 120_000 })).toMatch(/in 2.min\.$/);
});

it('names no folder by words of the service', () => {
  expect(said('DENIED', { folder: 'C:\\a' })).toContain('C:\\a');
  expect(said('DENIED', { folder: 'JSTorrent’s own data' })).toBe(said('DENIED'));
});

it('what has no sentence is said as the service says it', () => {
  expect(UNSAID.map((code) => said(code))).toEqual([OWN, OWN]);
  expect(textOf(new Error('broken'))).toBe('broken');
  expect(textOf({ code: 'CANCELLED', message: OWN })).toBe('This was cancelled.');
});
