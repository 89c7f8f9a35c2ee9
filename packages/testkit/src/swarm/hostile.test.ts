import { encodeBitfield, encodeInterested, encodeRequest } from '@jstorrent/protocol';
import { describe, expect, it } from 'vitest';
import type { Client } from '../client.ts';
import { downloads, honestSeed, serves, unchokes } from '../peers/behaviours.ts';
import { floodsRequests } from '../peers/abuse.ts';
import { dialFakePeer, type FakePeer, type PeerBehaviour } from '../peers/fake-peer.ts';
import { createMemorySwarm, type MemorySwarm } from '../swarm.ts';
import { bytesTo, hasBanned, lonelyLeecher, lonelySeeder, meet, PORT } from './meet.ts';
import { says, SHAPE, VILLAINS, type Villain } from './villains.ts';

const KIB = 1024;

/** What an engine and its plane keep of others stays small. */
function expectBounded(swarm: MemorySwarm, client: Client): void {
  const view = client.engine.view(swarm.id);
  expect(view.peers).toBeLessThanOrEqual(client.engine.settings.connectionsPerTorrent);
  expect(view.knownAddresses).toBeLessThan(200);
  for (const peer of client.engine.peers(swarm.id)) {
    expect(peer.outstanding).toBeLessThanOrEqual(2000);
    expect(peer.client.length).toBeLessThanOrEqual(64);
  }
}

describe('one hostile peer beside one honest seed', () => {
  for (const [name, villain] of Object.entries(VILLAINS)) {
    it(`${name}: the download completes, and the seed is not banned`, () => {
      for (const magnet of [false, true]) {
        const { swarm, leecher } = lonelyLeecher({ ...SHAPE, magnet, worldSeed: name });
        meet(swarm, 'villain', villain(swarm.torrent));
        swarm.world.advance(1500);
        meet(swarm, 'seed', honestSeed(swarm.torrent, { bytesPerSecond: 400_000 }));
        swarm.finish(120_000);
        expect(hasBanned(swarm, leecher, 'seed')).toBe(false);
        expectBounded(swarm, leecher);
        swarm.world.advance(10_000);
        expectBounded(swarm, leecher);
        // At most the torrent once more, beside what was forced on us before the connection was closed.
        expect(leecher.engine.view(swarm.id).wasted).toBeLessThan(17 * 1024 * KIB);
      }
    });
  }
});

describe('crowds', () => {
  it('of nineteen hostile peers do not keep one honest seed from helping', () => {
    const makers = Object.values(VILLAINS);
    for (let worldSeed = 1; worldSeed <= 6; worldSeed += 1) {
      const { swarm, leecher } = lonelyLeecher({ ...SHAPE, worldSeed, magnet: worldSeed % 2 === 0 });
      for (let index = 0; index < 19; index += 1) {
        const make = makers[(worldSeed * 19 + index) % makers.length] as Villain;
        meet(swarm, `villain${index}`, make(swarm.torrent));
      }
      meet(swarm, 'seed', honestSeed(swarm.torrent));
      swarm.finish(300_000);
      expect(hasBanned(swarm, leecher, 'seed'), `seed ${worldSeed}`).toBe(false);
      expectBounded(swarm, leecher);
      expect(bytesTo(swarm, leecher), `seed ${worldSeed}`).toBeLessThan(100 * 1024 * KIB);
    }
  });

  it('around a seed do not keep honest leechers from being served', () => {
    const swarm = createMemorySwarm({ seeders: 1, leechers: 2, ...SHAPE, worldSeed: 'crowd' });
    const [seeder] = swarm.seeders;
    const { infoHash } = swarm.torrent;
    for (const [index, make] of Object.values(VILLAINS).entries()) {
      swarm.world.addHost(`villain${index}`);
      const to = { host: seeder?.address ?? '', port: PORT };
      dialFakePeer(swarm.world, `villain${index}`, to, { infoHash, behaviours: make(swarm.torrent) });
    }
    swarm.finish(120_000);
    expect(swarm.isSeeding(seeder as Client)).toBe(true);
  });
});

describe('a seed', () => {
  it('drops who asks for nonsense or without end, and keeps who asks too much within a limit', () => {
    const { swarm, seeder } = lonelySeeder(SHAPE);
    const { infoHash } = swarm.torrent;
    const to = { host: seeder.address, port: PORT };
    const join = (name: string, behaviours: readonly PeerBehaviour[]): FakePeer => {
      swarm.world.addHost(name);
      return dialFakePeer(swarm.world, name, to, { infoHash, behaviours });
    };
    const nonsense = Object.entries(VILLAINS).filter(([name]) => name.startsWith('21'));
    const dropped = nonsense.map(([name, make]) => join(name, make(swarm.torrent)));
    const greedy = join('greedy', [
      says(encodeInterested()),
      floodsRequests({ piece: 0, offset: 0, length: 16 * KIB }, 5000),
    ]);
    swarm.world.advance(5000);
    for (const peer of dropped) expect(peer.end).not.toBeNull();
    expect(greedy.end).toBeNull();
    expect(greedy.got('piece').length + greedy.got('reject').length).toBe(5000);
    expect(swarm.world.internet.stats(seeder.host).bytesSent).toBeLessThan(2500 * 16.5 * KIB);
  });

  it('serves the others while one asks and never reads', () => {
    const { swarm, seeder } = lonelySeeder({ shape: 'pieces1MiB' });
    const { infoHash, content } = swarm.torrent;
    const to = { host: seeder.address, port: PORT };
    for (const name of ['stuck', 'reader']) swarm.world.addHost(name);
    const stuck: PeerBehaviour = {
      onMessage: (peer, message) => {
        if (message.type !== 'unchoke') return;
        peer.pause();
        for (let i = 0; i < 500; i += 1) peer.send(encodeRequest({ piece: 0, offset: 0, length: 16_384 }));
      },
    };
    dialFakePeer(swarm.world, 'stuck', to, { infoHash, behaviours: [says(encodeInterested()), stuck] });
    swarm.world.advance(2000);
    expect(swarm.world.internet.stats(seeder.host).bytesSent).toBeLessThan(2 * 1024 * KIB);
    const reader = downloads(swarm.torrent);
    dialFakePeer(swarm.world, 'reader', to, { infoHash, behaviours: [reader] });
    swarm.world.settle(() => reader.receivedBytes() === content.length, { maxMs: 10_000 });
  });
});

describe('peers that serve only some of what they claim', () => {
  it('do not hold up what the others have', () => {
    const { swarm } = lonelyLeecher(SHAPE);
    const half = serves(swarm.torrent, { alter: (data, { piece }) => (piece < 5 ? data : null) });
    meet(swarm, 'half', [says(encodeBitfield(Uint8Array.of(0xff, 0xc0))), unchokes(), half]);
    swarm.world.advance(1000);
    meet(swarm, 'seed', honestSeed(swarm.torrent, { bytesPerSecond: 100_000 }));
    swarm.finish(60_000);
  });
});
