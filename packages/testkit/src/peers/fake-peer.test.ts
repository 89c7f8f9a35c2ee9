import { beforeEach, describe, expect, it } from 'vitest';
import { encodeInterested, encodeRequest } from '@jstorrent/protocol';
import { makeTorrent } from '../torrents.ts';
import { World } from '../world.ts';
import { claimsAllRejectsAll, corruptSeed, dripSeed } from './abuse.ts';
import { downloads, honestSeed } from './behaviours.ts';
import { type FakePeer, type PeerBehaviour, dialFakePeer, listenFakePeer } from './fake-peer.ts';

const torrent = makeTorrent({ shape: 'filesSharingPieces' });

describe('fake peers', () => {
  let world: World;
  beforeEach(() => {
    world = new World('fake peers');
    world.addHost('seed');
    world.addHost('leech');
  });

  const join = (behaviours: readonly PeerBehaviour[], own: readonly PeerBehaviour[]): FakePeer => {
    listenFakePeer(world, 'seed', 6881, { infoHash: torrent.infoHash, behaviours });
    const to = { host: world.internet.addressOf('seed'), port: 6881 };
    return dialFakePeer(world, 'leech', to, { infoHash: torrent.infoHash, behaviours: own });
  };

  it('exchange a whole torrent', () => {
    const downloader = downloads(torrent);
    const peer = join(honestSeed(torrent), [downloader]);
    world.settle(() => downloader.receivedBytes() === torrent.content.length);
    expect(Buffer.compare(downloader.content, torrent.content)).toBe(0);
    expect(peer.handshake?.infoHash).toEqual(torrent.infoHash);
    expect(peer.extended?.metadataSize).toBe(torrent.info.raw.length);
    expect(peer.got('haveAll')).toHaveLength(1);
  });

  it('corrupt exactly the blocks they are told to', () => {
    const downloader = downloads(torrent);
    join(
      corruptSeed(torrent, ({ piece, offset }) => piece === 1 && offset === 16_384),
      [downloader],
    );
    world.settle(() => downloader.receivedBytes() === torrent.content.length);
    const wrong = downloader.content.findIndex((byte, at) => byte !== torrent.content[at]);
    expect(wrong).toBeGreaterThanOrEqual(65_536 + 16_384);
    expect(wrong).toBeLessThan(65_536 + 32_768);
    expect(downloader.content.filter((byte, at) => byte !== torrent.content[at])).toHaveLength(1);
  });

  it('reject, and drip', () => {
    const rejected = join(claimsAllRejectsAll(torrent), [downloads(torrent, 3)]);
    world.settle(() => rejected.got('reject').length === 3);
    rejected.close();
    world.internet.addHost('drip');
    listenFakePeer(world, 'drip', 1, { infoHash: torrent.infoHash, behaviours: dripSeed(torrent) });
    const to = { host: world.internet.addressOf('drip', 6), port: 1 };
    const slow = dialFakePeer(world, 'leech', to, { infoHash: torrent.infoHash, behaviours: [] });
    world.settle(() => slow.got('haveAll').length === 1);
    slow.send(encodeInterested());
    slow.send(encodeRequest({ piece: 0, offset: 0, length: 87 }));
    const startMs = world.clock.now();
    world.settle(() => slow.got('piece').length === 1);
    expect(world.clock.now() - startMs).toBeGreaterThan(98_000);
  });

  it('notice an end, and stop their timers then', () => {
    const peer = join(honestSeed(torrent), []);
    world.settle(() => peer.handshake !== null);
    let ticks = 0;
    peer.every(100, () => ticks++);
    world.internet.resetAll();
    world.advance(1000);
    expect([peer.end, ticks]).toEqual(['RESET', 0]);
  });

  it('call the protocol broken when the other side does not speak it', () => {
    const nonsense = join([{ onHandshake: (peer) => peer.send(Uint8Array.of(0, 0, 0, 2, 0, 0)) }], []);
    world.settle(() => nonsense.end !== null);
    expect(nonsense.end).toBe('BROKEN');
  });
});
