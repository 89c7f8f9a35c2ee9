import { describe, expect, it } from 'vitest';
import { RateMeter } from './rate.ts';

/** Bytes that come in lumps, ticks four times a second. */
function meterOf(lumpBytes: number, everyMs: number, forMs: number): { rates: number[]; meter: RateMeter } {
  const meter = new RateMeter(0);
  const rates: number[] = [];
  for (let nowMs = 250; nowMs <= forMs; nowMs += 250) {
    if (nowMs % everyMs === 0) meter.add(lumpBytes);
    meter.tick(nowMs);
    rates.push(meter.rate);
  }
  return { rates, meter };
}

describe('a rate', () => {
  it('is the bytes per second of a steady stream from the first tick', () => {
    const { rates } = meterOf(25_000, 250, 5000);
    for (const rate of rates) expect(rate).toBeCloseTo(100_000);
  });

  it('forgets the past in seconds', () => {
    const { meter } = meterOf(25_000, 250, 5000);
    for (let nowMs = 5250; nowMs <= 15_000; nowMs += 250) meter.tick(nowMs);
    expect(meter.rate).toBeLessThan(1000);
    expect(meter.peak).toBeCloseTo(100_000);
    expect(meter.total).toBe(500_000);
  });

  it('does not change when time does not', () => {
    const meter = new RateMeter(0);
    meter.add(1000);
    meter.tick(0);
    expect([meter.rate, meter.total]).toEqual([0, 1000]);
  });

  it('over half a minute sees a trickle of blocks for what it is', () => {
    const { meter } = meterOf(16_384, 5000, 120_000);
    expect(meter.longRate).toBeGreaterThan(16_384 / 5 / 1.2);
    expect(meter.longRate).toBeLessThan((16_384 / 5) * 1.2);
  });
});
