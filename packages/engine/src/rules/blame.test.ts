import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Blame, UNKNOWN_SOURCE } from './blame.ts';

/** One digest per block: twenty times the given number. */
const digests = (...blocks: number[]): Uint8Array =>
  Uint8Array.from(blocks.flatMap((value) => Array.from({ length: 20 }, () => value)));

describe('blame', () => {
  it('finds the only contributor of a bad piece guilty at once', () => {
    expect(new Blame().onCorrupt(0, digests(1, 1), [7, 7])).toEqual({ guilty: 7, suspects: [] });
  });

  it('only suspects several contributors', () => {
    const verdict = new Blame().onCorrupt(0, digests(1, 1, 1), [7, 8, 7]);
    expect(verdict.guilty).toBeNull();
    expect(new Set(verdict.suspects)).toEqual(new Set([7, 8]));
  });

  it('convicts exactly who sent other bytes, once a good copy is there', () => {
    const blame = new Blame();
    blame.onCorrupt(3, digests(1, 2, 9, 4), [5, 6, 7, 5]);
    expect(blame.onVerified(3, digests(1, 2, 3, 4))).toEqual([7]);
    expect(blame.onVerified(3, digests(8, 8, 8, 8))).toEqual([]);
  });

  it('compares every failed copy', () => {
    const blame = new Blame();
    blame.onCorrupt(3, digests(9, 2), [5, 6]);
    blame.onCorrupt(3, digests(1, 9), [6, 8]);
    expect(new Set(blame.onVerified(3, digests(1, 2)))).toEqual(new Set([5, 8]));
  });

  it('accuses nobody for blocks that came from disk', () => {
    const blame = new Blame();
    expect(blame.onCorrupt(0, digests(1, 1), [UNKNOWN_SOURCE, UNKNOWN_SOURCE])).toEqual({
      guilty: null,
      suspects: [],
    });
    expect(blame.onCorrupt(1, digests(1, 1), [UNKNOWN_SOURCE, 4])).toEqual({ guilty: null, suspects: [4] });
    expect(blame.onVerified(1, digests(2, 1))).toEqual([]);
  });

  it('accuses nobody without digests to compare', () => {
    const blame = new Blame();
    blame.onCorrupt(0, digests(1, 1), [1, 2]);
    expect(blame.onVerified(0, new Uint8Array(0))).toEqual([]);
  });

  it('remembers a bounded number of pieces, the newest, and of copies', () => {
    const blame = new Blame();
    for (let piece = 0; piece < 1000; piece += 1) blame.onCorrupt(piece, digests(9, 9), [1, 2]);
    expect(blame.onVerified(0, digests(1, 1))).toEqual([]);
    expect(blame.onVerified(999, digests(1, 1))).toHaveLength(2);
    const copies = new Blame();
    for (let peer = 1; peer < 100; peer += 1) copies.onCorrupt(0, digests(9, 1), [peer, 1000]);
    expect(copies.onVerified(0, digests(1, 1)).length).toBeLessThanOrEqual(8);
  });

  it('never convicts who sent nothing but right bytes', () => {
    const block = fc.record({ source: fc.integer({ min: 1, max: 5 }), isWrong: fc.boolean() });
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 30 }), (blocks) => {
        const lying = new Set(blocks.filter(({ isWrong }) => isWrong).map(({ source }) => source));
        fc.pre(lying.size > 0);
        const blame = new Blame();
        const sources = blocks.map(({ source }) => source);
        const verdict = blame.onCorrupt(
          0,
          digests(...blocks.map(({ isWrong }) => (isWrong ? 2 : 1))),
          sources,
        );
        const convicted = new Set(blame.onVerified(0, digests(...blocks.map(() => 1))));
        if (verdict.guilty !== null) convicted.add(verdict.guilty);
        expect(convicted).toEqual(lying);
      }),
    );
  });
});
