/** Which torrents the popup shows. */
import type { TorrentRow } from '@jstorrent/control';
import { expect, it } from 'vitest';
import { idOf, rowOf } from '@jstorrent/control/testing';
import { chooseRows, clearedKey, SHOWN_MAX, startOfDay, type ChooseOptions } from './choose.ts';

const NOW = new Date(2026, 10, 22, 15, 0).getTime();
const HOUR = 3_600_000;
const choose = (rows: readonly TorrentRow[], options: Partial<ChooseOptions> = {}) =>
  chooseRows(rows, { now: NOW, cleared: new Set(), held: null, ...options });
const numbers = (rows: readonly TorrentRow[]): number[] => rows.map(({ id }) => Number.parseInt(id, 16));
const finished = (n: number, members: Partial<TorrentRow> = {}): TorrentRow =>
  rowOf(n, { state: 'seeding', bytesLeft: 0, completedAt: NOW - n * HOUR, ...members });

it('puts first what transfers, then what looks, waits, failed, queues and stands', () => {
  const { active } = choose([
    rowOf(1, { state: 'stopped', stoppedBy: 'user' }),
    rowOf(2, { state: 'queued' }),
    rowOf(3, { state: 'failed' }),
    rowOf(4, { waiting: 'noPeers' }),
    rowOf(5, { state: 'metadata', hasMetadata: false }),
    rowOf(6, { downRate: 1000 }),
    rowOf(7, { downRate: 5_000_000 }),
  ]);
  expect(numbers(active)).toEqual([7, 6, 5, 4, 3, 2, 1]);
});

it('keeps lines in place while rates differ little', () => {
  const order = (rate: number): number[] =>
    numbers(choose([rowOf(1, { downRate: 900_000 }), rowOf(2, { downRate: rate })]).active);
  expect([order(850_000), order(1_100_000)]).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

it('shows what finished today, the newest first, until it is cleared', () => {
  const rows = [finished(3), finished(1), finished(20), finished(2)];
  expect(startOfDay(NOW)).toBeGreaterThan(NOW - 20 * HOUR);
  expect(numbers(choose(rows).finished)).toEqual([1, 2, 3]);
  const [one] = choose(rows).finished;
  const cleared = new Set([one === undefined ? '' : clearedKey(one)]);
  expect(numbers(choose(rows, { cleared }).finished)).toEqual([2, 3]);
  expect(numbers(choose([finished(1, { completedAt: NOW })], { cleared }).finished)).toEqual([1]);
});

it('counts seeds of other days as active only while they give', () => {
  const old = NOW - 40 * HOUR;
  const { active, finished: today } = choose([
    finished(1, { completedAt: old, upRate: 1000 }),
    finished(2, { completedAt: old, lastActiveAt: NOW - 30_000 }),
    finished(3, { completedAt: old, lastActiveAt: NOW - HOUR }),
    finished(4, { completedAt: old, state: 'stopped', stoppedBy: 'ratio' }),
  ]);
  expect(numbers(active)).toEqual([1, 2]);
  expect(today).toEqual([]);
});

it('holds the order, and what finishes meanwhile, while somebody points at the list', () => {
  const held = [idOf(3), idOf(1)];
  const rows = [rowOf(1, { downRate: 9e6 }), rowOf(2, { downRate: 9e6 }), finished(3)];
  const { active, finished: today } = choose(rows, { held });
  expect(numbers(active)).toEqual([3, 1, 2]);
  expect(today).toEqual([]);
});

it('shows no more than fit to be looked at, and counts all', () => {
  const rows = Array.from({ length: 70 }, (_, index) => rowOf(index));
  const done = Array.from({ length: 9 }, (_, index) => finished(100 + index, { completedAt: NOW }));
  const chosen = choose([...rows, ...done]);
  expect(chosen.active.length + chosen.finished.length).toBe(SHOWN_MAX);
  expect(chosen.finished).toHaveLength(4);
  expect([chosen.activeCount, chosen.finishedCount]).toEqual([70, 9]);
});

it('tells how many wait before one in the queue', () => {
  const queued = { state: 'queued' } as const;
  const { ahead } = choose([rowOf(9, queued), rowOf(4, queued), rowOf(1)]);
  expect([ahead.get(idOf(4)), ahead.get(idOf(9)), ahead.get(idOf(1))]).toEqual([0, 1, undefined]);
});
