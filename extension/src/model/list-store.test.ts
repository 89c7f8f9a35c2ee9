/** What the user just did, over what the service says. */
import type { ControlEvent, ListEvent } from '@jstorrent/control';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { idOf, rowOf, totalsOf } from '@jstorrent/control/testing';
import { ListStore } from './list-store.ts';
import type { Session } from './session.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A list that the test speaks to. */
function openList() {
  const listeners: ((event: ControlEvent) => void)[] = [];
  const session = {
    call: () => Promise.resolve({}),
    onEvent: (listener: (event: ControlEvent) => void) => {
      listeners.push(listener);
      return () => {};
    },
    onReady: () => () => {},
  } as unknown as Session;
  const list = new ListStore(session);
  const tell = (members: Partial<ListEvent>): void => {
    const event: ListEvent = {
      event: 'list',
      reset: false,
      base: 1,
      revision: 2,
      part: 0,
      parts: 1,
      added: [],
      changed: [],
      removed: [],
      totals: totalsOf(1),
      ...members,
    };
    for (const listener of listeners) listener(event);
  };
  return { list, tell, state: () => list.rows.get(idOf(1))?.state };
}

const whole = { reset: true, base: 0, revision: 1, added: [rowOf(1)] };

it('shows what was done while the helper was away until figures come that know of it', async () => {
  const { list, tell, state } = openList();
  tell(whole);
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = list.assume([idOf(1)], { state: 'stopped' }, promise);
  // The helper is there again: it tells everything, and only then hears of the command.
  tell(whole);
  expect(state()).toBe('stopped');
  await vi.advanceTimersByTimeAsync(2000);
  resolve();
  await done;
  expect(state()).toBe('stopped');
  tell({ changed: [{ id: idOf(1), state: 'stopped' }] });
  await vi.advanceTimersByTimeAsync(5000);
  expect(state()).toBe('stopped');
});

it('shows what the service made of it when that was told before the command was answered', async () => {
  const { list, tell, state } = openList();
  tell(whole);
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = list.assume([idOf(1)], { state: 'queued' }, promise);
  tell({ changed: [{ id: idOf(1), state: 'seeding' }] });
  resolve();
  await done;
  await vi.advanceTimersByTimeAsync(1000);
  expect(state()).toBe('seeding');
});
