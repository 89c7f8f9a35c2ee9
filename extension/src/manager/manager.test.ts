/** The page's state and its commands, with a service in memory. */
import type { TorrentRow } from '@jstorrent/control';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { idOf, rowOf } from '@jstorrent/control/testing';
import { ListStore } from '../model/list-store.ts';
import { openSession } from '../model/session.ts';
import { createFakeService, type FakeService } from '../testing/fake-service.ts';
import { addLabel, setLabels, rename } from './commands/editing.ts';
import { deleteLabel, remove, removeWithFiles } from './commands/removing.ts';
import { queue, queueBefore, start, startOrStop, stop } from './commands/running.ts';
import { Manager } from './manager.ts';
import { sortedBy, USUAL_LAYOUT } from './column-layout.ts';
import { NOTHING, pressed } from './selection.ts';
import { toasts } from './toasts.ts';

interface Page {
  readonly service: FakeService;
  readonly manager: Manager;
  readonly close: () => void;
}

let page: Page | null = null;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  for (const { id } of toasts.list.value) toasts.withdraw(id);
  page?.close();
  vi.useRealTimers();
});

/** Until everything that was said arrived and was answered. */
const settle = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(1100);
};

async function openPage(rows: readonly TorrentRow[]): Promise<Page> {
  const service = createFakeService(rows);
  const session = openSession('test', { connect: service.connect });
  const list = new ListStore(session);
  const manager = new Manager(session, list);
  page = {
    service,
    manager,
    close: () => {
      list.close();
      session.close();
    },
  };
  await settle();
  return page;
}

const three = (): TorrentRow[] => [rowOf(0), rowOf(1, { downRate: 7 }), rowOf(2)];
const ids = (...numbers: number[]): string[] => numbers.map(idOf);
const texts = (): string[] => toasts.list.value.map(({ text }) => text);

it('shows what a click did before the service answered, and keeps it', async () => {
  const { manager, service } = await openPage(three());
  const done = stop(manager, ids(1));
  expect(manager.rows.get(idOf(1))).toMatchObject({ state: 'stopped', stoppedBy: 'user', downRate: 0 });
  await done;
  await settle();
  expect(service.rows.get(idOf(1))?.state).toBe('stopped');
  await startOrStop(manager, ids(1));
  await settle();
  expect(manager.rows.get(idOf(1))?.state).toBe('downloading');
});

it('gives the row back and says why when the service refuses', async () => {
  const { manager, service } = await openPage(three());
  service.refuse('torrent.stop', 'BUSY');
  const done = stop(manager, ids(1));
  expect(manager.rows.get(idOf(1))?.state).toBe('stopped');
  await vi.advanceTimersByTimeAsync(10);
  await done;
  expect(manager.rows.get(idOf(1))?.state).toBe('downloading');
  expect(toasts.list.value.map(({ kind }) => kind)).toEqual(['failure']);
});

it('says of some that failed why the first did, and how many others', async () => {
  const { manager } = await openPage(three());
  const done = start(manager, [idOf(0), idOf(77), idOf(78)]);
  await vi.advanceTimersByTimeAsync(10);
  await done;
  expect(texts()).toHaveLength(1);
  expect(texts()[0]).toMatch(/And 1 other\./);
});

it('keeps clicks while the helper is away and sends them when it is back', async () => {
  const { manager, service } = await openPage(three());
  service.setLink('reconnecting');
  await settle();
  const done = stop(manager, ids(0));
  expect(manager.rows.get(idOf(0))?.state).toBe('stopped');
  await settle();
  expect(manager.rows.get(idOf(0))?.state).toBe('stopped');
  expect(service.rows.get(idOf(0))?.state).toBe('downloading');
  service.setLink('ready');
  await settle();
  await done;
  expect(service.rows.get(idOf(0))?.state).toBe('stopped');
});

it('takes a removal back, and the row is as it was', async () => {
  const { manager, service } = await openPage(three());
  manager.select(pressed(NOTHING, idOf(1), {}, manager.shown.value.ids));
  const done = remove(manager, ids(1));
  expect([...manager.rows.keys()]).toEqual(ids(0, 2));
  expect(manager.selection.value.focus).toBe(idOf(2));
  await vi.advanceTimersByTimeAsync(10);
  await done;
  expect(toasts.undoLast()).toBe(true);
  await settle();
  expect(manager.rows.get(idOf(1))).toEqual(rowOf(1, { downRate: 7 }));
  expect(service.calls.filter(({ name }) => name === 'torrent.remove')).toHaveLength(1);
});

it('ends the way back when the toast goes', async () => {
  const { manager, service } = await openPage(three());
  void removeWithFiles(manager, ids(0));
  await vi.advanceTimersByTimeAsync(11_000);
  const removals = service.calls.filter(({ name }) => name === 'torrent.remove').map(({ params }) => params);
  expect(removals).toEqual([
    { ids: ids(0), deleteFiles: true, undoMs: 60_000 },
    { ids: ids(0), deleteFiles: true, leavingOnly: true },
  ]);
  expect(texts()).toEqual([]);
});

it('asks for a second press before much is deleted, and forgets the first one', async () => {
  const { manager, service } = await openPage([rowOf(0, { wantedLength: 3e11, bytesLeft: 0 }), rowOf(1)]);
  const removals = (): number => service.calls.filter(({ name }) => name === 'torrent.remove').length;
  await removeWithFiles(manager, ids(0));
  expect(removals()).toBe(0);
  expect(deleteLabel(manager, ids(0))).toMatch(/^Press again to delete 300.GB$/);
  await vi.advanceTimersByTimeAsync(9000);
  expect(deleteLabel(manager, ids(0))).toBe('Remove and delete files');
  await removeWithFiles(manager, ids(0));
  const done = removeWithFiles(manager, ids(0));
  await vi.advanceTimersByTimeAsync(10);
  await done;
  expect(removals()).toBe(1);
});

it('changes the order of the queue at once, held or not', async () => {
  const { manager, service } = await openPage(three());
  manager.hold.set('pointer', true);
  const done = queue(manager, ids(2), 'top');
  expect(manager.shown.value.ids).toEqual(ids(2, 0, 1));
  await settle();
  await done;
  expect(manager.shown.value.ids).toEqual(ids(2, 0, 1));
  void queueBefore(manager, ids(2), idOf(1));
  expect(manager.shown.value.ids).toEqual(ids(0, 2, 1));
  await settle();
  expect([...service.rows.values()].map(({ queuePosition }) => queuePosition)).toEqual([0, 2, 1]);
  void queueBefore(manager, ids(0), null);
  await settle();
  expect(manager.shown.value.ids).toEqual(ids(2, 1, 0));
  void queue(manager, ids(1, 0), 'up');
  expect(manager.shown.value.ids).toEqual(ids(1, 0, 2));
  await settle();
  expect(manager.shown.value.ids).toEqual(ids(1, 0, 2));
});

it('keeps rows in place under the pointer and says so, until it leaves', async () => {
  const { manager, service } = await openPage(three());
  manager.layout.set(sortedBy(USUAL_LAYOUT, 'down'));
  expect(manager.shown.value).toEqual({ ids: ids(1, 0, 2), isHeld: false });
  manager.hold.set('pointer', true);
  service.set(rowOf(2, { downRate: 50 }));
  await settle();
  expect(manager.rows.get(idOf(2))?.downRate).toBe(50);
  expect(manager.shown.value).toEqual({ ids: ids(1, 0, 2), isHeld: true });
  manager.hold.set('pointer', false);
  expect(manager.shown.value).toEqual({ ids: ids(2, 1, 0), isHeld: false });
  manager.layout.set(USUAL_LAYOUT);
});

it('gives labels, and each torrent has its own again when that is taken back', async () => {
  const { manager, service } = await openPage([
    rowOf(0, { labels: ['a'] }),
    rowOf(1, { labels: ['b', 'c'] }),
  ]);
  const done = setLabels(manager, ids(0, 1), { add: ['x'], remove: ['b'] });
  expect([...manager.rows.values()].map(({ labels }) => labels)).toEqual([
    ['a', 'x'],
    ['c', 'x'],
  ]);
  await settle();
  await done;
  toasts.undoLast();
  await settle();
  expect([...service.rows.values()].map(({ labels }) => labels)).toEqual([['a'], ['b', 'c']]);
});

it('renames, and back', async () => {
  const { manager, service } = await openPage(three());
  const done = rename(manager, idOf(0), 'new');
  expect(manager.rows.get(idOf(0))?.name).toBe('new');
  await settle();
  await done;
  toasts.undoLast();
  await settle();
  expect(service.rows.get(idOf(0))?.name).toBe('torrent 0');
});

it('counts what filters show, and a second choice of one shows everything', async () => {
  const { manager } = await openPage([rowOf(0, { state: 'stopped', stoppedBy: 'user' }), rowOf(1)]);
  expect(manager.counts.value.states).toMatchObject({ all: 2, stopped: 1, downloading: 1 });
  manager.show({ by: 'state', state: 'stopped' });
  expect(manager.shown.value.ids).toEqual(ids(0));
  manager.show({ by: 'state', state: 'stopped' });
  expect(manager.shown.value.ids).toEqual(ids(0, 1));
});

it('holds no rows any more when those under the pointer are gone', async () => {
  const { manager } = await openPage(three());
  manager.hold.set('pointer', true);
  manager.hold.set('drag', true);
  manager.search.set('no such name');
  expect(manager.shown.value.ids).toEqual([]);
  manager.search.set('');
  expect(manager.hold.isOn).toBe(false);
});

it('keeps every label that is added at the same time', async () => {
  const { manager, service } = await openPage([]);
  const added = Promise.all(['a', 'b', 'c'].map((label) => addLabel(manager, label)));
  await settle();
  await added;
  expect(service.settings['downloads.labels']).toEqual(['a', 'b', 'c']);
  expect(manager.labels.value).toEqual(['a', 'b', 'c']);
});
