import { encodeKeepAlive } from '@jstorrent/protocol';
import { DEFAULT_SETTINGS, LIMITS } from '@jstorrent/engine';
import { describe, expect, it } from 'vitest';
import { claims, honestSeed } from '../peers/behaviours.ts';
import { dialFakePeer, type FakePeer, type PeerBehaviour } from '../peers/fake-peer.ts';
import { createMemorySwarm } from '../swarm.ts';
import { lonelyLeecher, lonelySeeder, meet, piecesOf, PORT } from './meet.ts';

const HOUR_MS = 3_600_000;
/** Says something every minute, so that nobody thinks it dead. */
const staysAlive: PeerBehaviour = {
  onHandshake: (peer) => peer.every(60_000, () => peer.send(encodeKeepAlive())),
};

/** Connections from one host to a client. */
function dialMany(
  swarm: ReturnType<typeof lonelySeeder>['swarm'],
  to: string,
  from: string,
  count: number,
): FakePeer[] {
  const { infoHash } = swarm.torrent;
  return Array.from({ length: count }, () =>
    dialFakePeer(swarm.world, from, { host: to, port: PORT }, { infoHash, behaviours: [staysAlive] }),
  );
}

describe('connections', () => {
  it('stay below the limit of a torrent, and of all torrents together', () => {
    for (const settings of [{ connectionsPerTorrent: 7 }, { connections: 7 }]) {
      const { swarm, leecher } = lonelyLeecher({ client: { settings } });
      for (let index = 0; index < 30; index += 1) meet(swarm, `peer${index}`, [staysAlive]);
      for (let second = 0; second < 60; second += 1) {
        swarm.world.advance(1000);
        expect(swarm.world.internet.stats(leecher.host).openNow).toBeLessThanOrEqual(7);
        if (second === 20) expect(leecher.engine.view(swarm.id).peers).toBe(7);
      }
    }
  });

  it('that come in count too', () => {
    const { swarm, seeder } = lonelySeeder({ client: { settings: { connectionsPerTorrent: 5 } } });
    for (let index = 0; index < 20; index += 1) {
      swarm.world.addHost(`peer${index}`);
      dialMany(swarm, seeder.address, `peer${index}`, 1);
    }
    swarm.world.advance(5000);
    expect(seeder.engine.view(swarm.id).peers).toBe(5);
    expect(swarm.world.internet.stats(seeder.host).openNow).toBe(5);
  });

  it('are not made to more silent addresses at once than a limit, nor faster', () => {
    const { swarm, leecher } = lonelyLeecher();
    const { internet } = swarm.world;
    for (let index = 0; index < 200; index += 1) {
      swarm.world.addHost(`silent${index}`, { net: { swallowsConnections: true } });
    }
    const hosts = Array.from({ length: 200 }, (_, index) => internet.addressOf(`silent${index}`));
    leecher.engine.addPeers(
      swarm.id,
      hosts.map((host) => ({ host, port: PORT })),
    );
    swarm.world.advance(1000);
    expect(internet.stats(leecher.host).dialled).toBeLessThanOrEqual(
      LIMITS.dialBurst + DEFAULT_SETTINGS.dialsPerSecond,
    );
    swarm.world.advance(20_000);
    expect(internet.stats(leecher.host).openMax).toBeLessThanOrEqual(DEFAULT_SETTINGS.halfOpen);
  });

  it('from one address are few, so that a flood of a thousand keeps nobody else out', () => {
    const { swarm, seeder } = lonelySeeder();
    const { world } = swarm;
    world.addHost('flooder');
    const flood = dialMany(swarm, seeder.address, 'flooder', 1000);
    world.advance(5000);
    expect(world.internet.stats(seeder.host).openNow).toBeLessThanOrEqual(LIMITS.connectionsPerHost);
    world.addHost('friend');
    const [friend] = dialMany(swarm, seeder.address, 'friend', 1);
    world.advance(1000);
    expect(friend?.handshake).not.toBeNull();
    expect(flood.filter(({ end }) => end === null).length).toBeLessThanOrEqual(LIMITS.connectionsPerHost);
    expect(seeder.engine.view(swarm.id).knownAddresses).toBeLessThan(100);
  });

  it('that say nothing, or nothing more, leave room for others as long as they come from few addresses', () => {
    for (const greeting of [null, undefined] as const) {
      const { swarm, seeder } = lonelySeeder();
      const { world } = swarm;
      const { infoHash } = swarm.torrent;
      const to = { host: seeder.address, port: PORT };
      const handshake = greeting === null ? { handshake: null } : {};
      for (let host = 0; host < 8; host += 1) {
        world.addHost(`flooder${host}`);
        for (let index = 0; index < 50; index += 1) {
          const options = { infoHash, behaviours: [staysAlive], ...handshake };
          dialFakePeer(world, `flooder${host}`, to, options);
        }
        world.advance(500);
      }
      const most = greeting === null ? LIMITS.pendingIncoming : seeder.engine.settings.connectionsPerTorrent;
      expect(world.internet.stats(seeder.host).openNow).toBe(most);
      for (const name of ['friend', 'another']) {
        world.addHost(name);
        const [friend] = dialMany(swarm, seeder.address, name, 1);
        world.advance(5000);
        expect([friend?.handshake === null, friend?.end]).toEqual([false, null]);
      }
    }
  });

  it('that say nothing after they came are closed', () => {
    const { swarm, seeder } = lonelySeeder();
    swarm.world.addHost('mute');
    const { infoHash } = swarm.torrent;
    const to = { host: seeder.address, port: PORT };
    const options = { infoHash, behaviours: [] };
    const mute = dialFakePeer(swarm.world, 'mute', to, { ...options, handshake: null });
    const halfway = dialFakePeer(swarm.world, 'mute', to, { ...options, handshake: Uint8Array.of(19, 66) });
    const other = dialFakePeer(swarm.world, 'mute', to, {
      ...options,
      handshake: new Uint8Array(68).fill(7),
    });
    swarm.world.advance(1000);
    expect([mute.end, halfway.end, other.end === null]).toEqual([null, null, false]);
    swarm.world.advance(LIMITS.handshakeTimeoutMs);
    expect([mute.end === null, halfway.end === null]).toEqual([false, false]);
    expect(swarm.world.internet.stats(seeder.host).openNow).toBe(0);
  });

  it('to somebody else’s torrent are closed', () => {
    const { swarm, seeder } = lonelySeeder();
    swarm.world.addHost('stranger');
    const options = { infoHash: new Uint8Array(20).fill(3), behaviours: [] };
    const stranger = dialFakePeer(swarm.world, 'stranger', { host: seeder.address, port: PORT }, options);
    swarm.world.advance(1000);
    expect(stranger.end).not.toBeNull();
    expect(stranger.handshake).toBeNull();
  });

  it('from the same peer id are one', () => {
    const { swarm, seeder } = lonelySeeder();
    const peerId = new Uint8Array(20).fill(65);
    const peers = ['one', 'two', 'three'].map((name) => {
      swarm.world.addHost(name);
      const { infoHash } = swarm.torrent;
      const to = { host: seeder.address, port: PORT };
      return dialFakePeer(swarm.world, name, to, { infoHash, peerId, behaviours: [staysAlive] });
    });
    swarm.world.advance(60_000);
    expect(peers.filter(({ end }) => end === null)).toHaveLength(1);
    expect(seeder.engine.view(swarm.id).peers).toBe(1);
  });

  it('to ourselves are noticed and not made again', () => {
    const { swarm, leecher } = lonelyLeecher();
    leecher.engine.addPeers(swarm.id, [{ host: leecher.address, port: PORT }]);
    swarm.world.advance(HOUR_MS);
    expect(leecher.engine.view(swarm.id).peers).toBe(0);
    expect(swarm.world.internet.stats(leecher.host).dialled).toBe(1);
    expect(leecher.engine.view(swarm.id).knownAddresses).toBe(1);
  });

  it('live through an hour without anything to say', () => {
    const swarm = createMemorySwarm({ seeders: 0, leechers: 2 });
    swarm.world.advance(HOUR_MS);
    const dropped = swarm.leechers.flatMap(({ events }) =>
      events.filter(({ type }) => type === 'peerDropped'),
    );
    expect(dropped.length).toBeLessThanOrEqual(2);
    for (const { engine } of swarm.leechers) expect(engine.view(swarm.id).peers).toBe(1);
    const bytes = swarm.world.internet.stats('leecher0').bytesSent;
    expect(bytes).toBeLessThan(2000);
  });

  it('to silent peers end after two minutes, and are not made again at once', () => {
    const { swarm, leecher } = lonelyLeecher();
    const listener = meet(swarm, 'silent', [claims(swarm.torrent, [])]);
    swarm.world.advance(LIMITS.inactivityMs - 1000);
    expect(leecher.engine.view(swarm.id).peers).toBe(1);
    swarm.world.advance(2000);
    expect(leecher.engine.view(swarm.id).peers).toBe(0);
    expect(leecher.events).toContainEqual(expect.objectContaining({ type: 'peerDropped', code: 'INACTIVE' }));
    swarm.world.advance(5000);
    expect(listener.peers).toHaveLength(1);
  });

  it('turn over at the limit: who gives nothing makes room for who gives', () => {
    const { swarm, leecher } = lonelyLeecher({ client: { settings: { connectionsPerTorrent: 4 } } });
    for (let index = 0; index < 4; index += 1)
      meet(swarm, `idle${index}`, [claims(swarm.torrent), staysAlive]);
    swarm.world.advance(5000);
    expect(leecher.engine.view(swarm.id).peers).toBe(4);
    meet(swarm, 'seed', honestSeed(swarm.torrent));
    swarm.finish(120_000);
  });

  it('are made now and then with who comes while the table is full', () => {
    const { swarm, seeder } = lonelySeeder({ client: { settings: { connectionsPerTorrent: 4 } } });
    const { infoHash } = swarm.torrent;
    const to = { host: seeder.address, port: PORT };
    const join = (host: string): FakePeer => {
      swarm.world.addHost(host);
      return dialFakePeer(swarm.world, host, to, { infoHash, behaviours: [staysAlive] });
    };
    const idle = ['a', 'b', 'c', 'd'].map(join);
    swarm.world.advance(5000);
    const early = join('early');
    swarm.world.advance(LIMITS.turnoverGraceMs);
    expect([...idle, early].map(({ end }) => end === null)).toEqual([true, true, true, true, false]);
    const late = ['e', 'f'].map(join);
    swarm.world.advance(5000);
    expect(late.map(({ end }) => end === null)).toEqual([true, false]);
    expect(seeder.engine.view(swarm.id).peers).toBe(4);
  });

  it('that give are kept at the limit', () => {
    const { swarm, leecher } = lonelyLeecher({
      shape: 'pieces1MiB',
      client: { settings: { connectionsPerTorrent: 3 } },
    });
    for (let index = 0; index < 3; index += 1) {
      meet(swarm, `seed${index}`, honestSeed(swarm.torrent, { bytesPerSecond: 10_000 }));
    }
    swarm.world.settle(() => leecher.engine.view(swarm.id).peers === 3);
    meet(swarm, 'candidate', honestSeed(swarm.torrent));
    swarm.finish();
    const replaced = leecher.events.filter(
      (event) => event.type === 'peerDropped' && event.code === 'REPLACED',
    );
    expect(replaced).toEqual([]);
  });

  it('that are refused are tried again later and later, and given up', () => {
    const { swarm, leecher } = lonelyLeecher();
    swarm.world.addHost('closed');
    const host = swarm.world.internet.addressOf('closed');
    leecher.engine.addPeers(swarm.id, [{ host, port: PORT }]);
    const dialled = (): number => swarm.world.internet.stats(leecher.host).dialled;
    swarm.world.advance(1000);
    expect(dialled()).toBe(1);
    swarm.world.advance(20_000);
    expect(dialled()).toBe(2);
    swarm.world.advance(10 * HOUR_MS);
    expect(dialled()).toBeLessThan(20);
  });

  it('to other seeds end when the download is complete', () => {
    const { swarm, leecher } = lonelyLeecher();
    meet(swarm, 'seed', honestSeed(swarm.torrent));
    meet(swarm, 'leech', [claims(swarm.torrent, []), staysAlive]);
    swarm.finish();
    swarm.world.advance(1000);
    expect(leecher.engine.peers(swarm.id).map(({ host }) => host)).toEqual([
      swarm.world.internet.addressOf('leech'),
    ]);
    expect(piecesOf(leecher)).toHaveLength(swarm.torrent.info.pieceCount);
  });
});
