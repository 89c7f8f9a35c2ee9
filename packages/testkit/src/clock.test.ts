import { describe, expect, it } from 'vitest';
import { VirtualClock } from './clock.ts';
import { SeededRandom } from './random.ts';

describe('VirtualClock', () => {
  it('runs callbacks by time, and in the order of scheduling at the same time', () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.schedule(20, () => ran.push('c'));
    clock.schedule(10, () => ran.push('a'));
    clock.schedule(10, () => ran.push('b'));
    while (clock.step());
    expect(ran).toEqual(['a', 'b', 'c']);
    expect(clock.now()).toBe(20);
  });

  it('keeps any number of callbacks in order', () => {
    const clock = new VirtualClock();
    const random = new SeededRandom(7);
    const times: number[] = [];
    const cancels = Array.from({ length: 500 }, () => {
      const atMs = random.below(100);
      return clock.schedule(atMs, () => times.push(clock.now()));
    });
    for (const cancel of cancels.slice(0, 100)) cancel();
    clock.runUntil(100);
    expect(times).toHaveLength(400);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(clock.pending).toBe(0);
  });

  it('ends the turn after everything due now and before time advances', () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.schedule(5, () => {
      clock.afterTurn(() => ran.push(`end ${clock.now()}`));
      ran.push('first');
    });
    clock.schedule(5, () => ran.push('second'));
    clock.schedule(6, () => ran.push('later'));
    clock.runUntil(10);
    expect(ran).toEqual(['first', 'second', 'end 5', 'later']);
    expect(clock.now()).toBe(10);
  });

  it('does not run what was called off', () => {
    const clock = new VirtualClock();
    let ran = false;
    const cancel = clock.wakeAt(5, () => (ran = true));
    cancel();
    cancel();
    expect(clock.step()).toBe(false);
    expect(ran).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('says why a run came back', () => {
    const clock = new VirtualClock();
    expect(clock.run(() => false)).toBe('idle');
    const again = (): void => void clock.after(10, again);
    again();
    expect(clock.run(() => false, { maxMs: 1000 })).toBe('timeLimit');
    expect(clock.run(() => false, { maxMs: 1e9, maxSteps: 50 })).toBe('stepLimit');
    expect(clock.run(() => clock.now() >= 2000)).toBe('reached');
    expect(() => clock.settle(() => false, { maxMs: 100 })).toThrow('timeLimit');
  });

  it('calls its observers after every step', () => {
    const clock = new VirtualClock();
    let calls = 0;
    clock.observe(() => calls++);
    clock.schedule(1, () => {});
    clock.schedule(2, () => clock.afterTurn(() => {}));
    clock.runUntil(10);
    expect(calls).toBe(3);
  });
});
