import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AcceptSet } from './accepts.ts';

describe('an accept set', () => {
  test('agrees with a plain multiset on every request and answer', () => {
    const step = fc.record({
      add: fc.boolean(),
      piece: fc.nat(3),
      block: fc.nat(12),
      count: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const set = new AcceptSet(1000);
        const model = new Map<string, number>();
        for (const { add, piece, block, count } of steps) {
          if (add) {
            set.add(piece, block, count);
            for (let index = block; index < block + count; index++) {
              model.set(`${piece} ${index}`, (model.get(`${piece} ${index}`) ?? 0) + 1);
            }
          } else {
            const left = model.get(`${piece} ${block}`) ?? 0;
            expect(set.take(piece, block)).toBe(left > 0);
            if (left > 0) model.set(`${piece} ${block}`, left - 1);
          }
          set.checkInvariants();
        }
        expect(set.blocks).toBe([...model.values()].reduce((sum, left) => sum + left, 0));
      }),
    );
  });

  test('forgets the oldest range beyond its bound, also when an answer splits a range', () => {
    const set = new AcceptSet(2);
    set.add(1, 0, 5);
    set.add(2, 0, 5);
    set.add(3, 0, 5);
    expect(set.take(1, 0)).toBe(false);
    expect(set.take(2, 2)).toBe(true);
    set.checkInvariants();
    expect(set.ranges).toBe(2);
    expect(set.take(2, 0)).toBe(false);
    expect(set.take(2, 4)).toBe(true);
    expect(set.take(3, 4)).toBe(true);
    expect(set.blocks).toBe(5);
  });

  test('keeps requests that follow each other as one range', () => {
    const set = new AcceptSet(1);
    for (let block = 0; block < 100; block++) set.add(0, block, 1);
    expect(set.ranges).toBe(1);
    expect(set.take(0, 0)).toBe(true);
    expect(set.take(0, 99)).toBe(true);
    expect(set.blocks).toBe(98);
  });
});
