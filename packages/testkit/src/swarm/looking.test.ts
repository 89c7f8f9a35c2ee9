import { describe, expect, it } from 'vitest';
import { honestSeed } from '../peers/behaviours.ts';
import { createMemorySwarm } from '../swarm.ts';
import { MemoryTracker } from '../tracker.ts';
import { lonelyLeecher, lonelySeeder, meet, piecesOf } from './meet.ts';

describe('who looks at a torrent', () => {
  it('sees bytes of each file, pieces in work and how often they are there', () => {
    const { swarm, leecher } = lonelyLeecher({ shape: 'filesSharingPieces' });
    leecher.engine.limit(swarm.id, { downLimit: 50_000 });
    meet(swarm, 'seed', honestSeed(swarm.torrent));
    const { engine } = leecher;
    swarm.world.settle(() => piecesOf(leecher).length === 2, { maxMs: 60_000 });
    const { have: bits = [] } = engine.pieces(swarm.id) ?? {};
    const have = (piece: number): boolean => ((bits[piece >> 3] ?? 0) & (0x80 >> (piece & 7))) !== 0;
    const { pieceLength, files } = swarm.torrent.info;
    let offset = 0;
    const expected = files.map(({ length }) => {
      let bytes = 0;
      for (let at = offset; at < offset + length; at += 1) if (have(Math.floor(at / pieceLength))) bytes += 1;
      offset += length;
      return bytes;
    });
    expect(engine.files(swarm.id).map((file) => file.have)).toEqual(expected);
    const view = engine.pieces(swarm.id);
    expect(view?.availability).toEqual(Array(view?.pieceCount).fill(1));
    expect(view?.working.length).toBeGreaterThan(0);
    for (const { blocks, received, requested } of view?.working ?? [])
      expect(received + requested).toBeLessThanOrEqual(blocks);
    expect(engine.view(swarm.id)).toMatchObject({
      availability: 1.5,
      rarest: 1,
      waiting: null,
    });
  });

  it('sees why nothing comes', () => {
    const { swarm, leecher } = lonelyLeecher();
    const waiting = () => leecher.engine.view(swarm.id).waiting;
    swarm.world.advance(1000);
    expect(waiting()).toBe('noPeers');
    meet(swarm, 'useless', [{ onHandshake: () => {} }]);
    swarm.world.advance(3000);
    expect(waiting()).toBe('nobodyHasTheRest');
  });

  it('reads what happened, and the rates of the last minutes', () => {
    const swarm = createMemorySwarm({ seeders: 1, leechers: 1, shape: 'pieces1MiB' });
    swarm.finish();
    const [leecher] = swarm.leechers;
    const lines = leecher?.engine.log(swarm.id) ?? [];
    expect(lines.map(({ code }) => code)).toEqual(expect.arrayContaining(['STATE', 'CHECKED', 'COMPLETED']));
    expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).sort((a, b) => a - b));
    swarm.world.advance(2000);
    const sum = (rates: readonly number[] = []): number => rates.reduce((all, rate) => all + rate, 0);
    const own = leecher?.engine.history('fine', swarm.id);
    expect(sum(own?.down)).toBeCloseTo(swarm.torrent.content.length, -3);
    expect(sum(leecher?.engine.history('fine').down)).toBeCloseTo(swarm.torrent.content.length, -3);
    expect(leecher?.engine.totals).toMatchObject({ downloaded: swarm.torrent.content.length });
  });

  it('hears only of torrents that changed', () => {
    const { swarm, seeder } = lonelySeeder();
    swarm.world.advance(10_000);
    expect(seeder.engine.takeChanged()).toEqual([swarm.id]);
    swarm.world.advance(10_000);
    expect(seeder.engine.takeChanged()).toEqual([]);
    seeder.engine.stop(swarm.id);
    expect(seeder.engine.takeChanged()).toEqual([swarm.id]);
  });
});

describe('trackers of a torrent', () => {
  const stage = () => {
    const urls = [0, 1].map((index) => `http://tracker${index}/announce`);
    const { swarm, leecher } = lonelyLeecher({ trackers: [[urls[0] as string]] });
    const trackers = urls.map((_, index) => {
      swarm.world.addHost(`tracker${index}`);
      return new MemoryTracker(swarm.world, `tracker${index}`);
    });
    swarm.world.advance(2000);
    return { swarm, engine: leecher.engine, trackers, urls: urls as [string, string] };
  };
  const heard = (tracker: MemoryTracker | undefined) => tracker?.announces.map(({ event }) => event);

  it('can be replaced while it runs: those that go are told farewell', () => {
    const { swarm, engine, trackers, urls } = stage();
    engine.setTrackers(swarm.id, [[urls[1]], ['no tracker']]);
    swarm.world.advance(2000);
    expect(heard(trackers[0])).toEqual(['started', 'stopped']);
    expect(heard(trackers[1])).toEqual(['started']);
    expect(engine.trackers(swarm.id)).toMatchObject([{ url: urls[1], tier: 0, status: 'working' }]);
    engine.stop(swarm.id);
    swarm.world.advance(5000);
    expect(engine.view(swarm.id).state.kind).toBe('stopped');
    expect(heard(trackers[1])).toEqual(['started', 'stopped']);
  });

  it('can be added: those that are there keep what they know', () => {
    const { swarm, engine, trackers, urls } = stage();
    engine.addTrackers(swarm.id, [urls[1], urls[0]]);
    swarm.world.advance(2000);
    expect(heard(trackers[0])).toEqual(['started']);
    expect(heard(trackers[1])).toEqual(['started']);
    expect(engine.view(swarm.id).trackers).toEqual([[urls[0]], [urls[1]]]);
    expect(engine.view(swarm.id)).toMatchObject({ swarmSeeds: 0, swarmLeeches: 1 });
  });

  it('are asked at once when the user wishes, but not sooner than they allow', () => {
    const { swarm, engine, trackers, urls } = stage();
    const { asked, tooSoon } = engine.reannounce(swarm.id);
    expect(asked).toEqual([]);
    expect(tooSoon).toEqual([{ url: urls[0], waitMs: expect.any(Number) }]);
    swarm.world.advance(tooSoon[0]?.waitMs ?? 0);
    expect(engine.reannounce(swarm.id).asked).toEqual([urls[0]]);
    swarm.world.advance(1000);
    expect(heard(trackers[0])).toEqual(['started', null]);
  });
});

describe('a peer', () => {
  it('that the user bans is dropped and not talked to any more', () => {
    const { swarm, leecher } = lonelyLeecher();
    leecher.engine.limit(swarm.id, { downLimit: 10_000 });
    meet(swarm, 'seed', honestSeed(swarm.torrent));
    const peers = () => leecher.engine.peers(swarm.id);
    swarm.world.settle(() => peers()[0]?.progress === 1);
    expect(peers()[0]).toMatchObject({ source: 'user', incoming: false });
    leecher.engine.banPeer(swarm.id, swarm.world.internet.addressOf('seed'));
    swarm.world.advance(120_000);
    expect(peers()).toEqual([]);
    expect(leecher.events.filter(({ type }) => type === 'peerConnected')).toHaveLength(1);
  });

  it('beyond a lowered limit of connections is let go', () => {
    const { swarm, leecher } = lonelyLeecher();
    leecher.engine.limit(swarm.id, { downLimit: 1000 });
    for (let i = 0; i < 4; i += 1) meet(swarm, `seed${i}`, honestSeed(swarm.torrent));
    swarm.world.settle(() => leecher.engine.peers(swarm.id).length === 4);
    leecher.engine.limit(swarm.id, { connections: 2 });
    swarm.world.advance(1000);
    expect(leecher.engine.peers(swarm.id)).toHaveLength(2);
  });
});
