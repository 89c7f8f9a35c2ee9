import { describe, expect, it } from 'vitest';
import { Gate, type Leave } from './gate.ts';

describe('a gate', () => {
  it('lets many share, and one alone when all have left, in the order they came', async () => {
    const gate = new Gate();
    const log: string[] = [];
    const leaves: Leave[] = [];
    const share = (name: string): void =>
      gate.share((leave) => {
        log.push(name);
        leaves.push(leave);
      });
    share('a');
    share('b');
    const alone = gate.alone().then((leave) => {
      log.push('alone');
      return leave;
    });
    share('c');
    await Promise.resolve();
    expect(log).toEqual(['a', 'b']);
    for (const leave of leaves.splice(0)) leave();
    const leaveAlone = await alone;
    expect(log).toEqual(['a', 'b', 'alone']);
    share('d');
    leaveAlone();
    expect(log).toEqual(['a', 'b', 'alone', 'c', 'd']);
  });

  it('serves those who want to be alone one after the other', async () => {
    const gate = new Gate();
    const first = await gate.alone();
    let entered = false;
    const second = gate.alone().then((leave) => {
      entered = true;
      return leave;
    });
    await Promise.resolve();
    expect(entered).toBe(false);
    first();
    (await second)();
    let shared = false;
    gate.share((leave) => {
      shared = true;
      leave();
    });
    expect(shared).toBe(true);
  });
});
