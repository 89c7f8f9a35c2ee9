import { encodeCancel, encodeInterested, encodeNotInterested, encodeRequest } from '@jstorrent/protocol';
import { LIMITS } from '@jstorrent/engine';
import { describe, expect, it } from 'vitest';
import { claims, downloads, honestSeed } from '../peers/behaviours.ts';
import { dialFakePeer, type FakePeer, type PeerBehaviour } from '../peers/fake-peer.ts';
import { createMemorySwarm, type MemorySwarm } from '../swarm.ts';
import { bytesTo, lonelyLeecher, lonelySeeder, meet, PORT, ROOT } from './meet.ts';

const BLOCK = 16_384;

/** A scripted leech of a client. */
function leech(swarm: MemorySwarm, to: string, name: string, behaviours: readonly PeerBehaviour[]): FakePeer {
  swarm.world.addHost(name);
  const { infoHash } = swarm.torrent;
  return dialFakePeer(swarm.world, name, { host: to, port: PORT }, { infoHash, behaviours });
}

const wants: PeerBehaviour = { onHandshake: (peer) => peer.send(encodeInterested()) };

/** Bytes per second that a host sent, measured over a while. */
function sendRate(swarm: MemorySwarm, host: string, settleMs: number, measureMs: number): number {
  swarm.world.advance(settleMs);
  const before = swarm.world.internet.stats(host).bytesSent;
  swarm.world.advance(measureMs);
  return ((swarm.world.internet.stats(host).bytesSent - before) * 1000) / measureMs;
}

describe('serving', () => {
  it('unchokes every interested peer in turn', () => {
    const { swarm, seeder } = lonelySeeder({ shape: 'pieces1MiB' });
    const peers = Array.from({ length: 15 }, (_, index) =>
      leech(swarm, seeder.address, `leech${index}`, [wants]),
    );
    for (let minute = 0; minute < 12; minute += 1) {
      swarm.world.advance(60_000);
      for (const peer of peers) peer.send(Uint8Array.of(0, 0, 0, 0));
    }
    for (const peer of peers) expect(peer.got('unchoke').length).toBeGreaterThan(0);
  });

  it('unchokes no more than its slots at once, and nobody who does not want anything', () => {
    const { swarm, seeder } = lonelySeeder();
    const idle = leech(swarm, seeder.address, 'idle', []);
    const peers = Array.from({ length: 10 }, (_, index) =>
      leech(swarm, seeder.address, `leech${index}`, [wants]),
    );
    for (let second = 0; second < 100; second += 1) {
      swarm.world.advance(1000);
      const unchoked = peers.filter((peer) => peer.got('unchoke').length > peer.got('choke').length);
      expect(unchoked.length).toBeLessThanOrEqual(LIMITS.uploadSlots + 1);
    }
    expect(idle.got('unchoke')).toHaveLength(0);
  });

  it('gives most to who gives most', () => {
    const { swarm, leecher } = lonelyLeecher({ shape: 'pieces1MiB' });
    const peers = ['giver', 'taker0', 'taker1', 'taker2', 'taker3', 'taker4', 'taker5'];
    const listeners = peers.map((name) => {
      const gives = name === 'giver' ? honestSeed(swarm.torrent, { bytesPerSecond: 20_000 }) : [];
      const half = name === 'giver' ? [] : [claims(swarm.torrent, [])];
      return meet(swarm, name, [...gives, ...half, wants]);
    });
    swarm.world.advance(100_000);
    expect(leecher.engine.view(swarm.id).state.kind).toBe('downloading');
    const [giver] = listeners[0]?.peers ?? [];
    expect(giver?.got('unchoke')).toHaveLength(1);
    expect(giver?.got('choke')).toHaveLength(0);
  });

  it('rejects or ignores requests of the choked, as their extension says', () => {
    const { swarm, seeder } = lonelySeeder({ shape: 'pieces16KiB' });
    swarm.world.addHost('old');
    const { infoHash } = swarm.torrent;
    const to = { host: seeder.address, port: PORT };
    const fast = leech(swarm, seeder.address, 'fast', []);
    const old = dialFakePeer(swarm.world, 'old', to, { infoHash, behaviours: [], flags: { fast: false } });
    swarm.world.advance(1000);
    const granted = new Set(fast.got('allowedFast').map(({ piece }) => piece));
    const refused = [...Array(40).keys()].filter((piece) => !granted.has(piece));
    for (const peer of [fast, old]) {
      for (const piece of refused) peer.send(encodeRequest({ piece, offset: 0, length: BLOCK }));
    }
    swarm.world.advance(1000);
    expect(fast.got('reject').map(({ piece }) => piece)).toEqual(refused);
    expect([fast.got('piece').length, old.got('reject').length, old.got('piece').length]).toEqual([0, 0, 0]);
    expect([fast.end, old.end]).toEqual([null, null]);
  });

  it('does not send what was cancelled, and answers every request once', () => {
    const { swarm, seeder } = lonelySeeder({ shape: 'pieces1MiB' });
    seeder.engine.configure({ uploadLimit: 50_000 });
    const asks: PeerBehaviour = {
      onMessage: (peer, message) => {
        if (message.type !== 'unchoke') return;
        for (let block = 0; block < 40; block += 1) {
          peer.send(encodeRequest({ piece: 0, offset: block * BLOCK, length: BLOCK }));
        }
        peer.after(100, () => {
          for (let block = 20; block < 40; block += 1) {
            peer.send(encodeCancel({ piece: 0, offset: block * BLOCK, length: BLOCK }));
          }
        });
      },
    };
    const peer = leech(swarm, seeder.address, 'leech', [wants, asks]);
    swarm.world.advance(60_000);
    const sent = peer.got('piece').map(({ offset }) => offset / BLOCK);
    const rejected = peer.got('reject').map(({ offset }) => offset / BLOCK);
    expect(sent.filter((block) => block < 20)).toHaveLength(20);
    expect(rejected.filter((block) => block >= 20).length).toBeGreaterThan(10);
    expect(new Set([...sent, ...rejected]).size).toBe(40);
    expect(sent.length + rejected.length).toBe(40);
  });

  it('sends exactly the bytes, also of blocks of odd sizes', () => {
    const { swarm, seeder } = lonelySeeder({ shape: 'filesSharingPieces' });
    const downloader = downloads(swarm.torrent);
    leech(swarm, seeder.address, 'leech', [downloader]);
    swarm.world.settle(() => downloader.receivedBytes() === swarm.torrent.content.length);
    expect(Buffer.compare(downloader.content, swarm.torrent.content)).toBe(0);
    const ranges = [
      { piece: 0, offset: 0, length: 1 },
      { piece: 1, offset: 12_345, length: 777 },
      { piece: 0, offset: 0, length: 65_536 },
    ];
    const picky: PeerBehaviour = {
      onMessage: (peer, message) =>
        message.type === 'unchoke' && ranges.forEach((range) => peer.send(encodeRequest(range))),
    };
    const peer = leech(swarm, seeder.address, 'picky', [wants, picky]);
    swarm.world.settle(() => peer.got('piece').length === 3);
    for (const [index, { data }] of peer.got('piece').entries()) {
      const { piece, offset, length } = ranges[index] as (typeof ranges)[number];
      expect(Buffer.compare(data, swarm.torrent.piece(piece).subarray(offset, offset + length))).toBe(0);
    }
  });

  it('gives a slot to who waits as soon as its holder leaves, or takes nothing', () => {
    for (const isLeaving of [true, false]) {
      const { swarm, seeder } = lonelySeeder({ shape: 'pieces1MiB' });
      const holders = Array.from({ length: LIMITS.uploadSlots }, (_, index) =>
        leech(swarm, seeder.address, `holder${index}`, [wants]),
      );
      swarm.world.settle(() => holders.every((peer) => peer.got('unchoke').length === 1));
      const downloader = downloads(swarm.torrent);
      leech(swarm, seeder.address, 'leech', [downloader]);
      swarm.world.advance(100);
      if (isLeaving) for (const peer of holders) peer.close();
      const isDone = (): boolean => downloader.receivedBytes() === swarm.torrent.content.length;
      swarm.world.settle(isDone, { maxMs: isLeaving ? 3000 : 3 * LIMITS.chokeRoundMs });
    }
  });

  it('ends with a peer that goes on asking for what it is refused', () => {
    for (const fast of [true, false]) {
      const { swarm, seeder } = lonelySeeder({ shape: 'pieces16KiB' });
      swarm.world.addHost('leech');
      const asks = (count: number): PeerBehaviour => ({
        onHandshake: (peer) => {
          for (let index = 0; index < count; index += 1) {
            peer.send(encodeRequest({ piece: index % 40, offset: 0, length: BLOCK }));
          }
        },
      });
      const to = { host: seeder.address, port: PORT };
      const { infoHash } = swarm.torrent;
      const [many, most] = [LIMITS.refusedRequests * 3, LIMITS.windowMax].map((count) =>
        dialFakePeer(swarm.world, 'leech', to, { infoHash, behaviours: [asks(count)], flags: { fast } }),
      );
      swarm.world.advance(3000);
      expect([many?.end === null, most?.end]).toEqual([false, null]);
      expect(many?.got('reject').length).toBeLessThanOrEqual(LIMITS.refusedRequests + LIMITS.windowMax);
      expect(seeder.events).toContainEqual(expect.objectContaining({ type: 'peerDropped', code: 'FLOOD' }));
    }
  });

  it('stops when the peer loses interest, and goes on when it comes back', () => {
    const { swarm, seeder } = lonelySeeder();
    const peer = leech(swarm, seeder.address, 'leech', [wants]);
    swarm.world.settle(() => peer.got('unchoke').length === 1);
    peer.send(encodeNotInterested());
    swarm.world.advance(20_000);
    expect(peer.got('choke')).toHaveLength(1);
    peer.send(encodeInterested());
    swarm.world.advance(1000);
    expect(peer.got('unchoke')).toHaveLength(2);
  });
});

describe('limits of speed', () => {
  it('hold for uploads, of everything and of one torrent', () => {
    for (const limit of ['all', 'torrent'] as const) {
      const { swarm, seeder } = lonelySeeder({ shape: 'pieces4MiB' });
      if (limit === 'all') seeder.engine.configure({ uploadLimit: 100_000 });
      else seeder.engine.limit(swarm.id, { upLimit: 100_000 });
      for (const name of ['a', 'b', 'c']) leech(swarm, seeder.address, name, [downloads(swarm.torrent)]);
      const rate = sendRate(swarm, seeder.host, 3000, 10_000);
      expect(rate, limit).toBeGreaterThan(85_000);
      expect(rate, limit).toBeLessThan(110_000);
    }
  });

  it('hold for downloads, and can be changed while they run', () => {
    const swarm = createMemorySwarm({ seeders: 2, leechers: 1, shape: 'pieces4MiB' });
    const [leecher] = swarm.leechers;
    if (leecher === undefined) throw new Error('a leecher');
    leecher.engine.configure({ downloadLimit: 200_000 });
    const rateOver = (ms: number): number => {
      const before = leecher.engine.view(swarm.id).downloaded;
      swarm.world.advance(ms);
      return ((leecher.engine.view(swarm.id).downloaded - before) * 1000) / ms;
    };
    swarm.world.advance(3000);
    expect(Math.abs(rateOver(10_000) - 200_000)).toBeLessThan(30_000);
    leecher.engine.configure({ downloadLimit: 400_000 });
    swarm.world.advance(1000);
    expect(Math.abs(rateOver(8000) - 400_000)).toBeLessThan(60_000);
    leecher.engine.configure({ downloadLimit: 0 });
    swarm.finish(10_000);
    expect(bytesTo(swarm, leecher)).toBeLessThan(swarm.torrent.content.length * 1.1);
    expect(swarm.world.disk(leecher.host).readFile(ROOT, 'torrent')).toHaveLength(
      swarm.torrent.content.length,
    );
  });
});
