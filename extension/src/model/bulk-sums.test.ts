import { expect, it } from 'vitest';
import { rowOf } from '@jstorrent/control/testing';
import { bulkSums, countedWords } from './bulk-sums.ts';

it('torrents together are the sum of what is wanted of each', () => {
  const sums = bulkSums([
    rowOf(1, { wantedLength: 100, bytesLeft: 40, downRate: 5, labels: ['a'] }),
    rowOf(2, { wantedLength: 300, bytesLeft: 0, upRate: 7, labels: ['b', 'a'], state: 'seeding' }),
    rowOf(3, { wantedLength: 0, bytesLeft: 0, hasMetadata: false, state: 'metadata' }),
  ]);
  expect(sums).toEqual({
    wanted: 400,
    have: 360,
    progress: 0.9,
    downRate: 5,
    upRate: 7,
    labels: [
      ['a', 2],
      ['b', 1],
    ],
    looks: [
      ['downloading', 1],
      ['seeding', 1],
      ['metadata', 1],
    ],
  });
});

it('what has no size yet is not complete, what wants nothing is', () => {
  expect(bulkSums([rowOf(1, { wantedLength: 0, bytesLeft: 0, hasMetadata: false })]).progress).toBe(0);
  expect(bulkSums([rowOf(1, { wantedLength: 0, bytesLeft: 0 })]).progress).toBe(1);
  expect(bulkSums([]).progress).toBe(0);
});

it('counts are one phrase', () => {
  expect(
    countedWords([
      ['downloading', 2],
      ['queued', 1],
    ]),
  ).toBe('2 downloading, 1 queued');
});
