/** What a page shows before the service said anything: what the page before it showed. */
import type { TorrentRow } from '@jstorrent/control';
import { rowOf } from '@jstorrent/control/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ListStore } from '../model/list-store.ts';
import { openSession } from '../model/session.ts';
import { createFakeService } from '../testing/fake-service.ts';
import { sortedBy, USUAL_LAYOUT } from './column-layout.ts';
import { queueBefore } from './commands/running.ts';
import { ALL } from './filters.ts';
import { keepLast } from './keep-last.ts';
import { loadLast, type Store } from './last-list.ts';
import { Manager } from './manager.ts';

const { sort } = USUAL_LAYOUT;
const closing: (() => void)[] = [];
let kept = new Map<string, string>();
const store: Store = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => void kept.set(key, value),
};

beforeEach(() => {
  vi.useFakeTimers();
  kept = new Map();
});
afterEach(() => {
  for (const close of closing.splice(0)) close();
  vi.useRealTimers();
});

/** A page over a service with these torrents, which answers when time passes. */
function openPage(rows: readonly TorrentRow[]) {
  const service = createFakeService(rows);
  const session = openSession('test', { connect: service.connect });
  const last = loadLast(store, sort);
  const list = new ListStore(session, last);
  closing.push(() => {
    list.close();
    session.close();
  });
  return { manager: new Manager(session, list, last), service };
}

/** Torrents in the order of the queue; every other one is complete, and stands at the end of the list. */
const many = (count: number): TorrentRow[] =>
  Array.from({ length: count }, (_, at) => {
    const row = rowOf(at, { labels: [`label ${at % 3}`] });
    return at % 2 === 0 ? row : { ...row, bytesLeft: 0, state: 'seeding' as const };
  });

it('opens with the rows, counts and numbers of the page before, then shows what the service says', async () => {
  const first = openPage(many(200));
  expect(first.manager.shown.value.ids).toEqual([]);
  await vi.advanceTimersByTimeAsync(1100);
  keepLast(store, first.manager, Date.now());

  const all = first.manager.shown.value.ids;
  const { manager, service } = openPage(many(201));
  expect(manager.list.isLoaded).toBe(false);
  const { ids } = manager.shown.value;
  expect(ids.length).toBeGreaterThan(40);
  expect(ids).toEqual(all.slice(0, ids.length));
  expect(manager.counts.value).toEqual(first.manager.counts.value);
  expect(manager.counts.value.states.all).toBe(200);
  expect(manager.list.totals).toEqual(first.manager.list.totals);
  expect(ids.map((id) => manager.numberOf(id))).toEqual(ids.map((id) => first.manager.numberOf(id)));

  service.touch([]);
  await vi.advanceTimersByTimeAsync(1100);
  expect(manager.shown.value.ids).toHaveLength(201);
  expect(manager.counts.value.states.all).toBe(201);
});

it('keeps nothing while a part of the list is shown, and opens with nothing in another order', async () => {
  const { manager } = openPage(many(10));
  keepLast(store, manager, 0);
  await vi.advanceTimersByTimeAsync(1100);
  manager.search.set('no such torrent');
  keepLast(store, manager, 0);
  manager.search.set('');
  manager.filter.set({ by: 'state', state: 'stopped' });
  keepLast(store, manager, 0);
  expect(kept.size).toBe(0);
  manager.filter.set(ALL);
  keepLast(store, manager, 0);
  expect(loadLast(store, sort)?.rows).toHaveLength(10);
  expect(loadLast(store, sortedBy(USUAL_LAYOUT, 'size').sort)).toBeNull();
});

it('opens with nothing that cannot be read', () => {
  for (const text of ['', '{', '7', '{"form":0}']) {
    kept.set('manager.last', text);
    expect(loadLast(store, sort)).toBeNull();
  }
});

it('counts places in the queue among all torrents, also when they are asked for before these are there', async () => {
  const first = openPage(many(200));
  await vi.advanceTimersByTimeAsync(1100);
  keepLast(store, first.manager, Date.now());
  const { manager, service } = openPage(many(200));
  const [one = '', ...others] = manager.shown.value.ids;
  const moved = queueBefore(manager, [one], others[8] ?? null);
  await vi.advanceTimersByTimeAsync(1100);
  await moved;
  // Complete torrents stand between those that are shown first.
  const move = service.calls.find(({ name }) => name === 'queue.move');
  expect(move?.params).toEqual({ ids: [one], to: 17 });
});
