import { describe, expect, it } from 'vitest';
import { corruptSeed, flapsChoke } from '../peers/abuse.ts';
import { claims, honestSeed, serves, unchokes } from '../peers/behaviours.ts';
import { dialFakePeer, type FakePeer } from '../peers/fake-peer.ts';
import { hasBanned, lonelyLeecher, meet, PORT } from './meet.ts';
import { SHAPE, VILLAINS } from './villains.ts';

const KIB = 1024;

describe('liars', () => {
  it('are banned at once when they sent a whole piece', () => {
    const { swarm, leecher } = lonelyLeecher(SHAPE);
    meet(swarm, 'liar', corruptSeed(swarm.torrent));
    swarm.world.settle(() => hasBanned(swarm, leecher, 'liar'), { maxMs: 20_000 });
    expect(leecher.engine.view(swarm.id).wasted).toBeLessThanOrEqual(swarm.torrent.content.length);
    swarm.world.advance(3_600_000);
    expect(swarm.world.internet.stats(leecher.host).dialled).toBe(1);
  });

  it('are found among those who share pieces with them, and no honest peer is banned', () => {
    for (let worldSeed = 1; worldSeed <= 12; worldSeed += 1) {
      const { swarm, leecher } = lonelyLeecher({
        files: [{ path: [], length: 4096 * KIB }],
        pieceLength: 512 * KIB,
        worldSeed,
      });
      const pace = { bytesPerSecond: 60_000 };
      const lie = corruptSeed(swarm.torrent, ({ offset }) => (offset / (16 * KIB)) % 4 === 0);
      meet(swarm, 'liar', lie);
      for (const name of ['honest0', 'honest1', 'honest2'])
        meet(swarm, name, honestSeed(swarm.torrent, pace));
      swarm.finish(600_000);
      expect(hasBanned(swarm, leecher, 'liar'), `seed ${worldSeed}`).toBe(true);
      for (const name of ['honest0', 'honest1', 'honest2']) {
        expect(hasBanned(swarm, leecher, name), `seed ${worldSeed}`).toBe(false);
      }
      expect(leecher.engine.view(swarm.id).wasted, `seed ${worldSeed}`).toBeLessThan(4096 * KIB);
    }
  });

  it('are found although there is one piece only, which others who give nothing begin', () => {
    for (let worldSeed = 1; worldSeed <= 4; worldSeed += 1) {
      const { swarm, leecher } = lonelyLeecher({
        files: [{ path: [], length: 1024 * KIB }],
        pieceLength: 1024 * KIB,
        worldSeed,
        network: { latencyMs: 300, bytesPerSecond: 200_000 },
      });
      const chokes = VILLAINS['23 chokes whenever it is asked'] ?? (() => []);
      for (const name of ['idle0', 'idle1']) meet(swarm, name, chokes(swarm.torrent));
      swarm.world.advance(1000);
      meet(
        swarm,
        'liar',
        corruptSeed(swarm.torrent, ({ offset }) => (offset / (16 * KIB)) % 5 === 0),
      );
      meet(swarm, 'honest', honestSeed(swarm.torrent));
      swarm.finish(600_000);
      expect(hasBanned(swarm, leecher, 'honest'), `seed ${worldSeed}`).toBe(false);
      expect(leecher.engine.view(swarm.id).wasted, `seed ${worldSeed}`).toBeLessThan(6 * 1024 * KIB);
    }
  });

  it('are let go with blocks on their way, which are neither lost nor fetched again and again', () => {
    for (let worldSeed = 1; worldSeed <= 6; worldSeed += 1) {
      const { swarm, leecher } = lonelyLeecher({
        files: [{ path: [], length: 2048 * KIB }],
        pieceLength: 512 * KIB,
        worldSeed,
        network: { latencyMs: 300, bytesPerSecond: 100_000 },
      });
      meet(swarm, 'liar', corruptSeed(swarm.torrent));
      swarm.world.advance(4000 + 500 * worldSeed);
      // What happens in these seconds comes to the engine in one turn.
      leecher.suspend(4000);
      swarm.world.settle(() => hasBanned(swarm, leecher, 'liar'), { maxMs: 60_000 });
      const late = leecher.engine.view(swarm.id).wasted;
      meet(swarm, 'honest', honestSeed(swarm.torrent));
      swarm.finish(600_000);
      expect(leecher.engine.view(swarm.id).wasted - late, `seed ${worldSeed}`).toBeLessThan(1100 * KIB);
    }
  });

  it('are not suspected when our own disk spoils what was spilled to it', () => {
    for (let worldSeed = 1; worldSeed <= 6; worldSeed += 1) {
      const { swarm, leecher } = lonelyLeecher({
        files: [{ path: [], length: 3000 * KIB }],
        pieceLength: 1024 * KIB,
        worldSeed,
        hosts: { disk: { arenaBytes: 256 * KIB } },
      });
      for (const name of ['honest0', 'honest1']) {
        meet(swarm, name, honestSeed(swarm.torrent, { bytesPerSecond: 200_000 }));
      }
      swarm.world.advance(3000 + 300 * worldSeed);
      const disk = swarm.world.disk(leecher.host);
      for (const path of disk.volume('downloads').paths()) {
        if (disk.readFile('downloads', path).length > 0) disk.rot('downloads', path, 20);
      }
      swarm.world.settle(() => swarm.isSeeding(leecher), { maxMs: 600_000 });
      for (const name of ['honest0', 'honest1']) {
        expect(hasBanned(swarm, leecher, name), `seed ${worldSeed}`).toBe(false);
      }
    }
  });

  it('and peers that stall do not keep the last block from a suspect that is honest', () => {
    for (let worldSeed = 1; worldSeed <= 4; worldSeed += 1) {
      const { swarm } = lonelyLeecher({ shape: 'onePiece', worldSeed });
      const { torrent } = swarm;
      const lies = serves(torrent, { bytesPerSecond: 20_000, alter: (data) => data.fill(1, 0, 9) });
      meet(swarm, 'staller', [claims(torrent), flapsChoke(150)]);
      meet(swarm, 'liar', [claims(torrent), unchokes(), lies]);
      meet(swarm, 'seed', honestSeed(torrent, { delayMs: 20, bytesPerSecond: 20_000 }));
      swarm.finish(300_000);
    }
  });

  it('that come to us from ever new ports are kept out after a few lies', () => {
    const { swarm, leecher } = lonelyLeecher({
      files: [{ path: [], length: 4096 * KIB }],
      pieceLength: 16 * KIB,
    });
    swarm.world.addHost('liar');
    const { infoHash } = swarm.torrent;
    const to = { host: leecher.address, port: PORT };
    const peers: FakePeer[] = [];
    for (let i = 0; i < 30; i += 1) {
      peers.push(dialFakePeer(swarm.world, 'liar', to, { infoHash, behaviours: corruptSeed(swarm.torrent) }));
      swarm.world.advance(2000);
    }
    const heard = peers.filter(({ handshake }) => handshake !== null);
    expect(heard.length).toBeLessThanOrEqual(4);
    expect(leecher.engine.view(swarm.id).wasted).toBeLessThan(1024 * KIB);
    expect(leecher.engine.view(swarm.id).knownAddresses).toBeLessThan(5);
  });

  it('in a crowd of nineteen are banned one by one, at the price of a few copies of the torrent', () => {
    for (let worldSeed = 1; worldSeed <= 4; worldSeed += 1) {
      const { swarm, leecher } = lonelyLeecher({ ...SHAPE, worldSeed });
      for (let index = 0; index < 19; index += 1) {
        meet(
          swarm,
          `liar${index}`,
          corruptSeed(swarm.torrent, ({ offset }) => offset % (32 * KIB) === 0),
        );
      }
      meet(swarm, 'seed', honestSeed(swarm.torrent));
      swarm.finish(600_000);
      expect(hasBanned(swarm, leecher, 'seed'), `seed ${worldSeed}`).toBe(false);
      const banned = leecher.events.filter(({ type }) => type === 'peerBanned').length;
      expect(banned, `seed ${worldSeed}`).toBeGreaterThan(3);
      expect(leecher.engine.view(swarm.id).wasted).toBeLessThan(5 * swarm.torrent.content.length);
    }
  });
});
