import fc from 'fast-check';
import { Engine } from '@jstorrent/engine';
import { afterEach, expect, test } from 'vitest';
import { nodeDigests } from '../../digests.ts';
import { openStore } from '../../store/session-store.ts';
import { idOf, newSession, newTorrent } from '../../store/testing/folder.ts';
import { Catalog } from '../catalog.ts';
import { moveInQueue } from './files.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

/** A queue of stopped torrents over a plane that does nothing, as it stands in the engine and in the database. */
function newQueue(count: number) {
  const { file } = newSession((clean) => ends.push(clean));
  const store = openStore({ file, now: Date.now });
  ends.push(() => void store.close({ backup: false }));
  store.setRoot({ key: 'r', path: '/downloads', label: '' });
  store.batch(() => {
    for (let index = 0; index < count; index += 1) store.add(newTorrent(index));
  });
  const engine = new Engine({
    plane: { submit: () => {} },
    clock: { now: () => 0, unixSeconds: () => 0 },
    random: { bytes: (length) => new Uint8Array(length), below: () => 0 },
    digests: nodeDigests,
    clientVersion: 'test',
    onEvent: () => {},
  });
  for (let index = 0; index < count; index += 1) {
    engine.add({ magnet: `magnet:?xt=urn:btih:${idOf(index)}` }, { root: 'r', start: false });
  }
  const catalog = new Catalog(store);
  const host = { engine, store, catalog, removals: { putLast: () => {} } };
  const order = (): number[] => engine.ids.map((id) => Number.parseInt(id, 16));
  return { host, order, saved: () => store.ids().map((id) => Number.parseInt(id, 16)) };
}

test('several move side by side, and at the ends of the queue they keep their order', () => {
  const { host, order, saved } = newQueue(6);
  const move = (ids: number[], to: Parameters<typeof moveInQueue>[2]): number[] => {
    moveInQueue(host, ids.map(idOf), to);
    expect(saved()).toEqual(order());
    return order();
  };
  expect(move([4, 1], 'up')).toEqual([1, 0, 2, 4, 3, 5]);
  expect(move([0, 1, 4], 'up')).toEqual([1, 0, 4, 2, 3, 5]);
  expect(move([5, 3], 'down')).toEqual([1, 0, 4, 2, 3, 5]);
  expect(move([4, 0], 'bottom')).toEqual([1, 2, 3, 5, 0, 4]);
  expect(move([0, 3, 4], 'top')).toEqual([3, 0, 4, 1, 2, 5]);
  expect(move([2, 3], 2)).toEqual([0, 4, 3, 2, 1, 5]);
});

test('what is kept is the order that holds, whatever is moved where', () => {
  const steps = fc.array(
    fc.tuple(
      fc.uniqueArray(fc.nat(7), { minLength: 1, maxLength: 8 }),
      fc.oneof(fc.constantFrom('up', 'down', 'top', 'bottom'), fc.nat(9)),
    ),
    { minLength: 1, maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, (moves) => {
      const { host, order, saved } = newQueue(8);
      for (const [ids, to] of moves) {
        const chosen = new Set(ids);
        const before = order();
        moveInQueue(host, ids.map(idOf), to);
        const [now, kept] = [order(), saved()];
        expect(kept).toEqual(now);
        for (const isChosen of [true, false]) {
          const of = (list: number[]): number[] => list.filter((one) => chosen.has(one) === isChosen);
          expect(of(now)).toEqual(of(before));
        }
      }
    }),
    { numRuns: 30 },
  );
});
