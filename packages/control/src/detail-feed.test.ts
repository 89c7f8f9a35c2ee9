/** Panes of torrents as front ends see them. */
import { describe, expect, it } from 'vitest';
import { ControlError } from './control-error.ts';
import { DetailFeed } from './detail-feed.ts';
import { filesOfRun } from './file-runs.ts';
import { CONTROL_LIMITS } from './limits.ts';
import type { FileRow, PaneName, Panes, RateHistory } from './schema/details.ts';
import { idOf } from './testing/samples.ts';
import { serveRaw, type RawService } from './testing/service.ts';

const HISTORY: RateHistory = { period: '10min', stepMs: 1000, endAt: 1, down: [1], up: [2] };

class World {
  now = 0;
  asked = 0;
  endAt = 0;
  files: readonly FileRow[] = [];
  readonly panes = new Map<PaneName, unknown>([['log', { entries: [] }]]);
  readonly gone = new Set<string>();
  readonly service: RawService = serveRaw();
  readonly feed = new DetailFeed({
    pane: <N extends PaneName>(id: string, name: N) => {
      this.asked += 1;
      return this.gone.has(id) ? null : (this.panes.get(name) as Panes[N]);
    },
    files: (id) => {
      this.asked += 1;
      return this.gone.has(id) ? null : this.files;
    },
    history: (period) => ({ ...HISTORY, period, endAt: this.endAt }),
  });

  subscribe(panes: readonly PaneName[], torrent = 1): void {
    this.feed.subscribe(this.service.connection, { id: idOf(torrent), panes }, this.now);
  }
  pass(ms: number = CONTROL_LIMITS.updateMs): void {
    this.now += ms;
    this.feed.tick(this.now);
  }
  read(): Record<string, unknown>[] {
    this.service.pipe.deliver();
    return this.service.received.splice(0);
  }
  stall(): void {
    const { connection } = this.service;
    while (connection.isWritable) {
      connection.emit({ event: 'notice', kind: 'added', id: null, sentence: 'x'.repeat(100_000) });
    }
  }
}

const logOf = (...texts: string[]) => ({
  entries: texts.map((text) => ({ at: 1, level: 'info', code: 'X', text })),
});
const fileOf = (index: number, have = 0, name = `file ${index}`): FileRow => ({
  index,
  path: ['folder', name],
  length: 100,
  have,
  priority: 2,
});

/** The files as a front end puts them together. */
function gather(
  events: readonly Record<string, unknown>[],
  files = new Map<number, object>(),
): Map<number, object> {
  for (const { data } of events as unknown as { data: Panes['files'] }[]) {
    if (data.reset && data.part === 0) files.clear();
    for (const file of data.runs.flatMap(filesOfRun)) files.set(file.index, file);
    for (const file of data.files) files.set(file.index, { ...files.get(file.index), ...file });
  }
  return files;
}

describe('a pane', () => {
  it('comes at once when it is subscribed to, and again only when it changed, at most twice a second', () => {
    const world = new World();
    world.subscribe(['log']);
    expect(world.read()).toEqual([{ event: 'detail', id: idOf(1), pane: 'log', data: logOf() }]);
    for (let n = 0; n < 5; n += 1) world.pass();
    expect(world.read()).toEqual([]);
    for (let n = 0; n < 100; n += 1) {
      world.panes.set('log', logOf(`${n}`));
      world.pass(50);
    }
    const events = world.read();
    expect(events.length).toBeGreaterThan(5);
    expect(events.length).toBeLessThanOrEqual(10);
  });

  it('is not asked for when nobody looks', () => {
    const world = new World();
    world.subscribe(['log', 'files']);
    world.feed.unsubscribe(world.service.connection, idOf(1));
    world.asked = 0;
    world.pass();
    expect([world.asked, [...world.feed.watched()]]).toEqual([0, []]);
    world.subscribe(['log']);
    expect([...world.feed.watched()]).toEqual([idOf(1)]);
    world.service.connection.close();
    world.subscribe(['log']);
    world.feed.subscribeHistory(world.service.connection, '1h', 0);
    expect([...world.feed.watched()]).toEqual([]);
  });

  it('takes the place of those that were watched before', () => {
    const world = new World();
    world.panes.set('pieces', { count: 0, have: '', inWork: [], availability: [] });
    world.subscribe(['log']);
    world.subscribe(['pieces', 'pieces']);
    expect(world.read().map(({ pane }) => pane)).toEqual(['log', 'pieces']);
    world.panes.set('log', logOf('x'));
    world.pass();
    expect(world.read()).toEqual([]);
  });

  it('ends when its torrent is gone', () => {
    const world = new World();
    world.subscribe(['log', 'files']);
    world.gone.add(idOf(1));
    world.pass();
    world.asked = 0;
    world.pass();
    expect(world.asked).toBe(0);
  });

  it('is of so many torrents at once, and BUSY beyond', () => {
    const world = new World();
    for (let n = 0; n < CONTROL_LIMITS.details; n += 1) world.subscribe(['log'], n);
    expect(() => world.subscribe(['log'], 100)).toThrow(ControlError);
    world.subscribe(['log'], 0);
    world.feed.unsubscribe(world.service.connection, idOf(0));
    world.subscribe(['log'], 100);
  });

  it('is cut below the limit of a message', () => {
    const world = new World();
    const url = '名'.repeat(4000);
    world.panes.set('trackers', { trackers: Array.from({ length: 203 }, (_, tier) => ({ url, tier })) });
    world.panes.set('peers', {
      total: 500,
      peers: Array.from({ length: 500 }, (_, port) => ({ client: url, port })),
    });
    world.panes.set('general', {
      webSeeds: Array.from({ length: 400 }, () => url),
      webSeedStates: [],
    });
    world.panes.set('log', logOf(...Array.from({ length: 200 }, (_, n) => `${n} ${url}`)));
    world.subscribe(['trackers', 'peers', 'general', 'log']);
    const events = world.read();
    for (let n = 0; n < 4; n += 1) {
      world.pass();
      events.push(...world.read());
    }
    const [trackers, peers, general, log] = events as unknown as {
      data: Record<string, { length: number }[]>;
    }[];
    expect(world.service.bugs).toEqual([]);
    expect(trackers?.data['trackers']?.[0]).toMatchObject({ tier: 0 });
    expect(peers?.data['peers']?.[0]).toMatchObject({ port: 0 });
    expect(general?.data['webSeeds']?.length).toBeGreaterThan(10);
    expect(log?.data['entries']?.at(-1)).toMatchObject({ text: `199 ${url}` });
  });

  it('has its turn, however much is in those before it', () => {
    const world = new World();
    const big = 'x'.repeat(800_000);
    const change = (n: number): void => {
      world.panes.set('trackers', { trackers: [{ message: `${n} ${big}` }] });
      world.panes.set('peers', { peers: [{ client: `${n} ${big}` }] });
      world.panes.set('log', logOf(`${n} ${big}`));
    };
    change(0);
    world.subscribe(['trackers', 'peers', 'log']);
    const panes: unknown[] = [];
    for (let n = 1; n <= 6; n += 1) {
      panes.push(...world.read().map(({ pane }) => pane));
      change(n);
      world.pass();
    }
    expect(panes.filter((name) => name === 'log').length).toBeGreaterThanOrEqual(3);
    expect(panes.filter((name) => name === 'trackers').length).toBeGreaterThanOrEqual(3);
  });

  it('waits while its front end does not keep up, and then is the newest', () => {
    const world = new World();
    world.subscribe(['log']);
    world.read();
    world.stall();
    const buffered = world.service.pipe.back.bufferedBytes;
    for (let n = 0; n < 50; n += 1) {
      world.panes.set('log', logOf(`${n}`));
      world.pass();
    }
    expect(world.service.pipe.back.bufferedBytes).toBe(buffered);
    world.read();
    world.pass();
    expect(world.read()).toMatchObject([{ pane: 'log', data: logOf('49') }]);
  });
});

describe('files', () => {
  it('come whole, then by what changed', () => {
    const world = new World();
    world.files = [fileOf(0), fileOf(1), fileOf(2)];
    world.subscribe(['files']);
    const files = gather(world.read());
    world.files = [fileOf(0), fileOf(1, 50), { ...fileOf(2, 0, 'renamed'), priority: 0 }];
    world.pass();
    const events = world.read();
    expect(events).toMatchObject([
      {
        data: {
          reset: false,
          files: [
            { index: 1, have: 50 },
            { index: 2, priority: 0, path: ['folder', 'renamed'] },
          ],
        },
      },
    ]);
    expect([...gather(events, files).values()]).toEqual(world.files);
    world.files = [...world.files];
    world.pass();
    expect(world.read()).toEqual([]);
  });

  it('come whole again when the file list of a magnet becomes known', () => {
    const world = new World();
    world.subscribe(['files']);
    world.files = [fileOf(0)];
    world.pass();
    expect(world.read()).toMatchObject([
      { data: { total: 0, reset: true } },
      { data: { total: 1, reset: true } },
    ]);
  });

  it('of a torrent of 100,000 come in parts below the limit of a message, as fast as they are read', () => {
    const world = new World();
    world.files = Array.from({ length: 100_000 }, (_, index) =>
      fileOf(index, index % 100, `${'ü'.repeat(60)} ${index}`),
    );
    world.subscribe(['files']);
    const { back } = world.service.pipe;
    expect(back.bufferedBytes).toBeLessThan(CONTROL_LIMITS.bufferedBytes + CONTROL_LIMITS.messageBytes);
    // A part is gone and there is room for more, but nobody said so yet.
    for (let n = 0; n < 3; n += 1) world.service.pipe.moveToFront(CONTROL_LIMITS.messageBytes);
    world.files = world.files.map((file) => (file.index === 7 ? { ...file, have: 100 } : file));
    world.pass();
    const files = gather(world.read());
    world.pass();
    gather(world.read(), files);
    expect(JSON.stringify([...files.values()])).toBe(JSON.stringify(world.files));
    expect(world.service.bugs).toEqual([]);
  });
});

describe('the history of rates', () => {
  it('comes when it is subscribed to and when there is more of it', () => {
    const world = new World();
    const { connection } = world.service;
    world.feed.subscribeHistory(connection, '1h', 0);
    world.pass();
    world.endAt = 2;
    world.pass();
    expect(world.read()).toEqual([
      { event: 'history', history: { ...HISTORY, period: '1h', endAt: 0 } },
      { event: 'history', history: { ...HISTORY, period: '1h', endAt: 2 } },
    ]);
    world.feed.unsubscribeHistory(connection);
    world.endAt = 3;
    world.pass();
    expect(world.read()).toEqual([]);
  });
});
