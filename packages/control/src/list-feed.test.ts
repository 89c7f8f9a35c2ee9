/** The list as front ends see it: put together again after every update, it is the list of the service. */
import process from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTROL_LIMITS } from './limits.ts';
import { ListFeed } from './list-feed.ts';
import { ListView } from './list-view.ts';
import type { ListEvent } from './schema/events.ts';
import type { TorrentRow } from './schema/rows.ts';
import { idOf, rowOf, totalsOf } from './testing/samples.ts';
import { serveRaw, type RawService } from './testing/service.ts';

/** How often each property is tried; FUZZ_RUNS raises it. */
const runs = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 200) };
/** A list that a test changes, and its feed. */
class World {
  readonly rows = new Map<string, TorrentRow>();
  readonly changed = new Set<string>();
  /** Lines of which only the position is another one. */
  readonly moved = new Map<string, number>();
  asked = 0;
  now = 0;
  readonly feed = new ListFeed({
    ids: () => [...this.rows.keys()],
    row: (id) => {
      this.asked += 1;
      return this.rows.get(id) ?? null;
    },
    takeChanged: () => {
      const ids = [...this.changed];
      this.changed.clear();
      return ids;
    },
    takeMoved: () => {
      const moved = [...this.moved];
      this.moved.clear();
      return moved;
    },
    totals: () => totalsOf(this.rows.size),
  });

  constructor(torrents = 0) {
    for (let n = 0; n < torrents; n += 1) this.set(n);
  }
  set(n: number, members: Partial<TorrentRow> = {}): void {
    const id = idOf(n);
    this.rows.set(id, { ...(this.rows.get(id) ?? rowOf(n)), ...members });
    this.changed.add(id);
  }
  move(n: number, queuePosition: number): void {
    const row = this.rows.get(idOf(n));
    if (row !== undefined) this.rows.set(row.id, { ...row, queuePosition });
    this.moved.set(idOf(n), queuePosition);
  }
  remove(n: number): void {
    this.rows.delete(idOf(n));
    this.changed.add(idOf(n));
  }
  pass(ms: number = CONTROL_LIMITS.updateMs): void {
    this.now += ms;
    this.feed.tick(this.now);
  }
}

/** A front end that keeps the list. */
class Viewer {
  readonly service: RawService = serveRaw();
  readonly view = new ListView();
  readonly world: World;

  constructor(world: World) {
    this.world = world;
  }
  subscribe(): void {
    this.world.feed.subscribe(this.service.connection, this.world.now);
  }
  /** Read everything, and say how often the list was whole. */
  read(): ListEvent[] {
    this.service.pipe.deliver();
    const events = this.service.received.splice(0) as unknown as ListEvent[];
    for (const event of events) this.view.apply(event);
    return events;
  }
  /** Let the connection fill up with other things. */
  stall(): void {
    const { connection } = this.service;
    while (connection.isWritable) {
      connection.emit({ event: 'notice', kind: 'added', id: null, sentence: 'x'.repeat(100_000) });
    }
  }
  expectWhole(): void {
    const wrong = [...this.world.rows.values()].filter(
      (row) => JSON.stringify(this.view.rows.get(row.id)) !== JSON.stringify(row),
    );
    expect(wrong).toEqual([]);
    expect(this.view.rows.size).toBe(this.world.rows.size);
    expect(this.view.totals).toEqual(totalsOf(this.world.rows.size));
  }
}

function watched(torrents: number): { readonly world: World; readonly viewer: Viewer } {
  const world = new World(torrents);
  const viewer = new Viewer(world);
  viewer.subscribe();
  viewer.read();
  return { world, viewer };
}

describe('the list', () => {
  it('comes whole at once when it is subscribed to, also when it is empty', () => {
    for (const torrents of [0, 3]) {
      const world = new World(torrents);
      const viewer = new Viewer(world);
      viewer.subscribe();
      const events = viewer.read();
      expect(events.map(({ reset, part, parts, added }) => [reset, part, parts, added.length])).toEqual([
        [true, 0, 1, torrents],
      ]);
      viewer.expectWhole();
    }
  });

  it('is then told with just the members that changed', () => {
    const { world, viewer } = watched(3);
    world.set(1, { downRate: 7, labels: ['a'] });
    world.set(2);
    world.pass();
    const [event] = viewer.read();
    expect(event?.changed).toEqual([{ id: idOf(1), downRate: 7, labels: ['a'] }]);
    expect([event?.reset, event?.added, event?.removed]).toEqual([false, [], []]);
    viewer.expectWhole();
    world.set(1, { peers: 99 });
    world.pass();
    expect(viewer.read()[0]?.changed).toEqual([{ id: idOf(1), peers: 99 }]);
  });

  it('is told where torrents are in the queue without looking at the rest of them', () => {
    const { world, viewer } = watched(3);
    world.move(0, 1);
    world.move(1, 0);
    world.move(2, world.rows.get(idOf(2))?.queuePosition ?? 0);
    world.move(7, 5);
    world.asked = 0;
    world.pass();
    const [update] = viewer.read();
    expect(update?.changed).toEqual([
      { id: idOf(0), queuePosition: 1 },
      { id: idOf(1), queuePosition: 0 },
    ]);
    expect(world.asked).toBe(0);
    viewer.expectWhole();
  });

  it('has a torrent that was removed and added again as a new line, not as a removed one', () => {
    const { world, viewer } = watched(1);
    const other = new Viewer(world);
    viewer.stall();
    other.subscribe();
    world.remove(0);
    world.pass();
    world.set(0);
    world.pass();
    viewer.service.pipe.deliver();
    viewer.service.received.length = 0;
    world.pass();
    expect(viewer.read()).toMatchObject([{ reset: false, added: [{ id: idOf(0) }], removed: [] }]);
    viewer.expectWhole();
  });

  it('is not told of while nothing changes', () => {
    const { world, viewer } = watched(3);
    for (let n = 0; n < 10; n += 1) world.pass();
    expect(viewer.read()).toEqual([]);
  });

  it('is told of at most twice a second', () => {
    const { world, viewer } = watched(1);
    for (let ms = 0; ms < 10_000; ms += 50) {
      world.set(0, { downRate: ms });
      world.pass(50);
    }
    expect(viewer.read().length).toBeLessThanOrEqual(20);
    world.pass();
    viewer.read();
    viewer.expectWhole();
  });

  it('costs nothing while nobody watches', () => {
    const { world, viewer } = watched(100);
    world.feed.unsubscribe(viewer.service.connection);
    world.asked = 0;
    for (let n = 0; n < 100; n += 1) world.set(n, { downRate: 1 });
    for (let n = 0; n < 10; n += 1) world.pass();
    expect([world.asked, world.feed.isWatched, viewer.read()]).toEqual([0, false, []]);
    world.remove(5);
    viewer.subscribe();
    viewer.read();
    viewer.expectWhole();
  });

  it('ends with the connection', () => {
    const { world, viewer } = watched(1);
    viewer.service.connection.close();
    expect(world.feed.isWatched).toBe(false);
    world.set(0, { downRate: 1 });
    world.pass();
    viewer.subscribe();
    expect(world.feed.isWatched).toBe(false);
  });

  it('comes in parts below the limit of a message with 10,000 torrents of long names', () => {
    const world = new World();
    for (let n = 0; n < 10_000; n += 1) world.set(n, { name: '名'.repeat(255), labels: ['ü'.repeat(64)] });
    const viewer = new Viewer(world);
    viewer.subscribe();
    const events = viewer.read();
    expect(events.length).toBeGreaterThan(10);
    expect(events.map(({ part }) => part)).toEqual(events.map((_, n) => n));
    viewer.expectWhole();
    for (let n = 0; n < 10_000; n += 1) world.set(n, { queuePosition: 10_000 - n });
    world.pass();
    expect(viewer.read().length).toBeLessThanOrEqual(2);
    viewer.expectWhole();
  });

  it('is held back from one that does not keep up, which then gets one update with everything', () => {
    const { world, viewer } = watched(3);
    const fast = new Viewer(world);
    fast.subscribe();
    viewer.stall();
    const buffered = viewer.service.pipe.back.bufferedBytes;
    for (let n = 0; n < 100; n += 1) {
      world.set(0, { downRate: n });
      world.set(10 + n);
      if (n > 0) world.remove(10 + n - 1);
      world.pass();
      fast.read();
      fast.expectWhole();
    }
    world.remove(1);
    world.pass();
    expect(viewer.service.pipe.back.bufferedBytes).toBe(buffered);
    viewer.service.pipe.deliver();
    viewer.service.received.length = 0;
    world.pass();
    const events = viewer.read();
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      reset: false,
      changed: [{ id: idOf(0), downRate: 99 }],
      added: [{ id: idOf(109) }],
    });
    viewer.expectWhole();
  });

  it('goes on with the parts that are left when its reader goes on', () => {
    const world = new World();
    for (let n = 0; n < 5000; n += 1) world.set(n, { name: 'x'.repeat(255) });
    const viewer = new Viewer(world);
    viewer.subscribe();
    expect(viewer.service.pipe.back.bufferedBytes).toBeLessThan(
      CONTROL_LIMITS.bufferedBytes + CONTROL_LIMITS.messageBytes,
    );
    world.set(3, { name: 'later' });
    world.pass();
    // A part is gone and there is room for more, but nobody said so yet.
    viewer.service.pipe.moveToFront(CONTROL_LIMITS.messageBytes);
    expect(viewer.service.connection.isWritable).toBe(true);
    world.set(4, { name: 'later still' });
    world.pass();
    viewer.read();
    world.pass();
    viewer.read();
    viewer.expectWhole();
  });

  it('comes whole again to one that missed so much that removals are forgotten', () => {
    const { world, viewer } = watched(2);
    viewer.stall();
    const other = new Viewer(world);
    other.subscribe();
    for (let n = 0; n < CONTROL_LIMITS.tombstones + 10; n += 1) world.set(100 + n);
    world.pass();
    other.read();
    for (let n = 0; n < CONTROL_LIMITS.tombstones + 10; n += 1) world.remove(100 + n);
    world.remove(0);
    world.pass();
    viewer.service.pipe.deliver();
    viewer.service.received.length = 0;
    world.pass();
    expect(viewer.read()[0]?.reset).toBe(true);
    viewer.expectWhole();
  });

  it('is the same for everybody, whatever happens and however fast each of them reads', () => {
    const act = fc.record({
      what: fc.constantFrom('set', 'remove', 'pass', 'read', 'stall', 'subscribe', 'unsubscribe'),
      torrent: fc.nat(5),
      viewer: fc.nat(2),
      rate: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const world = new World(2);
        const viewers = [new Viewer(world), new Viewer(world), new Viewer(world)];
        for (const { what, torrent, viewer: index, rate } of acts) {
          const viewer = viewers[index]!;
          if (what === 'set') world.set(torrent, { downRate: rate, peers: rate % 2 });
          else if (what === 'remove') world.remove(torrent);
          else if (what === 'pass') world.pass(200);
          else if (what === 'read') viewer.read();
          else if (what === 'stall') viewer.stall();
          else if (what === 'subscribe') viewer.subscribe();
          else world.feed.unsubscribe(viewer.service.connection);
        }
        for (const viewer of viewers) {
          viewer.read();
          viewer.subscribe();
        }
        world.set(0, { downRate: 99 });
        world.pass();
        for (const viewer of viewers) {
          viewer.read();
          viewer.expectWhole();
        }
      }),
      runs,
    );
  });
});

describe('a view of the list', () => {
  const update = (members: Partial<ListEvent>): ListEvent => ({
    event: 'list',
    reset: false,
    base: 0,
    revision: 1,
    part: 0,
    parts: 1,
    added: [],
    changed: [],
    removed: [],
    totals: totalsOf(0),
    ...members,
  });

  it('says when it missed an update or a part of one, until the list comes whole', () => {
    const view = new ListView();
    expect(view.apply(update({}))).toBe('missed');
    expect(view.apply(update({ reset: true, revision: 5, added: [rowOf(1)] }))).toBe('done');
    expect(view.apply(update({ base: 5, revision: 6, parts: 3 }))).toBe('more');
    expect(view.apply(update({ base: 5, revision: 6, parts: 3, part: 2 }))).toBe('missed');
    expect(view.apply(update({ base: 5, revision: 6 }))).toBe('missed');
    expect(view.apply(update({ base: 6, revision: 7 }))).toBe('missed');
    expect(view.apply(update({ reset: true, revision: 8 }))).toBe('done');
    expect(view.rows.size).toBe(0);
    expect(view.apply(update({ base: 8, revision: 9, part: 1, parts: 2 }))).toBe('missed');
  });
});

describe('totals alone', () => {
  it('come at once and when they change, without a line', () => {
    const world = new World(3);
    const viewer = new Viewer(world);
    world.feed.subscribe(viewer.service.connection, world.now, true);
    world.set(1, { name: 'changed' });
    world.pass();
    world.set(4);
    world.pass();
    const events = viewer.read();
    expect(events.map(({ totals }) => totals.torrents)).toEqual([3, 4]);
    expect(events.flatMap(({ added, changed, removed }) => [...added, ...changed, ...removed])).toEqual([]);
  });

  it('leave the whole list to those who come later', () => {
    const world = new World(3);
    const totals = new Viewer(world);
    world.feed.subscribe(totals.service.connection, world.now, true);
    world.remove(2);
    world.pass();
    const viewer = new Viewer(world);
    viewer.subscribe();
    viewer.read();
    viewer.expectWhole();
    world.feed.unsubscribe(viewer.service.connection);
    world.set(5);
    world.pass();
    viewer.subscribe();
    viewer.read();
    viewer.expectWhole();
  });
});

describe('a list that nobody watched for a while', () => {
  it('asks for the lines of torrents that went meanwhile, so that they are counted no more', () => {
    const world = new World(2);
    const viewer = new Viewer(world);
    viewer.subscribe();
    world.feed.unsubscribe(viewer.service.connection);
    world.remove(0);
    world.asked = 0;
    viewer.subscribe();
    expect(world.asked).toBe(2);
  });
});
