import { describe, expect, it } from 'vitest';
import type { HttpCode } from '@jstorrent/engine/ports';
import {
  type AnnounceParams,
  type AnnounceReply,
  type UdpReply,
  buildAnnounceUrl,
  buildScrapeUrl,
  encodeUdpAnnounce,
  encodeUdpConnect,
  encodeUdpScrape,
  parseAnnounceReply,
  parseScrapeReply,
  parseUdpReply,
} from '@jstorrent/protocol';
import { makeTorrent } from './torrents.ts';
import { MemoryTracker } from './tracker.ts';
import { World } from './world.ts';

const { infoHash, infoHashHex } = makeTorrent();

const params = (change: Partial<AnnounceParams> = {}): AnnounceParams => ({
  infoHash,
  peerId: new Uint8Array(20).fill(65),
  port: 6881,
  uploaded: 1,
  downloaded: 2,
  left: 3,
  event: 'started',
  numWant: 20,
  key: 7,
  ...change,
});

const makeWorld = () => {
  const world = new World('tracker');
  for (const host of ['tracker.test', 'a', 'b']) world.addHost(host);
  const tracker = new MemoryTracker(world, 'tracker.test');

  const get = (host: string, url: string): Uint8Array | HttpCode => {
    let answer: Uint8Array | HttpCode | null = null;
    const request = { url, maxBytes: 1_000_000, connectTimeoutMs: 5000, totalTimeoutMs: 9000 };
    world.internet.network(host).httpGet(
      { ...request, userAgent: 'test', purpose: 'tracker' },
      (_, body) => (answer = body),
      (code) => (answer = code),
    );
    world.settle(() => answer !== null);
    return answer!;
  };
  const announce = (host: string, change: Partial<AnnounceParams> = {}): AnnounceReply | HttpCode => {
    const body = get(host, buildAnnounceUrl(tracker.httpUrl, params(change))!);
    return typeof body === 'string' ? body : parseAnnounceReply(body);
  };
  return { world, tracker, get, announce };
};

describe('MemoryTracker over HTTP', () => {
  it('tells peers of each other, records what they said, and forgets who stopped', () => {
    const { world, tracker, announce } = makeWorld();
    announce('a', { left: 0 });
    expect(announce('b')).toMatchObject({
      type: 'success',
      interval: 1800,
      complete: 1,
      incomplete: 1,
      peers: [{ host: world.internet.addressOf('a'), port: 6881 }],
    });
    expect(tracker.announces[1]).toMatchObject({
      transport: 'http',
      infoHash: infoHashHex,
      host: world.internet.addressOf('b'),
      event: 'started',
      left: 3,
      numWant: 20,
    });
    announce('a', { event: 'stopped' });
    expect(tracker.peersOf(infoHashHex)).toEqual([{ host: world.internet.addressOf('b'), port: 6881 }]);
  });

  it('misbehaves as told', () => {
    const { world, tracker, announce, get } = makeWorld();
    tracker.settings.answer = { failure: 'go away', retryInMinutes: 5 };
    expect(announce('a')).toMatchObject({ type: 'failure', reason: 'go away', retryInSeconds: 300 });
    tracker.settings.answer = 'huge';
    expect(announce('a')).toBe('TOO_LARGE');
    tracker.settings.answer = 'hang';
    expect(announce('a')).toBe('TIMED_OUT');
    tracker.settings.answer = { redirect: tracker.httpUrl };
    expect(announce('a')).toBe('TOO_MANY_REDIRECTS');
    tracker.settings.answer = 'garbage';
    expect(() => announce('a')).toThrow();
    tracker.settings.answer = 'normal';
    tracker.settings.gzip = true;
    tracker.settings.compact = false;
    announce('b');
    expect(announce('a')).toMatchObject({ peers: [{ host: world.internet.addressOf('b'), port: 6881 }] });
    tracker.settings.bytesPerSecond = 1;
    expect(announce('a')).toBe('TIMED_OUT');
    tracker.settings.bytesPerSecond = null;
    const counts = parseScrapeReply(get('a', buildScrapeUrl(tracker.httpUrl, [infoHash])!) as Uint8Array);
    expect(counts).toMatchObject({ type: 'success' });
    expect(counts.type === 'success' && counts.torrents.get(infoHashHex)).toMatchObject({
      complete: 0,
      incomplete: 2,
    });
  });
});

describe('MemoryTracker over UDP', () => {
  const makeAsker = (family: 4 | 6 = 4) => {
    const { world, tracker } = makeWorld();
    const packets: Uint8Array[] = [];
    const socket = world.internet.network('a').bindUdp(family === 6 ? '::' : '0.0.0.0', 0, {
      onBound: () => {},
      onFailed: () => {},
      onPacket: (_host, _port, bytes) => packets.push(bytes),
    });
    const ask = (packet: Uint8Array): UdpReply | null => {
      socket.send(world.internet.addressOf('tracker.test', family), 6969, packet);
      world.advance(1000);
      const reply = packets.shift();
      return reply === undefined ? null : parseUdpReply(reply, family === 6);
    };
    return { world, tracker, ask };
  };

  it.each([4, 6] as const)('connects, announces and scrapes over IPv%d', (family) => {
    const { world, tracker, ask } = makeAsker(family);
    tracker.settings.morePeers = [{ host: world.internet.addressOf('b', family), port: 9 }];
    const connected = ask(encodeUdpConnect(11));
    if (connected?.type !== 'connect') throw new Error('no connection');
    expect(connected.transactionId).toBe(11);
    const question = { connectionId: connected.connectionId, transactionId: 12 };
    expect(ask(encodeUdpAnnounce(question, params({ left: 0 }), ''))).toEqual({
      type: 'announce',
      transactionId: 12,
      interval: 1800,
      complete: 1,
      incomplete: 0,
      peers: [{ host: world.internet.addressOf('b', family), port: 9 }],
    });
    expect(tracker.announces[0]).toMatchObject({
      transport: 'udp',
      infoHash: infoHashHex,
      event: 'started',
      downloaded: 2,
    });
    expect(ask(encodeUdpScrape(question, [infoHash]))).toMatchObject({
      torrents: [{ complete: 1, incomplete: 0 }],
    });
  });

  it('refuses connection ids it did not give or that are too old', () => {
    const { world, ask } = makeAsker();
    const foreign = { connectionId: new Uint8Array(8), transactionId: 1 };
    expect(ask(encodeUdpAnnounce(foreign, params(), ''))).toMatchObject({ type: 'error', transactionId: 1 });
    const connected = ask(encodeUdpConnect(2));
    if (connected?.type !== 'connect') throw new Error('no connection');
    world.advance(121_000);
    const old = { connectionId: connected.connectionId, transactionId: 3 };
    expect(ask(encodeUdpAnnounce(old, params(), ''))).toMatchObject({ type: 'error', transactionId: 3 });
  });

  it('misbehaves as told', () => {
    const { tracker, ask } = makeAsker();
    tracker.settings.answer = 'hang';
    expect(ask(encodeUdpConnect(1))).toBeNull();
    tracker.settings.answer = 'garbage';
    expect(() => ask(encodeUdpConnect(2))).toThrow();
    tracker.settings.answer = 'wrongTransaction';
    expect(ask(encodeUdpConnect(3))?.transactionId).not.toBe(3);
  });
});
