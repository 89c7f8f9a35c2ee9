import {
  encodeAllowedFast,
  encodeDontHave,
  encodeHave,
  encodeHaveAll,
  encodeReject,
  encodeRequest,
  encodeSuggest,
  LT_DONTHAVE,
} from '@jstorrent/protocol';
import { describe, expect, it } from 'vitest';
import { claims, honestSeed, serves, unchokes } from '../peers/behaviours.ts';
import { dialFakePeer, type FakePeer, type PeerBehaviour } from '../peers/fake-peer.ts';
import { lonelyLeecher, lonelySeeder, meet, piecesOf, PORT } from './meet.ts';

const says = (...messages: Uint8Array[]): PeerBehaviour => ({
  onHandshake: (peer) => {
    for (const message of messages) peer.send(message);
  },
});

describe('the fast extension', () => {
  it('asks for allowed pieces while choked, and for nothing else', () => {
    const { swarm, leecher } = lonelyLeecher({ shape: 'pieces16KiB' });
    const { torrent } = swarm;
    const fast = [3, 7, 11];
    const listener = meet(swarm, 'seed', [
      claims(torrent),
      says(...fast.map((piece) => encodeAllowedFast(piece))),
      serves(torrent),
    ]);
    swarm.world.advance(10_000);
    const asked = listener.peers[0]?.got('request').map(({ piece }) => piece);
    expect(new Set(asked)).toEqual(new Set(fast));
    expect(new Set(piecesOf(leecher))).toEqual(new Set(fast));
  });

  it('begins with suggested pieces', () => {
    const { swarm, leecher } = lonelyLeecher({ shape: 'pieces16KiB' });
    const { torrent } = swarm;
    meet(swarm, 'seed', [
      claims(torrent),
      says(encodeSuggest(20), encodeSuggest(30)),
      unchokes(),
      serves(torrent, { bytesPerSecond: 100_000 }),
    ]);
    swarm.world.settle(() => piecesOf(leecher).length >= 2);
    expect(new Set(piecesOf(leecher).slice(0, 2))).toEqual(new Set([20, 30]));
  });

  it('asks others for what one rejects', () => {
    const { swarm } = lonelyLeecher({ shape: 'pieces16KiB' });
    const { torrent } = swarm;
    meet(swarm, 'rejects', [
      claims(torrent),
      unchokes(),
      { onMessage: (peer, message) => message.type === 'request' && peer.send(encodeReject(message)) },
    ]);
    swarm.world.advance(1000);
    meet(swarm, 'seed', honestSeed(torrent));
    swarm.finish(30_000);
  });

  it('takes peers that have nothing, and what they get later', () => {
    const { swarm } = lonelyLeecher({ shape: 'pieces16KiB' });
    const { torrent } = swarm;
    const listener = meet(swarm, 'newcomer', [claims(torrent, []), unchokes(), serves(torrent)]);
    swarm.world.advance(2000);
    const [peer] = listener.peers;
    expect(peer?.got('interested')).toHaveLength(0);
    for (let piece = 0; piece < torrent.info.pieceCount; piece += 1) peer?.send(encodeHave(piece));
    swarm.finish(10_000);
    expect(peer?.got('interested')).toHaveLength(1);
    expect(peer?.got('have').length).toBe(0);
  });

  it('works without it: choked requests are asked again after the next unchoke', () => {
    const { swarm } = lonelyLeecher({ shape: 'wholePieces' });
    const { torrent } = swarm;
    let ignored = 0;
    const forgetful: PeerBehaviour = {
      onMessage: (peer, message) => {
        if (message.type !== 'request' || ignored > 0) return;
        ignored += 1;
        peer.send(Uint8Array.of(0, 0, 0, 1, 0));
        peer.after(1000, () => peer.send(Uint8Array.of(0, 0, 0, 1, 1)));
      },
    };
    const answers = serves(torrent, {
      alter: (data, _, peer) => (peer.world.clock.now() < 800 ? null : data),
    });
    meet(swarm, 'old', [claims(torrent), unchokes(), forgetful, answers], { flags: { fast: false } });
    swarm.finish(10_000);
    expect(ignored).toBe(1);
  });

  it('grants a choked newcomer pieces to begin with, and serves exactly those', () => {
    const { swarm, seeder } = lonelySeeder({ shape: 'pieces16KiB' });
    const { peer } = newcomer(swarm, seeder.address);
    swarm.world.settle(() => peer.got('allowedFast').length > 0);
    const granted = peer.got('allowedFast').map(({ piece }) => piece);
    expect(granted).toHaveLength(10);
    const refused =
      Array.from({ length: 40 }, (_, piece) => piece).find((piece) => !granted.includes(piece)) ?? 0;
    for (const piece of [granted[0] ?? 0, refused])
      peer.send(encodeRequest({ piece, offset: 0, length: 16_384 }));
    swarm.world.advance(1000);
    expect(peer.got('piece').map(({ piece }) => piece)).toEqual([granted[0]]);
    expect(peer.got('reject').map(({ piece }) => piece)).toEqual([refused]);
  });
});

describe('lt_donthave', () => {
  it('is believed: a lost piece comes from elsewhere', () => {
    const { swarm, leecher } = lonelyLeecher({ shape: 'pieces16KiB' });
    const { torrent } = swarm;
    const loses: PeerBehaviour = {
      onExtended: (peer) => {
        for (let piece = 0; piece < 20; piece += 1) peer.sendExtended(LT_DONTHAVE, encodeDontHave(piece));
      },
    };
    const listener = meet(swarm, 'loser', [says(encodeHaveAll()), loses, unchokes(500), serves(torrent)]);
    swarm.world.advance(20_000);
    expect(piecesOf(leecher).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => 20 + i));
    const asked = listener.peers[0]?.got('request').every(({ piece }) => piece >= 20);
    expect(asked).toBe(true);
    meet(swarm, 'seed', honestSeed(torrent));
    swarm.finish(30_000);
  });
});

/** A peer that wants pieces of a client and never says that it is interested. */
function newcomer(
  swarm: ReturnType<typeof lonelySeeder>['swarm'],
  host: string,
): { readonly peer: FakePeer } {
  swarm.world.addHost('newcomer');
  const behaviours = [claims(swarm.torrent, [])];
  const { infoHash } = swarm.torrent;
  return { peer: dialFakePeer(swarm.world, 'newcomer', { host, port: PORT }, { infoHash, behaviours }) };
}
