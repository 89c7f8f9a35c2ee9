import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planOrder, RANK_GAP, RANK_MAX } from './order.ts';

const appended = (count: number): Map<number, number> =>
  new Map(Array.from({ length: count }, (_, index) => [index, RANK_GAP * (index + 1)]));

/** Items by the ranks they would have. */
function orderAfter(ranks: ReadonlyMap<number, number>, changes: ReadonlyMap<number, number>): number[] {
  return [...new Map([...ranks, ...changes])].sort(([, a], [, b]) => a - b).map(([item]) => item);
}

test('moving one among ten thousand to any place changes one rank', () => {
  const ranks = appended(10_000);
  for (const [from, to] of [
    [9999, 0],
    [0, 9999],
    [5000, 17],
    [17, 5000],
    [3, 4],
  ] as const) {
    const order = [...ranks.keys()];
    order.splice(to, 0, ...order.splice(from, 1));
    const changes = planOrder(ranks, order);
    expect(changes.size).toBe(1);
    expect(orderAfter(ranks, changes)).toEqual(order);
  }
});

test('any order after any other is reached, with whole ranks that differ', () => {
  const orders = fc.integer({ min: 0, max: 30 }).chain((count) => {
    const items = Array.from({ length: count }, (_, index) => index);
    const order = fc.shuffledSubarray(items, { minLength: count });
    return fc.tuple(fc.constant(count), fc.array(order, { minLength: 1, maxLength: 8 }));
  });
  fc.assert(
    fc.property(orders, ([count, wanted]) => {
      let ranks = appended(count);
      for (const order of wanted) {
        ranks = new Map([...ranks, ...planOrder(ranks, order)]);
        expect(orderAfter(ranks, new Map())).toEqual(order);
        expect(new Set(ranks.values()).size).toBe(count);
        expect([...ranks.values()].every((rank) => Number.isSafeInteger(rank))).toBe(true);
      }
    }),
  );
});

test('a gap that is used up is made again for all', () => {
  let ranks = appended(3);
  let spreads = 0;
  for (let round = 0; round < 100; round += 1) {
    // The last comes between the first two, again and again.
    const [first, second, third] = orderAfter(ranks, new Map()) as [number, number, number];
    const changes = planOrder(ranks, [first, third, second]);
    if (changes.size > 1) spreads += 1;
    ranks = new Map([...ranks, ...changes]);
    expect(orderAfter(ranks, new Map())).toEqual([first, third, second]);
  }
  expect(spreads).toBeGreaterThan(0);
  expect(spreads).toBeLessThan(10);
});

test('ranks do not leave the numbers that are exact', () => {
  const ranks = new Map([
    [0, -RANK_MAX],
    [1, RANK_MAX],
  ]);
  expect(Math.max(...planOrder(ranks, [1, 0]).values())).toBeLessThan(RANK_MAX);
});

test('what the order leaves out keeps its rank', () => {
  expect(planOrder(appended(4), [2, 1]).size).toBe(1);
  expect([...planOrder(appended(4), [3, 1]).keys()]).not.toContain(0);
});

test('an order that names something twice or something unknown is refused', () => {
  expect(() => planOrder(appended(2), [1, 1])).toThrow(RangeError);
  expect(() => planOrder(appended(2), [2])).toThrow(RangeError);
});
