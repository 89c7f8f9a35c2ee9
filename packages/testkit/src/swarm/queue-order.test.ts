import { LIMITS, type QueueMove, type Settings } from '@jstorrent/engine';
import { describe, expect, it } from 'vitest';
import { Client } from '../client.ts';
import { SeededRandom } from '../random.ts';
import { makeTorrent, type TestTorrent } from '../torrents.ts';
import { World } from '../world.ts';
import { ROOT } from './meet.ts';

interface Stage {
  readonly world: World;
  readonly client: Client;
  readonly ids: readonly string[];
  readonly kind: (id: string) => string;
  readonly running: () => string[];
}

const AT_WORK = ['checking', 'metadata', 'downloading', 'endgame', 'seeding'];

/** Torrents in a queue; those in `complete` have all their data. */
function stage(count: number, settings: Partial<Settings>, complete: readonly number[] = []): Stage {
  const world = new World('queue order');
  world.addHost('client');
  const client = new Client(world, 'client', { settings });
  const torrents = Array.from({ length: count }, (_, i) => makeTorrent({ name: `t${i}`, shape: 'oneBlock' }));
  for (const index of complete) {
    const torrent = torrents[index] as TestTorrent;
    world.disk('client').putFile(ROOT, `t${index}`, torrent.file(0));
  }
  for (const [index, { metainfo }] of torrents.entries())
    client.engine.add({ metainfo }, { root: ROOT, skipCheck: complete.includes(index) });
  const kind = (id: string): string => client.engine.view(id).state.kind;
  return {
    world,
    client,
    ids: torrents.map(({ infoHashHex }) => infoHashHex),
    kind,
    running: () => client.engine.ids.filter((id) => AT_WORK.includes(kind(id))),
  };
}

describe('the order of the queue', () => {
  it('is as the user moves it, and positions are places in it', () => {
    const { client, ids } = stage(5, { activeDownloads: 1 });
    const [a, b, c, d, e] = ids as [string, string, string, string, string];
    const after = (id: string, to: QueueMove): string[] => {
      client.engine.move(id, to);
      return client.engine.ids;
    };
    expect(after(d, 'top')).toEqual([d, a, b, c, e]);
    expect(after(d, 'down')).toEqual([a, d, b, c, e]);
    expect(after(a, 'bottom')).toEqual([d, b, c, e, a]);
    expect(after(e, 'up')).toEqual([d, b, e, c, a]);
    expect(after(a, 1)).toEqual([d, a, b, e, c]);
    expect(client.engine.ids.map((id) => client.engine.view(id).queuePosition)).toEqual([0, 1, 2, 3, 4]);
  });

  it('lets the first ones run: one that is moved or added to the top displaces the last', () => {
    const { world, client, ids, running, kind } = stage(4, { activeDownloads: 2 });
    world.advance(1000);
    expect(running()).toEqual([ids[0], ids[1]]);
    client.engine.move(ids[3] as string, 'top');
    world.advance(5000);
    expect(running()).toEqual([ids[3], ids[0]]);
    expect(kind(ids[1] as string)).toBe('queued');
    const { metainfo, infoHashHex } = makeTorrent({ name: 'urgent', shape: 'oneBlock' });
    client.engine.add({ metainfo }, { root: ROOT, queueTop: true });
    world.advance(5000);
    expect(running()).toEqual([infoHashHex, ids[3]]);
  });

  it('lets a forced torrent run beside the others until it is forced no more', () => {
    const { world, client, ids, running } = stage(4, { activeDownloads: 2 });
    const last = ids[3] as string;
    client.engine.start(last, { force: true });
    world.advance(1000);
    expect(running()).toEqual([ids[0], ids[1], last]);
    expect(client.engine.view(last).forced).toBe(true);
    client.engine.start(last);
    world.advance(5000);
    expect(running()).toEqual([ids[0], ids[1]]);
    expect(client.engine.view(last).state.kind).toBe('queued');
  });

  it('sends the last ones back to wait when the limits shrink', () => {
    const { world, client, ids, running } = stage(4, { activeDownloads: 4 });
    world.advance(1000);
    client.engine.configure({ activeDownloads: 1 });
    world.advance(5000);
    expect(running()).toEqual([ids[0]]);
    client.engine.configure({ activeDownloads: 4, activeTotal: 2 });
    world.advance(5000);
    expect(running()).toEqual([ids[0], ids[1]]);
  });

  it('checks as many at once as it may, whether they were stopped or at work', () => {
    const { world, client, ids, kind } = stage(4, { activeSeeds: 4 }, [0, 1, 2, 3]);
    world.settle(() => ids.every((id) => kind(id) === 'seeding'));
    world.disk('client').setLatency(300);
    client.engine.stop(ids[3] as string);
    world.settle(() => kind(ids[3] as string) === 'stopped');
    let most = 0;
    world.clock.observe(() => {
      most = Math.max(most, ids.filter((id) => kind(id) === 'checking').length);
    });
    const before = client.events.length;
    client.engine.batch(() => {
      for (const id of ids) client.engine.recheck(id);
    });
    const checked = (): string[] =>
      client.events.slice(before).flatMap((event) => (event.type === 'checked' ? [event.torrent] : []));
    world.settle(() => checked().length === 4, { maxMs: 60_000 });
    world.advance(2000);
    expect(most).toBe(1);
    expect(ids.map(kind)).toEqual(['seeding', 'seeding', 'seeding', 'stopped']);
    expect(client.saved.get(ids[3] as string)?.pieces).toEqual(Uint8Array.of(0x80));
  });

  it('does not flap: left alone, nobody is started or sent back', () => {
    const { world, client } = stage(12, { activeDownloads: 3, activeSeeds: 2 }, [1, 4, 5, 8]);
    world.advance(4 * LIMITS.slowTorrentMs);
    const before = client.events.length;
    world.advance(10 * LIMITS.slowTorrentMs);
    const changes = client.events.slice(before).filter(({ type }) => type === 'stateChanged');
    // Slow ones go on and others join them, until all are there; nobody leaves.
    for (const change of changes) expect(change).not.toMatchObject({ state: { kind: 'stopping' } });
  });
});

describe('three hundred torrents', () => {
  it('keep to the limits and leave no slot idle, whatever the user does', () => {
    const settings = {
      activeDownloads: 6,
      activeSeeds: 4,
      activeChecks: 3,
      activeTotal: 9,
      ignoreSlow: false,
    };
    const complete = Array.from({ length: 100 }, (_, i) => i * 3);
    const { world, client, ids, kind } = stage(300, settings, complete);
    const random = new SeededRandom('commands');
    const { engine } = client;
    const isSeed = (id: string): boolean => engine.view(id).bytesLeft === 0;
    const check = (): void => {
      const views = engine.ids.map((id) => engine.view(id));
      expect(views.map(({ queuePosition }) => queuePosition)).toEqual([...views.keys()]);
      const free = views.filter(({ forced }) => !forced);
      const atWork = free.filter(({ state }) => AT_WORK.includes(state.kind));
      const waiting = free.filter(({ state }) => state.kind === 'queued');
      const { activeDownloads, activeSeeds, activeTotal, activeChecks } = engine.settings;
      const [downloads, seeds] = [
        atWork.filter(({ id }) => !isSeed(id)),
        atWork.filter(({ id }) => isSeed(id)),
      ];
      expect(downloads.length).toBeLessThanOrEqual(activeDownloads);
      expect(seeds.length).toBeLessThanOrEqual(activeSeeds);
      expect(atWork.length).toBeLessThanOrEqual(activeTotal);
      const checking = views.filter(({ state }) => state.kind === 'checking').length;
      if (checking >= activeChecks || atWork.length >= activeTotal) return;
      if (downloads.length < activeDownloads) expect(waiting.filter(({ id }) => !isSeed(id))).toEqual([]);
      if (seeds.length < activeSeeds) expect(waiting.filter(({ id }) => isSeed(id))).toEqual([]);
      // Position decides: no download waits before one that runs.
      const last = Math.max(-1, ...downloads.map(({ queuePosition }) => queuePosition));
      const held = waiting.filter(({ id, queuePosition }) => !isSeed(id) && queuePosition < last);
      expect(held).toEqual([]);
    };
    for (let round = 0; round < 150; round += 1) {
      const id = ids[random.below(ids.length)] as string;
      if (engine.ids.includes(id)) command(client, id, random);
      world.advance([0, 40, 1000, 20_000][random.below(4)] as number);
      if (round % 5 === 0) {
        world.advance(5000);
        check();
      }
    }
    expect(ids.filter((id) => engine.ids.includes(id) && kind(id) === 'failed')).toEqual([]);
  });
});

const MOVES: readonly QueueMove[] = ['up', 'down', 'top', 'bottom', 17];

function command({ engine }: Client, id: string, random: SeededRandom): void {
  switch (random.below(8)) {
    case 0:
      return engine.stop(id);
    case 1:
      return engine.start(id);
    case 2:
      return engine.start(id, { force: random.below(2) === 0 });
    case 3:
    case 4:
      return engine.move(id, MOVES[random.below(MOVES.length)] as QueueMove);
    case 5:
      return engine.recheck(id);
    case 6:
      return engine.configure({
        activeDownloads: random.below(12),
        activeSeeds: random.below(8),
        activeChecks: 1 + random.below(4),
        activeTotal: 5 + random.below(20),
      });
    default:
      if (random.below(4) === 0) engine.remove(id, false);
  }
}
