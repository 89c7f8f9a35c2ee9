/** Figures in English. */
import { expect, it } from 'vitest';
import {
  formatDate,
  formatPercent,
  formatRate,
  formatRatio,
  formatShortCount,
  formatSize,
  formatSpan,
  formatSpanRoughly,
} from './format.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

it('shows sizes with three digits, whole below MB', () => {
  const sizes = [0, 999, 1000, 64_300, 999_600, 1_200_000, 74_100_000, 118e9, 999_600_000, 1.84e12];
  expect(sizes.map((bytes) => plain(formatSize(bytes)))).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '64 kB',
    '1.00 MB',
    '1.20 MB',
    '74.1 MB',
    '118 GB',
    '1.00 GB',
    '1.84 TB',
  ]);
});

it('shows no rate as a dash', () => {
  expect([0, 0.4, 12_300_000].map((rate) => plain(formatRate(rate)))).toEqual(['–', '–', '12.3 MB/s']);
});

it('says 100 % only when it is all', () => {
  expect([0, 0.0004, 0.624, 0.99999, 1].map((part) => plain(formatPercent(part)))).toEqual([
    '0 %',
    '0 %',
    '62.4 %',
    '99.9 %',
    '100 %',
  ]);
});

it('shows spans with their two largest units, and only hours or days from ten on', () => {
  const minute = 60_000;
  const spans = [
    400,
    8000,
    2 * minute,
    185 * minute,
    120 * minute,
    599 * minute,
    629 * minute,
    1435 * minute,
    123 * 60 * minute,
    52 * 1440 * minute,
    400 * 1440 * minute,
    null,
  ];
  expect(spans.map(formatSpan)).toEqual([
    '1 s',
    '8 s',
    '2 min',
    '3 h 5 min',
    '2 h',
    '9 h 59 min',
    '10 h',
    '1 d',
    '5 d 3 h',
    '52 d',
    '–',
    '–',
  ]);
});

it('shows estimates with their largest unit alone', () => {
  const minute = 60_000;
  const spans = [8000, 2 * minute, 185 * minute, 1435 * minute, 123 * 60 * minute, null];
  expect(spans.map(formatSpanRoughly)).toEqual(['8 s', '2 min', '3 h', '1 d', '5 d', '–']);
});

it('shows large ratios whole', () => {
  expect([null, 0, 1.999, 99.999, 1214.4].map(formatRatio)).toEqual(['–', '0.00', '1.99', '99.99', '1,214']);
});

it('shortens counts from a thousand on', () => {
  expect([0, 999, 1904, 12_400, 2_000_000].map(formatShortCount)).toEqual([
    '0',
    '999',
    '1.9k',
    '12k',
    '2.0M',
  ]);
});

it('names days that are near', () => {
  const now = new Date(2026, 10, 22, 15, 0).getTime();
  const at = (...parts: [number, number, number, number, number]) =>
    formatDate(new Date(...parts).getTime(), now);
  expect([
    at(2026, 10, 22, 14, 1),
    at(2026, 10, 21, 23, 59),
    at(2026, 9, 28, 1, 0),
    at(2025, 8, 6, 1, 0),
  ]).toEqual(['Today 14:01', 'Yesterday', '28 Oct', '6 Sept 2025']);
});
