import { expect, it } from 'vitest';
import { median, ratios, summary } from './report.ts';
import type { RunFigures } from './run.ts';

const GIB = 2 ** 30;
const run = (client: string, seconds: number, cpuSeconds: number): RunFigures => ({
  client,
  seconds,
  bytes: GIB,
  cpuSeconds,
  peerCpuSeconds: 0.25,
  otherCpuSeconds: 0,
  memory: { resident: 200 * 2 ** 20, anonymous: 100 * 2 ** 20 },
  metadataSeconds: null,
});

it('takes the middle of an odd and the mean of the middle two of an even number of values', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 2.5, NaN]);
});

it('shows medians and best values of each client', () => {
  const text = summary([run('a', 1, 2), run('b', 2, 1), run('a', 2, 4), run('a', 4, 3)]);
  expect(text.split('\n')).toHaveLength(3);
  expect(text).toMatch(/^a +537 +\(1074\) +3\.00 +\(2\.00\) +200 +\(100\) +0\.25 +0\.00$/m);
});

it('compares the first client with each other one within the rounds, leaving failed runs out', () => {
  const text = ratios([
    [run('a', 1, 1), run('b', 2, 4)],
    [run('a', 4, 3), run('b', 2, 1)],
    [run('a', 1, 1), run('b', 3, 2)],
    [run('b', 1, 1)],
  ]);
  expect(text.split('\n')[1]).toMatch(/^a \/ b +2\.00 +2 of 3 +0\.50 +2 of 3$/);
});
