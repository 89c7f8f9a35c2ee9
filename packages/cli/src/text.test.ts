import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  count,
  fitColumns,
  formatBytes,
  formatDuration,
  formatElapsed,
  formatPercent,
  formatRate,
  plain,
} from './text.ts';

describe('texts for people', () => {
  test('sizes, rates, shares and times are rounded so that nothing looks better than it is', () => {
    expect([0, 1, 1023, 1024, 1_572_863, 150 * 1024 ** 3].map(formatBytes)).toEqual([
      '0 bytes',
      '1 byte',
      '1023 bytes',
      '1.0 KiB',
      '1.4 MiB',
      '150 GiB',
    ]);
    expect([formatRate(100), formatRate(2048.7)]).toEqual(['100 B/s', '2.0 KiB/s']);
    expect([formatPercent(0, 5), formatPercent(9999, 10_000), formatPercent(1, 1)]).toEqual([
      '0.0%',
      '99.9%',
      '100.0%',
    ]);
    expect([234, 59_001, 125_000, 7_260_000, 180_000_000].map(formatDuration)).toEqual([
      '1 s',
      '1 min 00 s',
      '2 min 05 s',
      '2 h 01 min',
      '2 days 2 h',
    ]);
    expect([1290, 12_000].map(formatElapsed)).toEqual(['1.2 s', '12 s']);
    expect([count(1, 'peer'), count(2, 'peer')]).toEqual(['1 peer', '2 peers']);
  });

  test('foreign texts become one line that cannot steer a terminal', () => {
    expect(plain('a\u001b[2Jb\r\nc\u202ed\u200be\u009b31mf')).toBe('ab cdef');
    expect(plain('Übung 日本 🎵')).toBe('Übung 日本 🎵');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 1100 }), (text) => {
        const cleaned = plain(text);
        // oxlint-disable-next-line no-control-regex
        return cleaned.length <= 1000 && !/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/.test(cleaned);
      }),
      { numRuns: 50 },
    );
  });

  test('a line is cut before it wraps, never inside a character', () => {
    expect(fitColumns('abcdef', 4)).toBe('abcd');
    expect(fitColumns('日本語', 5)).toBe('日本');
    expect(fitColumns('e\u0301e\u0301', 1)).toBe('e\u0301');
  });
});
