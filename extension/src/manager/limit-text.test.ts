/** Limits as people write them. */
import { expect, it } from 'vitest';
import { limitText, readLimit } from './limit-text.ts';

it('reads kilobytes, and other units where they are named', () => {
  const texts = ['', ' ', '0', '500', '1,5', '2.5 MB', '1 GB/s', '3mib', '10 k'];
  expect(texts.map((text) => readLimit(text, false))).toEqual([
    0, 0, 0, 500_000, 1500, 2_500_000, 1_000_000_000, 3_000_000, 10_000,
  ]);
  expect(readLimit('2', true)).toBe(2048);
});

it('refuses what is no rate', () => {
  expect(['-1', 'fast', '1.2.3', '1e9', '200 GB'].map((text) => readLimit(text, false))).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
});

it('writes what it reads', () => {
  for (const bytes of [0, 1000, 1500, 2_500_000])
    expect(readLimit(limitText(bytes, false), false)).toBe(bytes);
});
