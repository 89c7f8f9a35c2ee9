import { expect, test } from 'vitest';
import { RANK_GAP, RANK_MAX, ranksBetween } from './order.ts';

test('ranks ascend between two others, or beyond the one there is', () => {
  for (const [low, high] of [
    [0, 100],
    [-RANK_GAP, RANK_GAP],
    [undefined, 7],
    [7, undefined],
    [undefined, undefined],
  ] as const) {
    const ranks = ranksBetween(low, high, 20) ?? [];
    expect(ranks).toHaveLength(20);
    const all = [low ?? -Infinity, ...ranks, high ?? Infinity];
    expect(all.every((rank, index) => index === 0 || rank > (all[index - 1] as number))).toBe(true);
    expect(ranks.every((rank) => Number.isSafeInteger(rank))).toBe(true);
  }
});

test('there is room for 32, one after the other, between two that were appended', () => {
  let high = RANK_GAP;
  let rounds = 0;
  for (;;) {
    const [rank] = ranksBetween(0, high, 1) ?? [];
    if (rank === undefined) break;
    high = rank;
    rounds += 1;
  }
  expect(rounds).toBe(32);
});

test('there is no room where ranks would meet or leave the numbers that are exact', () => {
  expect(ranksBetween(5, 6, 1)).toBeNull();
  expect(ranksBetween(5, 5, 1)).toBeNull();
  expect(ranksBetween(6, 5, 1)).toBeNull();
  expect(ranksBetween(RANK_MAX, undefined, 1)).toBeNull();
  expect(ranksBetween(undefined, -RANK_MAX, 1)).toBeNull();
});
