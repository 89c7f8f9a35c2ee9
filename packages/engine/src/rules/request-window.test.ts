import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import { BLOCK_LENGTH } from '../ports.ts';
import { RequestWindow } from './request-window.ts';

/** Blocks that a rate fills in the horizon. */
const blocksAt = (rate: number): number => Math.ceil((rate * LIMITS.windowMs) / 1000 / BLOCK_LENGTH);

/** Slow start is over: the rate grew no more for a while. */
function settled(rate: number): RequestWindow {
  const window = new RequestWindow();
  window.setPeerLimit(LIMITS.windowMax);
  for (let i = 0; i < 12; i += 1) window.tick(rate);
  return window;
}

describe('the request window', () => {
  it('begins small and grows by every block that comes, doubling per round trip', () => {
    const window = new RequestWindow();
    expect(window.size).toBe(LIMITS.windowMin);
    for (let trip = 0; trip < 4; trip += 1) window.onBlocks(window.size);
    expect(window.size).toBe(LIMITS.windowMin * 16);
  });

  it('grows no more by blocks once the rate stays the same, and follows the rate', () => {
    const window = settled(1_000_000);
    expect(window.size).toBe(blocksAt(1_000_000));
    window.onBlocks(50);
    expect(window.size).toBe(blocksAt(1_000_000));
    window.tick(2_000_000);
    expect(window.size).toBe(blocksAt(2_000_000));
  });

  it('keeps growing while the rate grows', () => {
    const window = new RequestWindow();
    window.setPeerLimit(LIMITS.windowMax);
    for (let rate = 100_000; rate < 3_000_000; rate *= 1.2) {
      window.tick(rate);
      window.onBlocks(10);
    }
    expect(window.size).toBeGreaterThan(150);
  });

  it('covers four round trips when they are longer than the usual horizon', () => {
    const window = settled(1_000_000);
    window.onResponse(2000);
    window.tick(1_000_000);
    expect(window.size).toBe(Math.ceil((1_000_000 * 8) / BLOCK_LENGTH));
  });

  it('never goes beyond what the peer takes, nor beyond our limit', () => {
    const window = new RequestWindow();
    window.onBlocks(10_000);
    expect(window.size).toBe(LIMITS.reqqDefault);
    window.setPeerLimit(3);
    expect(window.size).toBe(3);
    window.onBlocks(100);
    expect(window.size).toBe(3);
    window.setPeerLimit(1_000_000);
    window.onBlocks(1_000_000);
    expect(window.size).toBe(LIMITS.windowMax);
    window.setPeerLimit(0);
    expect(window.size).toBe(1);
  });

  it('begins again with one request after silence, and recovers', () => {
    const window = settled(1_000_000);
    window.onSnubbed();
    expect(window.size).toBe(1);
    for (let trip = 0; trip < 5; trip += 1) window.onBlocks(window.size);
    expect(window.size).toBe(32);
  });

  it('waits the snub time at first, then mean and deviation, within its bounds', () => {
    const window = new RequestWindow();
    expect(window.timeoutMs).toBe(LIMITS.snubbedMs);
    for (let i = 0; i < 50; i += 1) window.onResponse(100);
    expect(window.timeoutMs).toBe(LIMITS.requestTimeoutMinMs);
    for (let i = 0; i < 50; i += 1) window.onResponse(3000);
    expect(window.timeoutMs).toBeGreaterThan(2900);
    for (let i = 0; i < 50; i += 1) window.onResponse(i % 2 === 0 ? 1000 : 500_000);
    expect(window.timeoutMs).toBe(LIMITS.requestTimeoutMaxMs);
  });

  it('stays within its bounds whatever happens', () => {
    const event = fc.oneof(
      fc.nat(100_000_000).map((rate) => (window: RequestWindow) => window.tick(rate)),
      fc.nat(5000).map((count) => (window: RequestWindow) => window.onBlocks(count)),
      fc.nat(1_000_000).map((ms) => (window: RequestWindow) => window.onResponse(ms)),
      fc.nat(3000).map((limit) => (window: RequestWindow) => window.setPeerLimit(limit)),
      fc.constant((window: RequestWindow) => window.onSnubbed()),
    );
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const window = new RequestWindow();
        for (const happen of events) {
          happen(window);
          expect(window.size).toBeGreaterThanOrEqual(1);
          expect(window.size).toBeLessThanOrEqual(LIMITS.windowMax);
          expect(Number.isInteger(window.size)).toBe(true);
          expect(window.timeoutMs).toBeGreaterThanOrEqual(LIMITS.requestTimeoutMinMs);
          expect(window.timeoutMs).toBeLessThanOrEqual(LIMITS.requestTimeoutMaxMs);
        }
      }),
    );
  });
});
