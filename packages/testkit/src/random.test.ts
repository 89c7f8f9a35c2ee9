import { describe, expect, it } from 'vitest';
import { SeededRandom } from './random.ts';

describe('SeededRandom', () => {
  it('repeats itself for a seed and differs between seeds', () => {
    const draw = (seed: number): Uint8Array => new SeededRandom(seed).bytes(37);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('forks streams that do not depend on what was drawn before', () => {
    const fresh = new SeededRandom(3);
    const used = new SeededRandom(3);
    used.bytes(100);
    expect(used.fork('net').uint32()).toBe(fresh.fork('net').uint32());
    expect(fresh.fork('net').uint32()).not.toBe(fresh.fork('disk').uint32());
  });

  it('draws evenly', () => {
    const random = new SeededRandom('even');
    const counts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 20_000; i++) counts[random.below(10)]!++;
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(250);
    const ones = random.bytes(4096).reduce((sum, byte) => sum + (byte & 1), 0);
    expect(Math.abs(ones - 2048)).toBeLessThan(200);
    let hits = 0;
    for (let i = 0; i < 10_000; i++) if (random.chance(0.2)) hits++;
    expect(Math.abs(hits - 2000)).toBeLessThan(200);
  });

  it('shuffles without losing anything', () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const shuffled = new SeededRandom(9).shuffle(items);
    expect(shuffled).not.toEqual(items);
    expect(shuffled.sort((a, b) => a - b)).toEqual(items);
  });
});
