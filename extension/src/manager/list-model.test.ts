/** What the list shows, in which order, and what stays where it is. */
import type { TorrentRow } from '@jstorrent/control';
import { expect, it } from 'vitest';
import { rowOf } from '@jstorrent/control/testing';
import type { Sort } from './column-layout.ts';
import { Facets, mostUsed } from './facets.ts';
import { ALL, type Filter } from './filters.ts';
import { ListModel, type Wish } from './list-model.ts';

const wishOf = (column: Sort['column'] = 'number', direction: Sort['direction'] = 'ascending'): Wish => ({
  filter: ALL,
  search: '',
  sort: { column, direction },
});
const mapOf = (...rows: TorrentRow[]): Map<string, TorrentRow> => new Map(rows.map((row) => [row.id, row]));
const names = (rows: ReadonlyMap<string, TorrentRow>, ids: readonly string[]): string[] =>
  ids.map((id) => rows.get(id)?.name ?? '?');

const rows = mapOf(
  rowOf(0, { name: 'b', downRate: 5, labels: ['x'] }),
  rowOf(1, { name: 'a10', downRate: 0, state: 'stopped' }),
  rowOf(2, { name: 'A9', downRate: 9, bytesLeft: 0, state: 'seeding' }),
);

it('sorts names as people do, and what is unknown last in both directions', () => {
  const model = new ListModel();
  const sorted = (wish: Wish) => names(rows, model.update(rows, wish, false).ids);
  expect(sorted(wishOf('name'))).toEqual(['A9', 'a10', 'b']);
  expect(sorted(wishOf('down', 'descending'))).toEqual(['A9', 'b', 'a10']);
  expect(sorted(wishOf('down', 'ascending'))).toEqual(['b', 'A9', 'a10']);
});

it('numbers what is not complete, in the order of the queue', () => {
  const model = new ListModel();
  model.update(rows, wishOf(), false);
  expect([...rows.keys()].map((id) => model.queue.numberOf(id))).toEqual([1, 2, undefined]);
  const swapped = mapOf(
    ...[...rows.values()].map((row) => ({ ...row, queuePosition: 9 - row.queuePosition })),
  );
  model.update(swapped, wishOf(), false);
  expect([...rows.keys()].map((id) => model.queue.numberOf(id))).toEqual([2, 1, undefined]);
});

it('says who waits before whom', () => {
  const model = new ListModel();
  const queue = mapOf(rowOf(0), rowOf(1, { state: 'queued' }), rowOf(2, { state: 'queued' }));
  model.update(queue, wishOf(), false);
  expect([...queue.keys()].map((id) => model.queue.aheadOf(id))).toEqual([null, 0, 1]);
});

it('finds words in names, labels and trackers, whatever their case, marks and separators', () => {
  const model = new ListModel();
  const found = mapOf(
    rowOf(0, { name: 'Café.del_Mar', labels: ['Music'], trackerHosts: ['t.example.org'] }),
    rowOf(1, { name: 'other', trackerHosts: [] }),
  );
  const count = (search: string) => model.update(found, { ...wishOf(), search }, false).ids.length;
  expect(['cafe mar', 'MUSIC', 'example', 'del mar', 'oth', 'zzz', ' '].map(count)).toEqual([
    1, 1, 1, 1, 1, 0, 2,
  ]);
});

it('shows what a filter names', () => {
  const model = new ListModel();
  const shown = (filter: Filter) => names(rows, model.update(rows, { ...wishOf(), filter }, false).ids);
  expect(shown({ by: 'state', state: 'seeding' })).toEqual(['A9']);
  expect(shown({ by: 'label', label: 'x' })).toEqual(['b']);
  expect(shown({ by: 'label', label: '' })).toEqual(['a10', 'A9']);
  expect(shown({ by: 'tracker', host: 'nowhere' })).toEqual([]);
});

it('keeps every row in its place while it is held, and says so', () => {
  const model = new ListModel();
  const wish = wishOf('down', 'descending');
  const before = model.update(rows, wish, false);
  const faster = mapOf(
    ...[...rows.values()].map((row) => (row.name === 'b' ? { ...row, downRate: 99 } : row)),
    rowOf(7, { name: 'new', downRate: 200 }),
  );
  const held = model.update(faster, wish, true);
  expect(names(faster, held.ids)).toEqual(['A9', 'b', 'a10', 'new']);
  expect([before.isHeld, held.isHeld]).toEqual([false, true]);
  const released = model.update(faster, wish, false);
  expect(names(faster, released.ids)).toEqual(['new', 'b', 'A9', 'a10']);
  expect(released.isHeld).toBe(false);
});

it('keeps a row that no longer belongs to the filter while it is held, but not one that is gone', () => {
  const model = new ListModel();
  const wish: Wish = { ...wishOf(), filter: { by: 'state', state: 'downloading' } };
  const two = mapOf(rowOf(0, { name: 'x' }), rowOf(1, { name: 'y' }), rowOf(2, { name: 'z' }));
  model.update(two, wish, false);
  const after = mapOf(rowOf(0, { name: 'x', state: 'seeding', bytesLeft: 0 }), rowOf(2, { name: 'z' }));
  expect(names(after, model.update(after, wish, true).ids)).toEqual(['x', 'z']);
  expect(names(after, model.update(after, wish, false).ids)).toEqual(['z']);
});

it('sorts anew at once when the user sorts otherwise, held or not', () => {
  const model = new ListModel();
  model.update(rows, wishOf('number'), true);
  expect(names(rows, model.update(rows, wishOf('name'), true).ids)).toEqual(['A9', 'a10', 'b']);
});

it('gives the same object while nothing moved', () => {
  const model = new ListModel();
  const wish = wishOf('name');
  const first = model.update(rows, wish, false);
  const other = mapOf(...[...rows.values()].map((row) => ({ ...row, downRate: row.downRate + 1 })));
  expect(model.update(other, wish, false)).toBe(first);
});

it('counts what each filter shows, and counts anew only what changed', () => {
  const facets = new Facets();
  const first = facets.update(rows);
  expect(first.states).toEqual({ all: 3, downloading: 1, stopped: 1, seeding: 1 });
  expect([...first.labels]).toEqual([['x', 1]]);
  expect(first.unlabelled).toBe(2);
  expect(first.trackers.get('tracker.example.org')).toBe(3);
  const figures = mapOf(...[...rows.values()].map((row) => ({ ...row, upRate: 7 })));
  expect(facets.update(figures)).toBe(first);
  const [one] = [...rows.values()];
  const left = facets.update(mapOf(...(one === undefined ? [] : [one])));
  expect(left.states).toEqual({ all: 1, downloading: 1 });
  expect(left.unlabelled).toBe(0);
});

it('names trackers that refuse', () => {
  const refused = mapOf(
    rowOf(0, { trackerHosts: ['bad.example'], trackerHealth: 'refused', state: 'failed' }),
    rowOf(1, { trackerHosts: ['good.example'] }),
  );
  const counts = new Facets().update(refused);
  expect([...counts.refusing]).toEqual(['bad.example']);
  expect(counts.states.attention).toBe(1);
});

it('agrees with sorting everything anew, after random changes, held or not', () => {
  const model = new ListModel();
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  let now = new Map<string, TorrentRow>();
  const wish = wishOf('down', 'descending');
  for (let round = 0; round < 200; round += 1) {
    now = new Map(now);
    const row = rowOf(random(30), { downRate: random(5), state: random(3) === 0 ? 'queued' : 'downloading' });
    if (random(4) === 0) now.delete(row.id);
    else now.set(row.id, row);
    model.update(now, wish, random(2) === 0);
    const shown = model.update(now, wish, false).ids;
    expect(shown).toEqual(new ListModel().update(now, wish, false).ids);
  }
});

it('shows of very many folders and trackers those that most torrents are in, and the one that is filtered by', () => {
  const counts = new Map(Array.from({ length: 10_000 }, (_, at) => [`host${at}`, at % 1000] as const));
  const shown = mostUsed(counts, 10, 'host3');
  expect(shown).toHaveLength(11);
  expect(shown.map(([host]) => host)).toContain('host3');
  expect(shown.filter(([, count]) => count === 999)).toHaveLength(10);
  expect(mostUsed(new Map([['a', 1]]), 10, null)).toEqual([['a', 1]]);
});
