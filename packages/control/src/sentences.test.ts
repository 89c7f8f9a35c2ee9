import { describe, expect, it } from 'vitest';
import { formatSize, formatSpan } from './format.ts';
import { ERROR_CODES } from './schema/errors.ts';
import { errorSentence, failureTitle, moveProblem, noticeSentence, trackerSentence } from './sentences.ts';

describe('sentences', () => {
  it('are one for every code, with and without what they are made of', () => {
    for (const code of ERROR_CODES) {
      for (const data of [
        undefined,
        {},
        { folder: 3, name: null, missing: 'x', files: Number.NaN, waitMs: -1 },
      ]) {
        const sentence = errorSentence(code, data);
        expect(sentence).toMatch(/^\S.*[.]$/s);
        expect(sentence).not.toMatch(/undefined|null|NaN|\[object/);
        expect(sentence.length).toBeLessThan(200);
      }
    }
  });

  it('say what is missing and where', () => {
    expect(errorSentence('DISK_FULL', { missing: 212_000_000, folder: '~/Downloads' })).toBe(
      '212 MB are missing on the disk that holds ~/Downloads. It continues by itself once there is room.',
    );
    expect(errorSentence('NOT_FOUND', { folder: '/mnt/media' })).toBe(
      '/mnt/media isn’t there. Connect the disk, or choose a new place.',
    );
    expect(errorSentence('FILE_CHANGED', { files: 3 })).toBe(
      '3 files differ from what was downloaded. Checking finds what to fetch again.',
    );
    expect(errorSentence('FILE_CHANGED', { files: 1 })).toMatch(/^1 file differs /);
    expect(errorSentence('DENIED', { folder: '/srv/mirror' })).toMatch(
      /^The helper may not write to \/srv\/mirror\./,
    );
    expect(failureTitle('DISK_FULL')).toBe('Disk is full');
  });

  it('say why files did not move, and nothing of trying again where nobody does', () => {
    const data = { folder: '/mnt/media', missing: 3_000_000_000 };
    expect(moveProblem('DISK_FULL', data)).toBe(
      '3.00 GB are missing on the disk that holds /mnt/media. Make room there, or choose another folder.',
    );
    for (const code of ERROR_CODES) expect(moveProblem(code)).not.toContain('by itself once');
    expect(moveProblem('DENIED', data)).toBe(errorSentence('DENIED', data));
    const why = moveProblem('NOT_FOUND', data);
    expect(noticeSentence('moveFailed', { ...data, name: 'Sintel', code: 'NOT_FOUND', why })).toBe(
      `Sintel could not be moved, and its files are where they were: ${why}`,
    );
  });

  it('say what a tracker did', () => {
    expect(trackerSentence('refused', 'torrent not registered', 0)).toBe('Refused: “torrent not registered”');
    expect(trackerSentence('noAnswer', '', 7_200_000)).toBe('No answer for 2 h, will keep trying');
    expect(trackerSentence('noAnswer', '', 0)).toBe('No answer, will keep trying');
  });

  it('stay short, whatever the words from outside are', () => {
    const name = 'x'.repeat(100_000);
    expect(noticeSentence('completed', { name }).length).toBeLessThan(300);
    expect(trackerSentence('refused', name, 0).length).toBeLessThan(300);
    expect(errorSentence('DUPLICATE', { name }).length).toBeLessThan(300);
  });
});

describe('figures', () => {
  it('are sizes of three digits, whole below megabytes', () => {
    const cases: [number, string][] = [
      [0, '0 bytes'],
      [1, '1 byte'],
      [999, '999 bytes'],
      [1000, '1 kB'],
      [41_200, '41 kB'],
      [999_499, '999 kB'],
      [999_500, '1.00 MB'],
      [9_994_000, '9.99 MB'],
      [9_996_000, '10.0 MB'],
      [99_960_000, '100 MB'],
      [999_600_000, '1.00 GB'],
      [3_970_000_000, '3.97 GB'],
      [118_000_000_000, '118 GB'],
      [1.84e12, '1.84 TB'],
      [9e18, '9.00 EB'],
      [-5, '0 bytes'],
    ];
    for (const [bytes, text] of cases) expect([bytes, formatSize(bytes)]).toEqual([bytes, text]);
  });

  it('are spans in one or two units', () => {
    const minute = 60_000;
    const cases: [number, string][] = [
      [0, '0 s'],
      [8999, '8 s'],
      [2 * minute, '2 min'],
      [185 * minute, '3 h 5 min'],
      [180 * minute, '3 h'],
      [(5 * 24 + 3) * 60 * minute, '5 d 3 h'],
      [52 * 24 * 60 * minute, '52 d'],
    ];
    for (const [ms, text] of cases) expect([ms, formatSpan(ms)]).toEqual([ms, text]);
  });
});
