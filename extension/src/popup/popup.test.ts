/** The popup without its window: what it shows at first, what it keeps, what its figures and lines are. */
import type { ControlEvent, ListEvent, RateHistory } from '@jstorrent/control';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { idOf, rowOf, totalsOf } from '@jstorrent/control/testing';
import type { LinkState } from '../model/link.ts';
import { ListStore } from '../model/list-store.ts';
import { Cell } from '../model/observable.ts';
import type { Session } from '../model/session.ts';
import { PopupModel } from './model.ts';
import { slowText } from './slow-text.ts';
import { loadSnapshot, type Store } from './snapshot.ts';
import { sparkPaths } from './sparkline.ts';
import { SteadySpans } from './steady-span.ts';

const READY: LinkState = { kind: 'ready', epoch: 1, version: '1.0.0', platform: 'linux', instance: 'a' };

beforeEach(() => vi.useFakeTimers({ now: new Date(2026, 10, 22, 14, 2) }));
afterEach(() => vi.useRealTimers());

class MemoryStore implements Store {
  readonly kept = new Map<string, string>();
  writes = 0;
  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.writes += 1;
    this.kept.set(key, value);
  }
}

/** A popup over a session that the test speaks for. */
function openPopup(store: Store) {
  const link = new Cell<LinkState>({ kind: 'connecting' });
  const listeners: ((event: ControlEvent) => void)[] = [];
  const session = {
    link,
    waiting: new Cell(0),
    call: () => new Promise(() => {}),
    onEvent: (listener: (event: ControlEvent) => void) => {
      listeners.push(listener);
      return () => {};
    },
    onReady: () => () => {},
  } as unknown as Session;
  const model = new PopupModel(session, new ListStore(session), store);
  const tell = (event: ControlEvent): void => {
    for (const listener of listeners) listener(event);
  };
  return { model, link, tell };
}

function listEvent(members: Partial<ListEvent> = {}): ListEvent {
  return {
    event: 'list',
    reset: true,
    base: 0,
    revision: 1,
    part: 0,
    parts: 1,
    added: [rowOf(1, { downRate: 1e6 }), rowOf(2)],
    changed: [],
    removed: [],
    totals: totalsOf(2),
    ...members,
  };
}

function usedStore(): MemoryStore {
  const store = new MemoryStore();
  const { link, tell } = openPopup(store);
  link.set(READY);
  tell(listEvent());
  // It closes.
  vi.clearAllTimers();
  return store;
}

it('knows nothing at the very first, and shows no emptiness', () => {
  const { model } = openPopup(new MemoryStore());
  expect(model.view.value).toMatchObject({ isKnown: false, isStale: false, totals: null });
});

it('opens with what the one before showed, as live for some seconds and dated later', () => {
  const store = usedStore();
  const soon = openPopup(store).model.view.value;
  expect(soon.chosen.active.map(({ id }) => id)).toEqual([idOf(1), idOf(2)]);
  expect(soon).toMatchObject({ isKnown: true, isStale: false, asOf: null });
  vi.advanceTimersByTime(60_000);
  const later = openPopup(store).model.view.value;
  expect(later.isStale).toBe(true);
  expect(later.asOf).toBe(new Date(2026, 10, 22, 14, 2).getTime());
});

it('is live with the first list, and dated again when the helper goes', () => {
  const store = usedStore();
  vi.advanceTimersByTime(60_000);
  const { model, link, tell } = openPopup(store);
  link.set(READY);
  tell(listEvent({ added: [rowOf(7)] }));
  expect(model.view.value).toMatchObject({ isStale: false, asOf: null });
  expect(model.view.value.chosen.activeCount).toBe(1);
  link.set({ kind: 'reconnecting', since: Date.now() });
  expect(model.view.value).toMatchObject({
    isStale: true,
    asOf: Date.now(),
    words: { text: 'Reconnecting' },
  });
});

it('writes at most once a second', () => {
  const store = new MemoryStore();
  const { link, tell } = openPopup(store);
  link.set(READY);
  tell(listEvent());
  const { writes } = store;
  const history: RateHistory = { period: '10min', stepMs: 1000, endAt: 0, down: [1], up: [2] };
  for (let count = 0; count < 20; count += 1) tell({ event: 'history', history });
  expect(store.writes).toBe(writes);
  vi.advanceTimersByTime(1000);
  tell({ event: 'history', history });
  expect(store.writes).toBe(writes + 1);
  expect(loadSnapshot(store)).toMatchObject({ down: [1], up: [2] });
});

it('opens in trouble when the one before ended in it, until something else is known', () => {
  const store = usedStore();
  vi.advanceTimersByTime(2000);
  const trouble: LinkState = { kind: 'trouble', why: 'missing', detail: '', helper: null };
  openPopup(store).link.set(trouble);
  vi.advanceTimersByTime(2000);
  const { model, link, tell } = openPopup(store);
  expect(model.view.value.trouble).toEqual(trouble);
  link.set(READY);
  tell(listEvent());
  expect(model.view.value.trouble).toBeNull();
});

it('takes no state that it cannot read', () => {
  const store = new MemoryStore();
  for (const text of ['', '{', '[]', '{"form":0,"active":[],"finished":[]}', '{"form":1}']) {
    store.setItem('popup', text);
    expect(loadSnapshot(store)).toBeNull();
  }
});

it('clears what finished, and brings it back', () => {
  const store = new MemoryStore();
  const { model, link, tell } = openPopup(store);
  link.set(READY);
  tell(listEvent({ added: [rowOf(1, { state: 'seeding', bytesLeft: 0, completedAt: Date.now() })] }));
  expect(model.view.value.chosen.finishedCount).toBe(1);
  const undo = model.clearFinished();
  expect(model.view.value.chosen.finishedCount).toBe(0);
  expect(openPopup(store).model.view.value.chosen.finished).toEqual([]);
  undo();
  expect(model.view.value.chosen.finishedCount).toBe(1);
});

it('shows slow mode switched at once, and as it was when that is refused', async () => {
  const { model, link, tell } = openPopup(new MemoryStore());
  link.set(READY);
  tell(listEvent());
  let refuse: (error: Error) => void = () => {};
  const command = new Promise((_, reject) => {
    refuse = reject;
  });
  const assumed = model.assumeSlow(true, command);
  expect(model.view.value.isSlow).toBe(true);
  refuse(new Error('no'));
  await expect(assumed).rejects.toThrow('no');
  expect(model.view.value.isSlow).toBe(false);
});

it('says slow mode and its limits in words', () => {
  const totals = totalsOf(1);
  const plain = (text: string): string => text.replaceAll('\u00a0', ' ').replaceAll(/[\u2066-\u2069]/g, '');
  const off = { ...totals, slowMode: null, downLimit: 0, upLimit: 0 };
  const on = { ...totals, slowMode: 'switch' as const, downLimit: 1e6, upLimit: 1e5 };
  expect(slowText(false, off)).toBe('Off, no limits');
  expect(plain(slowText(false, { ...off, upLimit: 50_000 }))).toBe('Off, limits: ↑ 50 kB/s');
  expect(plain(slowText(true, on))).toBe('On: ↓ 1.00 MB/s  ↑ 100 kB/s');
  expect(slowText(true, off)).toBe('On: …');
  expect(plain(slowText(true, { ...on, slowMode: 'schedule', upLimit: 0 }))).toBe('By schedule: ↓ 1.00 MB/s');
});

it('draws the last samples, oldest at the left, and nothing for no rates', () => {
  expect(sparkPaths([0, 0], [], 60)).toBeNull();
  const spark = sparkPaths([9e6, 0, 1e6], [0, 5e5], 2);
  expect(spark).toEqual({
    down: 'M0.0 25.0L64.0 1.0',
    downArea: 'M0.0 25.0L64.0 1.0L64 26L0 26Z',
    up: 'M0.0 25.0L64.0 13.0',
  });
});

it('changes a time left only when it differs by more than a tenth, or is near', () => {
  const spans = new SteadySpans();
  const shown = [100_000, 95_000, 89_000, 85_000, 9000, 8500].map((ms) => spans.of('a', ms));
  expect(shown).toEqual([100_000, 100_000, 89_000, 89_000, 9000, 8500]);
  expect(spans.of('a', null)).toBeNull();
  expect(spans.of('a', 95_000)).toBe(95_000);
  spans.keep(new Set());
  expect(spans.of('a', 100_000)).toBe(100_000);
});
