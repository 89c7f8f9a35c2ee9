import { LIMITS } from '@jstorrent/engine';
import { describe, expect, it } from 'vitest';
import { Client } from '../client.ts';
import { honestSeed } from '../peers/behaviours.ts';
import { listenFakePeer } from '../peers/fake-peer.ts';
import { makeTorrent, type TestTorrent } from '../torrents.ts';
import { World } from '../world.ts';
import { PORT, ROOT } from './meet.ts';

interface Stage {
  readonly world: World;
  readonly client: Client;
  readonly torrents: readonly TestTorrent[];
  /** States by torrent, in the order of adding. */
  readonly states: () => string[];
  /** Give a torrent a seed on a host of its own. */
  readonly seed: (index: number, bytesPerSecond: number) => void;
}

/** Six torrents, two slots. */
function stage(settings: ConstructorParameters<typeof Client>[2] = {}): Stage {
  const world = new World('queue');
  world.addHost('client');
  const client = new Client(world, 'client', {
    settings: { activeDownloads: 2, activeSeeds: 2, ...settings.settings },
  });
  const torrents = Array.from({ length: 6 }, (_, index) =>
    makeTorrent({ name: `t${index}`, shape: 'wholePieces' }),
  );
  for (const { metainfo } of torrents) client.engine.add({ metainfo }, { root: ROOT });
  return {
    world,
    client,
    torrents,
    states: () => torrents.map(({ infoHashHex }) => client.engine.view(infoHashHex).state.kind),
    seed: (index, bytesPerSecond) => {
      const torrent = torrents[index] as TestTorrent;
      world.addHost(`seed${index}`);
      const { infoHash, infoHashHex } = torrent;
      const behaviours = honestSeed(torrent, { bytesPerSecond });
      listenFakePeer(world, `seed${index}`, PORT, { infoHash, behaviours });
      client.engine.addPeers(infoHashHex, [{ host: world.internet.addressOf(`seed${index}`), port: PORT }]);
    },
  };
}

describe('the queue', () => {
  it('lets two of six torrents run, in order, and the next when one is done', () => {
    const { world, states, seed } = stage();
    world.advance(1000);
    expect(states()).toEqual(['downloading', 'downloading', 'queued', 'queued', 'queued', 'queued']);
    seed(1, 1e6);
    world.settle(() => states()[1] === 'seeding', { maxMs: 20_000 });
    world.advance(1000);
    expect(states().slice(0, 3)).toEqual(['downloading', 'seeding', 'downloading']);
  });

  it('brings all six to their end, two at a time', () => {
    const { world, client, torrents, states, seed } = stage({ settings: { activeSeeds: 6 } });
    for (const index of torrents.keys()) seed(index, 50_000);
    let most = 0;
    world.clock.observe(() => {
      most = Math.max(
        most,
        states().filter((state) => state === 'downloading' || state === 'endgame').length,
      );
    });
    world.settle(() => states().every((state) => state === 'seeding'), { maxMs: 300_000 });
    expect(most).toBe(2);
    expect(client.engine.ids).toEqual(torrents.map(({ infoHashHex }) => infoHashHex));
  });

  it('gives the slot of a torrent that moves next to nothing to another, and keeps that of one that moves', () => {
    const { world, states, seed } = stage();
    seed(1, 3000);
    world.advance(LIMITS.slowTorrentMs - 5000);
    expect(states().slice(0, 3)).toEqual(['downloading', 'downloading', 'queued']);
    world.advance(10_000);
    expect(states().slice(0, 4)).toEqual(['downloading', 'downloading', 'downloading', 'queued']);
  });

  it('follows the settings while it runs', () => {
    const { world, client, states } = stage();
    world.advance(1000);
    client.engine.configure({ activeDownloads: 5 });
    world.advance(1000);
    expect(states()).toEqual([...Array(5).fill('downloading'), 'queued']);
  });

  it('moves up when a torrent stops, fails or is removed', () => {
    const { world, client, torrents, states } = stage();
    world.advance(1000);
    const [first, second] = torrents.map(({ infoHashHex }) => infoHashHex);
    client.engine.stop(first ?? '');
    world.advance(5000);
    expect(states().slice(0, 4)).toEqual(['stopped', 'downloading', 'downloading', 'queued']);
    client.engine.remove(second ?? '', true);
    world.advance(5000);
    expect(client.engine.ids).toHaveLength(5);
    expect(client.engine.view(torrents[3]?.infoHashHex ?? '').state.kind).toBe('downloading');
    // Its position is the first still: the last of those that run makes room for it.
    client.engine.start(first ?? '');
    world.advance(5000);
    expect(client.engine.view(first ?? '').state.kind).toBe('downloading');
    expect(client.engine.view(torrents[3]?.infoHashHex ?? '').state.kind).toBe('queued');
  });

  it('removes a torrent that waits, with its files, and starts it no more', () => {
    const { world, client, torrents } = stage();
    world.advance(1000);
    client.engine.remove(torrents[2]?.infoHashHex ?? '', true);
    client.engine.configure({ activeDownloads: 6 });
    world.advance(5000);
    expect(client.engine.ids).toHaveLength(5);
    expect(client.states(torrents[2]?.infoHashHex ?? '')).toEqual(['queued', 'stopped']);
  });
});
