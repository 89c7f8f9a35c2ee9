import { encodeHave, encodeMetadataReject, encodeMetadataRequest, UT_METADATA } from '@jstorrent/protocol';
import { LIMITS } from '@jstorrent/engine';
import { describe, expect, it } from 'vitest';
import { claims, honestSeed, serves, servesMetadata, unchokes } from '../peers/behaviours.ts';
import { dialFakePeer, FAKE_EXTENSIONS, type PeerBehaviour } from '../peers/fake-peer.ts';
import { createMemorySwarm } from '../swarm.ts';
import type { FileShape } from '../torrents.ts';
import { hasBanned, lonelyLeecher, lonelySeeder, meet, PORT } from './meet.ts';

/** Metadata of several pieces (BEP 9). */
const FILES: FileShape[] = Array.from({ length: 900 }, (_, index) => ({
  path: ['a folder with a long name', `${index} and a long name of a file.bin`],
  length: 20,
}));
const MAGNET = { files: FILES, pieceLength: 16_384, magnet: true };

/** Wrong bytes of the right length. */
const lie = (metadata: Uint8Array): Uint8Array =>
  metadata.map((byte, at) => (at === 40_000 ? byte ^ 1 : byte));

const asksMetadata = (pieces: readonly number[]): PeerBehaviour => ({
  onExtended: (peer) => {
    for (const piece of pieces) peer.sendExtended(UT_METADATA, encodeMetadataRequest(piece));
  },
});

const rejectsMetadata = (size: number): PeerBehaviour => ({
  extended: { metadataSize: size },
  onMessage: (peer, message) => {
    if (message.type !== 'extended' || message.id !== FAKE_EXTENSIONS[UT_METADATA]) return;
    peer.sendExtended(UT_METADATA, encodeMetadataReject(0));
  },
});

describe('metadata', () => {
  it('comes from several peers at once', () => {
    const { swarm } = lonelyLeecher(MAGNET);
    const seeds = [0, 1, 2].map((index) => meet(swarm, `seed${index}`, honestSeed(swarm.torrent)));
    swarm.finish(10_000);
    const asked = seeds.map(({ peers }) => peers[0]?.got('extended').length ?? 0);
    expect(swarm.torrent.info.raw.length).toBeGreaterThan(3 * 16_384);
    for (const count of asked) expect(count).toBeGreaterThan(1);
  });

  it('shows how far it is', () => {
    const { swarm, leecher } = lonelyLeecher({ ...MAGNET, network: { bytesPerSecond: 20_000 } });
    meet(swarm, 'seed', honestSeed(swarm.torrent));
    const seen: number[] = [];
    const { engine } = leecher;
    swarm.world.settle(() => {
      const { metadata, hasMetadata } = engine.view(swarm.id);
      if (seen.at(-1) !== metadata.have) seen.push(metadata.have);
      return hasMetadata;
    });
    const parts = Math.ceil(swarm.torrent.info.raw.length / 16_384);
    expect(seen).toEqual(Array.from({ length: parts + 1 }, (_, have) => have));
    expect(engine.view(swarm.id).metadata).toEqual({ have: parts, parts });
  });

  it('comes within three round trips of the handshake', () => {
    const { swarm, leecher } = lonelyLeecher(MAGNET);
    meet(swarm, 'seed', honestSeed(swarm.torrent));
    swarm.world.settle(() => leecher.engine.view(swarm.id).hasMetadata, { maxMs: 250 });
  });

  it('comes although the first peer lies, who is banned', () => {
    const { swarm, leecher } = lonelyLeecher(MAGNET);
    meet(swarm, 'liar', [claims(swarm.torrent), servesMetadata(lie(swarm.torrent.info.raw))]);
    swarm.world.settle(() => hasBanned(swarm, leecher, 'liar'));
    meet(swarm, 'seed', honestSeed(swarm.torrent));
    swarm.finish(20_000);
    expect(hasBanned(swarm, leecher, 'seed')).toBe(false);
  });

  it('comes although liars and honest peers answer together, and no honest peer is banned', () => {
    for (let worldSeed = 1; worldSeed <= 8; worldSeed += 1) {
      const { swarm, leecher } = lonelyLeecher({ ...MAGNET, worldSeed });
      for (const name of ['liar0', 'liar1']) {
        meet(swarm, name, [claims(swarm.torrent), servesMetadata(lie(swarm.torrent.info.raw))]);
      }
      for (const name of ['seed0', 'seed1']) meet(swarm, name, honestSeed(swarm.torrent));
      swarm.finish(60_000);
      for (const name of ['seed0', 'seed1'])
        expect(hasBanned(swarm, leecher, name), `seed ${worldSeed}`).toBe(false);
    }
  });

  it('comes whatever sizes others claim', () => {
    const { swarm, leecher } = lonelyLeecher(MAGNET);
    const { raw } = swarm.torrent.info;
    const sizes = [0, 1, raw.length - 1, raw.length + 1, 30 * 2 ** 20, 2 ** 31, 2 ** 40];
    for (const [index, size] of sizes.entries()) {
      meet(swarm, `liar${index}`, [claims(swarm.torrent), servesMetadata(new Uint8Array(70_000), size)]);
    }
    swarm.world.advance(5000);
    meet(swarm, 'seed', honestSeed(swarm.torrent));
    swarm.finish(30_000);
    expect(hasBanned(swarm, leecher, 'seed')).toBe(false);
  });

  it('comes although more liars than sizes we follow came first', () => {
    const { swarm } = lonelyLeecher(MAGNET);
    for (let index = 0; index < 20; index += 1) {
      meet(swarm, `liar${index}`, [
        claims(swarm.torrent),
        servesMetadata(new Uint8Array(0), 100_000 + index),
      ]);
    }
    swarm.world.advance(5000);
    meet(swarm, 'seed', honestSeed(swarm.torrent));
    swarm.finish(120_000);
  });

  it('comes although some reject, are silent, or answer pieces that do not exist', () => {
    const { swarm } = lonelyLeecher(MAGNET);
    const { raw } = swarm.torrent.info;
    meet(swarm, 'rejects', [claims(swarm.torrent), rejectsMetadata(raw.length)]);
    meet(swarm, 'silent', [claims(swarm.torrent), { extended: { metadataSize: raw.length } }]);
    meet(swarm, 'seed', honestSeed(swarm.torrent));
    swarm.finish(20_000);
  });

  it('that comes late does not lose what peers said before it, or while the disk is looked at', () => {
    const { swarm } = lonelyLeecher({ ...MAGNET, hosts: { disk: { latencyMs: 3000 } } });
    const { torrent } = swarm;
    const tells: PeerBehaviour = {
      onHandshake: (peer) => {
        for (let piece = 0; piece < torrent.info.pieceCount; piece += 1) {
          peer.after(piece * 500, () => peer.send(encodeHave(piece)));
        }
      },
    };
    meet(swarm, 'seed', [tells, unchokes(), serves(torrent), servesMetadata(torrent.info.raw)]);
    swarm.finish(60_000);
  });

  it('is served to others, again and again, and every question is answered', () => {
    const { swarm, seeder } = lonelySeeder(MAGNET);
    swarm.world.addHost('asker');
    const { infoHash, info } = swarm.torrent;
    const behaviours = [asksMetadata([0, 1, 2, 3, 99])];
    const to = { host: seeder.address, port: PORT };
    const peer = dialFakePeer(swarm.world, 'asker', to, { infoHash, behaviours });
    swarm.world.advance(1000);
    expect(peer.extended?.metadataSize).toBe(info.raw.length);
    expect(peer.got('extended')).toHaveLength(1 + 5);
  });

  it('is served no faster than a limit, so that it amplifies no flood', () => {
    const { swarm, seeder } = lonelySeeder(MAGNET);
    swarm.world.addHost('asker');
    const asksOn: PeerBehaviour = {
      onExtended: (peer) => peer.every(10, () => peer.sendExtended(UT_METADATA, encodeMetadataRequest(0))),
    };
    const to = { host: seeder.address, port: PORT };
    const { infoHash } = swarm.torrent;
    const peer = dialFakePeer(swarm.world, 'asker', to, { infoHash, behaviours: [asksOn] });
    swarm.world.advance(20_000);
    const answers = peer.got('extended').slice(1);
    const data = answers.filter(({ payload }) => payload.length > 16_384);
    expect(peer.end).toBeNull();
    expect(answers.length).toBeGreaterThan(1900);
    expect(data.length).toBeGreaterThan(500);
    expect(data.length).toBeLessThan(LIMITS.metadataServedPerMinute + 10);
  });

  it('passes on: who got it from a magnet serves it too', () => {
    const swarm = createMemorySwarm({ seeders: 1, leechers: 2, ...MAGNET, strangers: true });
    const [first, second] = swarm.leechers;
    if (first === undefined || second === undefined) throw new Error('two leechers');
    const endpoint = (index: number): { host: string; port: number } => ({
      host: swarm.world.internet.addressOf(index === 0 ? 'seeder0' : first.host),
      port: PORT,
    });
    first.engine.addPeers(swarm.id, [endpoint(0)]);
    second.engine.addPeers(swarm.id, [endpoint(1)]);
    swarm.finish(60_000);
  });
});
