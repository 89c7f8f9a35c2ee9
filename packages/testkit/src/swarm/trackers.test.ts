import { LIMITS } from '@jstorrent/engine';
import { describe, expect, it } from 'vitest';
import { honestSeed } from '../peers/behaviours.ts';
import { listenFakePeer } from '../peers/fake-peer.ts';
import { createMemorySwarm, type MemorySwarm } from '../swarm.ts';
import { type AnnounceRecord, MemoryTracker, type TrackerSettings } from '../tracker.ts';
import { makeTorrent } from '../torrents.ts';
import type { Client } from '../client.ts';
import { PORT, ROOT } from './meet.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

interface Stage {
  readonly swarm: MemorySwarm;
  readonly trackers: readonly MemoryTracker[];
  /** Adds the torrent now, with the trackers of the stage in these tiers. */
  readonly leecher: Client;
}

/** A leecher whose torrent names trackers on hosts `tracker0`, `tracker1`...; nobody else is there yet. */
function stage(
  tiers: (urls: readonly { readonly http: string; readonly udp: string }[]) => readonly (readonly string[])[],
  settings: readonly Partial<TrackerSettings>[] = [{}],
  seeders = 0,
): Stage {
  const urls = settings.map((_, index) => ({
    http: `http://tracker${index}/announce`,
    udp: `udp://tracker${index}:6969/announce`,
  }));
  const swarm = createMemorySwarm({ seeders, leechers: 1, strangers: true, trackers: tiers(urls) });
  const trackers = settings.map((setting, index) => {
    swarm.world.addHost(`tracker${index}`);
    return new MemoryTracker(swarm.world, `tracker${index}`, setting);
  });
  const [leecher] = swarm.leechers;
  if (leecher === undefined) throw new Error('a leecher');
  return { swarm, trackers, leecher };
}

const http = (urls: readonly { readonly http: string }[]): string[][] => [urls.map((url) => url.http)];
const udp = (urls: readonly { readonly udp: string }[]): string[][] => [urls.map((url) => url.udp)];
const by = (tracker: MemoryTracker | undefined, client: Client): AnnounceRecord[] =>
  tracker?.announces.filter(({ host }) => host === client.address) ?? [];

/** A scripted seed that only trackers can name. */
function hiddenSeed(swarm: MemorySwarm): { host: string; port: number } {
  const { world, torrent } = swarm;
  world.addHost('hidden');
  listenFakePeer(world, 'hidden', PORT, { infoHash: torrent.infoHash, behaviours: honestSeed(torrent) });
  return { host: world.internet.addressOf('hidden'), port: PORT };
}

describe('trackers', () => {
  for (const [name, tiers] of Object.entries({ http, udp })) {
    it(`bring peers together over ${name}`, () => {
      const { swarm, trackers, leecher } = stage(tiers, [{}], 1);
      swarm.finish(120_000);
      expect(by(trackers[0], leecher)[0]?.transport).toBe(name);
    });

    it(`hear of the start, the end of the download once, and the stop, over ${name}`, () => {
      const { swarm, trackers, leecher } = stage(tiers, [{ intervalSeconds: 60 }], 1);
      swarm.finish(120_000);
      swarm.world.advance(5 * MINUTE_MS);
      leecher.engine.stop(swarm.id);
      swarm.world.settle(() => leecher.engine.view(swarm.id).state.kind === 'stopped', { maxMs: 5000 });
      swarm.world.advance(5 * MINUTE_MS);
      const announces = by(trackers[0], leecher);
      const { length } = swarm.torrent.content;
      expect(announces[0]).toMatchObject({ event: 'started', left: length, port: PORT, downloaded: 0 });
      expect(announces.at(-1)).toMatchObject({ event: 'stopped', left: 0 });
      expect(leecher.events.filter(({ type }) => type === 'completed')).toHaveLength(1);
      const completed = announces.filter(({ event }) => event === 'completed');
      expect(completed).toHaveLength(1);
      expect(completed[0]).toMatchObject({ left: 0 });
      expect(completed[0]?.downloaded).toBeGreaterThanOrEqual(length);
      expect(announces.filter(({ event }) => event === null).length).toBeGreaterThan(2);
    });
  }

  it('do not hear of a completion when everything was there at the start', () => {
    const { swarm, trackers } = stage(http, [{ intervalSeconds: 60 }], 1);
    const [seeder] = swarm.seeders;
    swarm.world.advance(10 * MINUTE_MS);
    const events = by(trackers[0], seeder as Client).map(({ event }) => event);
    expect(events[0]).toBe('started');
    expect(events).not.toContain('completed');
    expect(seeder?.events.map(({ type }) => type)).not.toContain('completed');
    expect(by(trackers[0], seeder as Client)[0]?.left).toBe(0);
  });

  it('are announced to in their interval, never more often than once a minute', () => {
    for (const [intervalSeconds, least, most] of [
      [0, 55, 61],
      [1, 55, 61],
      [120, 28, 31],
      [2 ** 31 - 1, 1, 1],
      [-5, 1, 61],
    ] as const) {
      const { swarm, trackers, leecher } = stage(http, [{ intervalSeconds }]);
      swarm.world.advance(HOUR_MS);
      const { length } = by(trackers[0], leecher);
      expect(length, `interval ${intervalSeconds}`).toBeGreaterThanOrEqual(least);
      expect(length, `interval ${intervalSeconds}`).toBeLessThanOrEqual(most);
    }
  });

  it('are left in peace for their minimum interval', () => {
    const { swarm, trackers, leecher } = stage(http, [{ intervalSeconds: 60, minIntervalSeconds: 600 }]);
    swarm.world.advance(HOUR_MS - 1000);
    const times = by(trackers[0], leecher).map(({ atMs }) => atMs);
    expect(times.length).toBeGreaterThan(3);
    for (const [index, atMs] of times.slice(1).entries()) {
      expect(atMs - (times[index] ?? 0)).toBeGreaterThanOrEqual(600_000);
    }
  });

  it('hear soon of another port', () => {
    const { swarm, trackers, leecher } = stage(http, [{ intervalSeconds: 1800 }]);
    swarm.world.advance(5 * MINUTE_MS);
    leecher.engine.listen('0.0.0.0', PORT + 1);
    swarm.world.advance(1000);
    leecher.engine.listen('0.0.0.0', PORT + 2);
    swarm.world.advance(5 * MINUTE_MS);
    expect(by(trackers[0], leecher).map(({ port }) => port)).toEqual([PORT, PORT + 1, PORT + 2]);
  });

  it('of one tier stand in for each other, and who answers is asked from then on', () => {
    const { swarm, trackers, leecher } = stage(http, [{ answer: 'garbage' }, { intervalSeconds: 60 }]);
    swarm.world.advance(10 * MINUTE_MS);
    expect(by(trackers[1], leecher).length).toBeGreaterThan(8);
    expect(by(trackers[0], leecher).length).toBeLessThan(2);
    expect(leecher.engine.trackers(swarm.id)[0]).toMatchObject({ status: 'working' });
  });

  it('of several tiers are all announced to', () => {
    const { swarm, trackers, leecher } = stage((urls) => urls.map((url) => [url.http]), [{}, {}, {}]);
    swarm.world.advance(5000);
    for (const tracker of trackers)
      expect(by(tracker, leecher).map(({ event }) => event)).toEqual(['started']);
  });

  it('that fail are tried again, later and later', () => {
    const { swarm, trackers, leecher } = stage(http, [{ answer: { failure: 'not today' } }]);
    swarm.world.advance(4 * HOUR_MS);
    const times = by(trackers[0], leecher).map(({ atMs }) => atMs);
    const waits = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
    expect(waits[0]).toBeGreaterThanOrEqual(LIMITS.trackerBackoffMs * 0.7);
    expect(waits[0]).toBeLessThan(LIMITS.trackerBackoffMs * 1.4);
    expect(Math.max(...waits)).toBeGreaterThan(15 * MINUTE_MS);
    expect(Math.max(...waits)).toBeLessThanOrEqual(LIMITS.trackerBackoffMaxMs * 1.3);
    expect(leecher.engine.trackers(swarm.id)[0]?.message).toBe('not today');
  });

  it('say themselves when to come back', () => {
    const answer = { failure: 'busy', retryInMinutes: 30 } as const;
    const { swarm, trackers, leecher } = stage(http, [{ answer }]);
    swarm.world.advance(HOUR_MS);
    expect(by(trackers[0], leecher)).toHaveLength(2);
  });

  it('that never want to hear of us again hear nothing', () => {
    const answer = { failure: 'go away', retryInMinutes: 'never' } as const;
    const { swarm, trackers, leecher } = stage(http, [{ answer }]);
    swarm.world.advance(4 * HOUR_MS);
    expect(by(trackers[0], leecher).length).toBeLessThanOrEqual(2);
  });

  it('that are down for an hour are found again', () => {
    for (const tiers of [http, udp]) {
      const { swarm, trackers, leecher } = stage(tiers, [{ intervalSeconds: 120 }]);
      swarm.world.advance(5 * MINUTE_MS);
      const before = by(trackers[0], leecher).length;
      expect(before).toBeGreaterThan(1);
      swarm.world.internet.isolate('tracker0');
      swarm.world.advance(HOUR_MS);
      expect(by(trackers[0], leecher)).toHaveLength(before);
      swarm.world.internet.heal();
      swarm.world.advance(45 * MINUTE_MS);
      expect(by(trackers[0], leecher).length).toBeGreaterThan(before + 2);
    }
  });

  it('are found over lossy UDP', () => {
    for (let round = 0; round < 5; round += 1) {
      const { swarm, leecher } = stage(udp);
      swarm.world.internet.setAllLinks({ loss: 0.4, duplicate: 0.2, reorder: 0.2, latencyMs: 40 + round });
      swarm.world.settle(() => leecher.events.some(({ type }) => type === 'announced'), {
        maxMs: 10 * MINUTE_MS,
      });
    }
  });

  it('that answer other questions, too little, or nothing over UDP time out', () => {
    for (const answer of ['wrongTransaction', 'garbage', 'hang'] as const) {
      const { swarm, leecher } = stage(udp, [{ answer }]);
      swarm.world.advance(34_000);
      expect(
        leecher.events.filter(({ type }) => type === 'announceFailed'),
        answer,
      ).toEqual([]);
      swarm.world.advance(3000);
      expect(leecher.engine.trackers(swarm.id)[0], answer).toMatchObject({ status: 'failed' });
      expect(leecher.engine.view(swarm.id).knownAddresses).toBe(0);
    }
  });

  it('with broken replies over HTTP are failures with a message', () => {
    const settings: Partial<TrackerSettings>[] = [
      { answer: 'garbage' },
      { answer: 'huge' },
      { answer: 'hang' },
      { bytesPerSecond: 1 },
      { answer: { redirect: 'http://tracker0/announce' } },
      { answer: { redirect: 'http://127.0.0.1:8080/secret' } },
      { answer: { redirect: 'file:///etc/passwd' } },
    ];
    for (const setting of settings) {
      const { swarm, leecher } = stage(http, [setting]);
      swarm.world.advance(LIMITS.httpTotalTimeoutMs + 5000);
      const [view] = leecher.engine.trackers(swarm.id);
      expect(view?.status, JSON.stringify(setting)).toBe('failed');
      expect(view?.message, JSON.stringify(setting)).not.toBe('');
      expect(leecher.engine.view(swarm.id).knownAddresses).toBe(0);
    }
  });

  it('may redirect, answer packed, and list peers as dictionaries', () => {
    const good: Partial<TrackerSettings>[] = [
      { gzip: true },
      { compact: false },
      { compact: false, gzip: true },
    ];
    for (const setting of good) {
      const { swarm, trackers } = stage(http, [setting]);
      if (trackers[0] !== undefined) trackers[0].settings.morePeers = [hiddenSeed(swarm)];
      swarm.finish(60_000);
    }
    const { swarm, trackers } = stage(
      (urls) => [[urls[0]?.http ?? '']],
      [{ answer: { redirect: 'http://tracker1/announce' } }, {}],
    );
    if (trackers[1] !== undefined) trackers[1].settings.morePeers = [hiddenSeed(swarm)];
    swarm.finish(60_000);
  });

  it('name peers that are not dialled: port 0, multicast, this machine, ourselves', () => {
    const { swarm, trackers, leecher } = stage(http);
    const [tracker] = trackers;
    if (tracker === undefined) throw new Error('a tracker');
    tracker.settings.morePeers = [
      { host: '45.80.0.99', port: 0 },
      { host: '224.0.0.1', port: 80 },
      { host: '255.255.255.255', port: 80 },
      { host: '0.0.0.0', port: 80 },
      { host: '127.0.0.1', port: 8080 },
      { host: '169.254.169.254', port: 80 },
      { host: '::1', port: 8080 },
      { host: leecher.address, port: PORT },
    ];
    swarm.world.advance(HOUR_MS);
    expect(swarm.world.internet.stats(leecher.host).dialled).toBeLessThanOrEqual(1);
    expect(leecher.engine.view(swarm.id).peers).toBe(0);
  });

  it('of this machine may name this machine', () => {
    const swarm = createMemorySwarm({
      seeders: 0,
      leechers: 1,
      strangers: true,
      trackers: [['http://127.0.0.1/announce']],
    });
    const tracker = new MemoryTracker(swarm.world, 'leecher0');
    const { infoHash } = swarm.torrent;
    listenFakePeer(swarm.world, 'leecher0', 7000, { infoHash, behaviours: honestSeed(swarm.torrent) });
    tracker.settings.morePeers = [{ host: '127.0.0.1', port: 7000 }];
    swarm.finish(60_000);
  });

  it('name as many peers as they like: no more are kept than a limit', () => {
    const { swarm, trackers, leecher } = stage(http, [{ intervalSeconds: 60 }]);
    const [tracker] = trackers;
    if (tracker === undefined) throw new Error('a tracker');
    for (let minute = 0; minute < 30; minute += 1) {
      tracker.settings.morePeers = Array.from({ length: 1000 }, (_, index) => ({
        host: `77.${minute}.${index >> 8}.${index & 255}`,
        port: 1 + index,
      }));
      swarm.world.advance(MINUTE_MS);
      expect(leecher.engine.view(swarm.id).knownAddresses).toBeLessThanOrEqual(LIMITS.knownAddresses);
    }
  });

  it('do not hold up a stop when they do not answer', () => {
    const { swarm, trackers, leecher } = stage(http);
    swarm.world.advance(1000);
    if (trackers[0] !== undefined) trackers[0].settings.answer = 'hang';
    leecher.engine.stop(swarm.id);
    swarm.world.advance(LIMITS.stopAnnounceMs + 500);
    expect(leecher.engine.view(swarm.id).state.kind).toBe('stopped');
  });

  it('hear the farewell after what was under way, so that they do not list who left', () => {
    const { swarm, trackers, leecher } = stage(http, [{ delayMs: 500 }], 1);
    swarm.world.settle(() => leecher.engine.view(swarm.id).state.kind === 'seeding', { maxMs: 120_000 });
    leecher.engine.stop(swarm.id);
    swarm.world.advance(5000);
    const [, completed, stopped] = by(trackers[0], leecher);
    expect([completed?.event, stopped?.event]).toEqual(['completed', 'stopped']);
    expect((stopped?.atMs ?? 0) - (completed?.atMs ?? 0)).toBeGreaterThanOrEqual(500);
  });

  it('are told at once when a stopped torrent starts again', () => {
    const { swarm, trackers, leecher } = stage(http);
    swarm.world.advance(5000);
    leecher.engine.stop(swarm.id);
    swarm.world.advance(5000);
    leecher.engine.start(swarm.id);
    swarm.world.advance(1000);
    expect(by(trackers[0], leecher).map(({ event }) => event)).toEqual(['started', 'stopped', 'started']);
  });

  it('can be left out', () => {
    const swarm = createMemorySwarm({ seeders: 0, leechers: 1, strangers: true });
    swarm.world.addHost('tracker0');
    const tracker = new MemoryTracker(swarm.world, 'tracker0');
    const other = makeTorrent({ name: 'other', trackers: [[tracker.httpUrl]] });
    swarm.leechers[0]?.engine.add({ metainfo: other.metainfo }, { root: ROOT, noTrackers: true });
    swarm.world.advance(MINUTE_MS);
    expect(tracker.announces).toEqual([]);
  });
});
