/** Notices of failures are said in the user's language. */
import { ERROR_CODES } from '@jstorrent/control';
import { expect, it } from 'vitest';
import { noticeText } from './notices.ts';

const sentence = 'The words of the service.';

it('a torrent that failed is said by its code', () => {
  const data = { name: 'Sintel', folder: '/srv/a', why: sentence };
  expect(noticeText({ kind: 'diskFull', sentence, data })).toContain('the disk that holds /srv/a.');
  expect(noticeText({ kind: 'failed', sentence, data: { ...data, code: 'DENIED' } })).toContain('/srv/a');
  expect(noticeText({ kind: 'failed', sentence, data: { ...data, code: 'FAILED' } })).not.toContain(sentence);
});

it('a move says what is not lost, and why', () => {
  const data = { name: 'Sintel', why: 'There is no room.' };
  expect(noticeText({ kind: 'moveFailed', sentence, data })).toMatch(
    /^Sintel could not be moved.* where they were: There is no room\.$/,
  );
  const full = { ...data, code: 'DISK_FULL', missing: 3e9, folder: '/mnt/media' };
  expect(noticeText({ kind: 'moveFailed', sentence, data: full })).toMatch(
    /were: 3.00.GB are missing on the disk that holds \/mnt\/media\. Make room there/,
  );
  for (const code of ERROR_CODES.filter((one) => one !== 'BAD_MESSAGE' && one !== 'HELLO_FIRST')) {
    const said = noticeText({ kind: 'moveFailed', sentence, data: { ...data, code } });
    expect([code, said]).toEqual([code, expect.stringMatching(/^Sintel could not .* were: [A-Z].*\.$/)]);
    expect(said).not.toMatch(/There is no room\.|by itself once|Sintel is already/);
  }
  expect(noticeText({ kind: 'hookFailed', sentence, data })).toMatch(/: There is no room\.$/);
  expect(noticeText({ kind: 'storeRestored', sentence })).toContain('last good copy');
});

it('what is not known of is said as the service says it', () => {
  expect(noticeText({ kind: 'failed', sentence })).toBe(sentence);
  expect(noticeText({ kind: 'moveFailed', sentence, data: {} })).toBe(sentence);
  expect(noticeText({ kind: 'portClosed', sentence, data: {} })).toBe(sentence);
});
