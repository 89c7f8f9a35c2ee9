import { describe, expect, it } from 'vitest';
import type { Client } from '../client.ts';
import { honestSeed } from '../peers/behaviours.ts';
import { createMemorySwarm, type MemorySwarm } from '../swarm.ts';
import { bytesTo, lonelyLeecher, meet, piecesOf, PORT, ROOT } from './meet.ts';

const KIB = 1024;

const stateOf = (swarm: MemorySwarm, client: Client) => client.engine.view(swarm.id).state;
const kind = (swarm: MemorySwarm, client: Client): string => stateOf(swarm, client).kind;

/** A leecher and one seed that gives a steady stream. */
function stage(recipe: Parameters<typeof lonelyLeecher>[0] = {}) {
  const { swarm, leecher } = lonelyLeecher({ shape: 'pieces16KiB', ...recipe });
  const listener = meet(swarm, 'seed', honestSeed(swarm.torrent, { bytesPerSecond: 200_000 }));
  return { swarm, leecher, listener, disk: swarm.world.disk(leecher.host) };
}

describe('a full disk', () => {
  it('stops the torrent with a code that says what is missing, and nothing is fetched twice', () => {
    for (let worldSeed = 1; worldSeed <= 8; worldSeed += 1) {
      const { swarm, leecher, disk } = stage({ worldSeed });
      swarm.world.settle(() => piecesOf(leecher).length >= 3 * worldSeed);
      disk.setCapacity(disk.usedBytes + 20 * KIB);
      swarm.world.settle(() => kind(swarm, leecher) === 'failed', { maxMs: 30_000 });
      expect(stateOf(swarm, leecher)).toMatchObject({ code: 'DISK_FULL' });
      const state = stateOf(swarm, leecher);
      expect(state.kind === 'failed' && state.missing, `seed ${worldSeed}`).toBeGreaterThan(0);
      swarm.world.advance(60_000);
      const stalled = bytesTo(swarm, leecher);
      swarm.world.advance(60_000);
      expect(bytesTo(swarm, leecher) - stalled, `seed ${worldSeed}`).toBeLessThan(2000);
      disk.setCapacity(Number.POSITIVE_INFINITY);
      swarm.finish(120_000);
      const inFlight = 300 * KIB;
      expect(bytesTo(swarm, leecher), `seed ${worldSeed}`).toBeLessThan(
        swarm.torrent.content.length * 1.02 + inFlight,
      );
      expect(leecher.engine.view(swarm.id).wasted, `seed ${worldSeed}`).toBe(0);
    }
  });

  it('from the start, with room for nothing, is waited out', () => {
    const { swarm, leecher, disk } = stage();
    disk.setCapacity(0);
    swarm.world.advance(120_000);
    expect(stateOf(swarm, leecher)).toMatchObject({ kind: 'failed', code: 'DISK_FULL' });
    disk.setCapacity(Number.POSITIVE_INFINITY);
    swarm.finish(60_000);
  });

  it('does not keep a torrent from being stopped, started or removed', () => {
    for (const wish of ['stop', 'restart', 'remove'] as const) {
      const { swarm, leecher, disk } = stage();
      swarm.world.settle(() => piecesOf(leecher).length >= 5);
      disk.setCapacity(0);
      swarm.world.settle(() => kind(swarm, leecher) === 'failed', { maxMs: 30_000 });
      if (wish === 'remove') {
        leecher.engine.remove(swarm.id, true);
        swarm.world.settle(() => leecher.engine.ids.length === 0, { maxMs: 30_000 });
        expect(disk.usedBytes).toBe(0);
        continue;
      }
      leecher.engine.stop(swarm.id);
      if (wish === 'restart') leecher.engine.start(swarm.id);
      swarm.world.advance(30_000);
      expect(kind(swarm, leecher)).toBe(wish === 'stop' ? 'stopped' : 'failed');
      disk.setCapacity(Number.POSITIVE_INFINITY);
      leecher.engine.start(swarm.id);
      swarm.finish(120_000);
    }
  });
});

describe('a failing disk', () => {
  for (const code of ['DISK_ERROR', 'DENIED', 'TOO_MANY_FILES', 'READ_ONLY'] as const) {
    it(`is named (${code}), and forgiven once it works again`, () => {
      for (const after of [0, 1, 7, 20]) {
        const { swarm, leecher, disk } = stage();
        disk.fail('any', { code, after, times: 12 });
        swarm.world.settle(() => kind(swarm, leecher) === 'failed', { maxMs: 60_000 });
        expect(stateOf(swarm, leecher)).toMatchObject({ code });
        swarm.finish(600_000);
      }
    });
  }

  it('whose drive is gone and comes back loses nothing', () => {
    const { swarm, leecher, disk } = stage();
    swarm.world.settle(() => piecesOf(leecher).length >= 10);
    disk.volume(ROOT).isGone = true;
    swarm.world.settle(() => kind(swarm, leecher) === 'failed', { maxMs: 30_000 });
    expect(stateOf(swarm, leecher)).toMatchObject({ code: 'NOT_FOUND' });
    swarm.world.advance(60_000);
    disk.volume(ROOT).isGone = false;
    swarm.finish(120_000);
  });

  it('on which files cannot be chosen has them chosen as soon as it can', () => {
    const files = ['a', 'b', 'c'].map((name) => ({ path: [name], length: 200 * KIB + 5 }));
    const { swarm, leecher, disk } = stage({ files, pieceLength: 64 * KIB });
    leecher.engine.choose(swarm.id, [2, 0, 2], { sequential: false, endsFirst: false });
    swarm.world.settle(() => piecesOf(leecher).length >= 6);
    disk.fail('setWanted', { code: 'DENIED', times: 2 });
    leecher.engine.choose(swarm.id, [2, 2, 2], { sequential: false, endsFirst: false });
    swarm.world.settle(() => kind(swarm, leecher) === 'failed', { maxMs: 10_000 });
    swarm.finish(120_000);
  });

  it('that is slow throttles the sockets, and memory stays within the arena', () => {
    const { swarm, leecher } = lonelyLeecher({
      shape: 'pieces1MiB',
      hosts: { disk: { arenaBytes: 512 * KIB, bytesPerSecond: 100_000 } },
    });
    const listener = meet(swarm, 'seed', honestSeed(swarm.torrent));
    swarm.world.advance(5000);
    const [peer] = listener.peers;
    const sent = bytesTo(swarm, leecher);
    expect(peer).toBeDefined();
    expect(sent).toBeLessThan(512 * KIB + 5 * 100_000 + 800 * KIB);
    swarm.finish();
  });
});

describe('rotten data of a seed', () => {
  it('is not taken by the receiver, and a recheck of the seed repairs it', () => {
    const swarm = createMemorySwarm({ seeders: 2, leechers: 1, shape: 'pieces16KiB' });
    const [rotten, whole] = swarm.seeders;
    if (rotten === undefined || whole === undefined) throw new Error('two seeders');
    swarm.world.settle(() => swarm.seeders.every((one) => swarm.isSeeding(one)));
    swarm.world.disk(rotten.host).rot(ROOT, 'torrent', 3);
    swarm.finish();
    rotten.engine.recheck(swarm.id);
    swarm.world.settle(() => kind(swarm, rotten) === 'downloading');
    rotten.engine.addPeers(swarm.id, [{ host: whole.address, port: PORT }]);
    swarm.world.settle(() => swarm.isSeeding(rotten) && swarm.hasContent(rotten), { maxMs: 120_000 });
  });

  it('that cannot be read at all is noticed: the seed looks at everything and fetches what is gone', () => {
    const recipe = { seeders: 2, leechers: 1, shape: 'filesSharingPieces', strangers: true } as const;
    const swarm = createMemorySwarm(recipe);
    const [damaged, whole] = swarm.seeders;
    const [leecher] = swarm.leechers;
    if (damaged === undefined || whole === undefined || leecher === undefined)
      throw new Error('three clients');
    swarm.world.settle(() => swarm.seeders.every((one) => swarm.isSeeding(one)));
    swarm.world.disk(damaged.host).volume(ROOT).remove('torrent/2.bin');
    damaged.engine.addPeers(swarm.id, [{ host: whole.address, port: PORT }]);
    leecher.engine.addPeers(swarm.id, [{ host: damaged.address, port: PORT }]);
    swarm.finish(300_000);
    swarm.world.settle(() => swarm.isSeeding(damaged), { maxMs: 60_000 });
    expect(swarm.hasContent(damaged)).toBe(true);
  });
});

describe('a lost daemon', () => {
  it('is survived in every state', () => {
    for (const magnet of [false, true]) {
      for (const atMs of [0, 10, 45, 70, 100, 150, 400, 1500, 3200, 20_000]) {
        const { swarm, leecher } = stage({ magnet, worldSeed: atMs });
        swarm.world.advance(atMs);
        leecher.losePlane(2000);
        swarm.finish(120_000);
      }
    }
  });

  it('is survived again and again, and what was verified is not fetched again', () => {
    const { swarm, leecher } = stage();
    for (let i = 0; i < 6; i += 1) {
      swarm.world.advance(700);
      leecher.losePlane(300);
    }
    swarm.finish(120_000);
    const inFlight = 6 * 350 * KIB;
    expect(bytesTo(swarm, leecher)).toBeLessThan(swarm.torrent.content.length + inFlight);
  });

  it('may be away while the user starts, stops, adds, chooses, rechecks and removes', () => {
    const wishes: Readonly<Record<string, (client: Client, id: string) => void>> = {
      stop: ({ engine }, id) => engine.stop(id),
      stopAndStart: ({ engine }, id) => {
        engine.stop(id);
        engine.start(id);
      },
      recheck: ({ engine }, id) => engine.recheck(id),
      choose: ({ engine }, id) => engine.choose(id, [3], { sequential: true, endsFirst: true }),
      configure: ({ engine }) => engine.configure({ connections: 100 }),
      remove: ({ engine }, id) => engine.remove(id, true),
    };
    for (const [name, wish] of Object.entries(wishes)) {
      for (const atMs of [30, 1000, 20_000]) {
        const { swarm, leecher } = stage({ trackers: [['http://nowhere/announce']] });
        swarm.world.advance(atMs);
        leecher.losePlane(5000);
        swarm.world.advance(1000);
        wish(leecher, swarm.id);
        swarm.world.advance(30_000);
        if (name === 'remove') {
          expect(leecher.engine.ids, `${name} at ${atMs}`).toEqual([]);
          continue;
        }
        if (name === 'stop') {
          expect(kind(swarm, leecher), `${name} at ${atMs}`).toBe('stopped');
          leecher.engine.start(swarm.id);
        }
        swarm.finish(120_000);
      }
    }
  });

  it('takes the seeds with it, and they come back', () => {
    const swarm = createMemorySwarm({ seeders: 1, leechers: 1, shape: 'pieces1MiB' });
    swarm.world.internet.setAllLinks({ bytesPerSecond: 500_000 });
    swarm.world.advance(3000);
    swarm.seeders[0]?.losePlane(3000);
    swarm.finish(120_000);
  });
});

describe('a lost network', () => {
  it('is waited out, for a minute or for an hour', () => {
    for (const awayMs of [5000, 60_000, 3_600_000]) {
      const { swarm, leecher } = stage();
      swarm.world.advance(1000);
      swarm.world.internet.isolate(leecher.host);
      swarm.world.advance(awayMs);
      swarm.world.internet.heal();
      swarm.finish(Math.max(60_000, awayMs));
    }
  });

  it('with every connection reset again and again still ends well', () => {
    const swarm = createMemorySwarm({ seeders: 2, leechers: 2, shape: 'pieces1MiB' });
    swarm.world.internet.setAllLinks({ bytesPerSecond: 300_000 });
    for (let i = 0; i < 8; i += 1) {
      swarm.world.advance(3000);
      swarm.world.internet.resetAll();
    }
    swarm.finish(180_000);
  });
});

describe('a peer that answers late', () => {
  it('is still believed: its block counts, and nothing breaks', () => {
    const { swarm, leecher } = lonelyLeecher({ shape: 'wholePieces' });
    meet(swarm, 'late', honestSeed(swarm.torrent, { delayMs: 45_000 }));
    swarm.finish(3_600_000);
    expect(leecher.engine.view(swarm.id).wasted).toBeLessThan(swarm.torrent.content.length);
  });

  it('does not keep the others from finishing', () => {
    const { swarm } = lonelyLeecher({ shape: 'wholePieces' });
    meet(swarm, 'late', honestSeed(swarm.torrent, { delayMs: 45_000 }));
    swarm.world.advance(100);
    meet(swarm, 'seed', honestSeed(swarm.torrent));
    swarm.finish(30_000);
  });
});
