import { describe, expect, test } from 'vitest';
import { Timeline } from '../test-support/timeline.ts';
import { Bucket } from './bucket.ts';
import { Permit } from './permit.ts';

const BLOCK = 16_384;

/** Somebody who always wants another block. */
function greedy(
  timeline: Timeline,
  all: Bucket,
  own: Bucket | null,
): { bytes: number; readonly permit: Permit } {
  const one = {
    bytes: 0,
    permit: new Permit(all, () => {
      while (one.permit.take(BLOCK)) one.bytes += BLOCK;
    }),
  };
  if (own !== null) one.permit.attach(own);
  timeline.later(() => one.permit.grant());
  return one;
}

describe('a bucket', () => {
  test.each([1000, 100_000, 50_000_000])('lets %d bytes per second through, and no burst', (rate) => {
    const timeline = new Timeline();
    const bucket = new Bucket(timeline);
    bucket.setRate(rate);
    const one = greedy(timeline, bucket, null);
    timeline.advance(100);
    expect(one.bytes).toBeLessThanOrEqual(rate * 0.2 + 2 * BLOCK);
    timeline.advance(99_900);
    expect(one.bytes).toBeGreaterThan(rate * 100 * 0.98 - BLOCK);
    expect(one.bytes).toBeLessThan(rate * 100 * 1.02 + 3 * BLOCK);
  });

  test('shares evenly between those who wait, block by block', () => {
    const timeline = new Timeline();
    const bucket = new Bucket(timeline);
    bucket.setRate(10_000_000);
    const many = Array.from({ length: 7 }, () => greedy(timeline, bucket, null));
    timeline.advance(200);
    const before = many.map((one) => one.bytes);
    for (let times = 0; times < 20; times++) {
      timeline.advance(13);
      const shares = many.map((one, index) => one.bytes - (before[index] ?? 0));
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(2 * BLOCK);
    }
    expect(many[0]?.bytes).toBeGreaterThan(300_000);
  });

  test('holds a store to its own limit and gives the rest to others', () => {
    const timeline = new Timeline();
    const all = new Bucket(timeline);
    const own = new Bucket(timeline);
    all.setRate(1_000_000);
    own.setRate(100_000);
    const slow = [greedy(timeline, all, own), greedy(timeline, all, own)];
    const fast = [greedy(timeline, all, null), greedy(timeline, all, null)];
    timeline.advance(20_000);
    const sum = (some: readonly { bytes: number }[]): number =>
      some.reduce((total, one) => total + one.bytes, 0);
    expect(sum(slow) / 20).toBeGreaterThan(90_000);
    expect(sum(slow) / 20).toBeLessThan(105_000);
    expect(sum(fast) / 20).toBeGreaterThan(850_000);
    expect(sum(fast) / 20).toBeLessThan(920_000);
  });

  test('lets everybody go when the limit is lifted', () => {
    const timeline = new Timeline();
    const bucket = new Bucket(timeline);
    bucket.setRate(1);
    const granted: string[] = [];
    const waiter = (name: string): { grant(): void } => ({ grant: () => granted.push(name) });
    const [a, b, c] = [waiter('a'), waiter('b'), waiter('c')];
    expect(bucket.take(a, BLOCK)).toBe(true);
    expect(bucket.take(a, BLOCK)).toBe(false);
    expect(bucket.take(b, BLOCK)).toBe(false);
    expect(bucket.take(c, BLOCK)).toBe(false);
    bucket.leave(b);
    bucket.setRate(0);
    expect(granted).toEqual(['a', 'c']);
    expect(bucket.take(a, 1e9)).toBe(true);
  });

  test('takes a new rate at once', () => {
    const timeline = new Timeline();
    const bucket = new Bucket(timeline);
    bucket.setRate(100);
    const one = greedy(timeline, bucket, null);
    timeline.advance(1000);
    const before = one.bytes;
    bucket.setRate(1_000_000);
    timeline.advance(10_000);
    expect(one.bytes - before).toBeGreaterThan(9_500_000);
  });
});
