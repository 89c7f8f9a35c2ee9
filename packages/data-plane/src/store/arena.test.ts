import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arena } from './arena.ts';

const SLAB = 262_144;

describe('an arena', () => {
  test('never gives out overlapping memory and takes everything back', () => {
    const step = fc.record({ alloc: fc.boolean(), blocks: fc.integer({ min: 1, max: 16 }), pick: fc.nat() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const arena = new Arena(4 * SLAB, SLAB);
        const used: { place: number; blocks: number }[] = [];
        for (const { alloc, blocks, pick } of steps) {
          if (alloc) {
            const fits = arena.fits(blocks);
            const place = arena.alloc(blocks);
            expect(place >= 0).toBe(fits);
            if (place < 0) continue;
            expect(place + blocks * 16_384).toBeLessThanOrEqual(4 * SLAB);
            for (const one of used) {
              const apart = place + blocks * 16_384 <= one.place || one.place + one.blocks * 16_384 <= place;
              expect(apart).toBe(true);
            }
            used.push({ place, blocks });
          } else if (used.length > 0) {
            const [one] = used.splice(pick % used.length, 1);
            if (one !== undefined) arena.free(one.place, one.blocks);
          }
          expect(arena.usedBlocks).toBe(used.reduce((sum, one) => sum + one.blocks, 0));
        }
        for (const one of used) arena.free(one.place, one.blocks);
        expect(arena.freeSlabs).toBe(4);
      }),
    );
  });

  test('packs small pieces into one slab', () => {
    const arena = new Arena(2 * SLAB, SLAB);
    for (let index = 0; index < 16; index++) expect(arena.alloc(1)).toBeGreaterThanOrEqual(0);
    expect(arena.freeSlabs).toBe(1);
    for (let index = 0; index < 3; index++) expect(arena.alloc(5)).toBeGreaterThanOrEqual(0);
    expect(arena.freeSlabs).toBe(0);
    expect(arena.alloc(5)).toBe(-1);
  });
});
