import { describe, expect, it } from 'vitest';
import { RateHistory } from './history.ts';

describe('the history of rates', () => {
  it('keeps the mean of every second, and of every ten', () => {
    const history = new RateHistory(0, 0, 0);
    let [down, up] = [0, 0];
    for (let second = 1; second <= 20; second += 1) {
      down += second <= 10 ? 100 : 300;
      up += 10;
      history.record(down, up, second * 1000);
    }
    expect(history.samples('fine')).toEqual({
      stepMs: 1000,
      endMs: 20_000,
      down: [...Array(10).fill(100), ...Array(10).fill(300)],
      up: Array(20).fill(10),
    });
    expect(history.samples('medium')).toMatchObject({ down: [100, 300], up: [10, 10] });
    expect(history.samples('coarse').down).toEqual([]);
  });

  it('forgets what is older than its rings, oldest first', () => {
    const history = new RateHistory(0, 0, 0);
    for (let second = 1; second <= 1000; second += 1) history.record(second * second, 0, second * 1000);
    const { down } = history.samples('fine');
    expect(down).toHaveLength(600);
    expect(down.at(-1)).toBe(1999);
    expect(down[0]).toBe(801);
  });

  it('spreads what came in one go over the time it took', () => {
    const history = new RateHistory(500, 0, 0);
    history.record(4500, 0, 4000);
    expect(history.samples('fine').down).toEqual([1000, 1000, 1000, 1000]);
    history.record(4500, 0, 4000 + 86_400_000);
    expect(history.samples('fine').down).toEqual(Array(600).fill(0));
  });
});
