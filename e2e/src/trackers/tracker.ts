/** Real trackers, each answering HTTP and UDP at this machine; what they know is asked of them as any client would. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import Server from 'bittorrent-tracker/server';
import type { Installable } from '../clients/client.ts';
import { isOnPath } from '../clients/installed.ts';
import { freePort } from '../harness/ports.ts';
import { until } from '../harness/until.ts';
import type { World } from '../harness/world.ts';

const HOST = '127.0.0.1';

/** What a tracker counts for one torrent. */
interface Counts {
  readonly seeds: number;
  readonly leeches: number;
  /** Those that told they became complete. */
  readonly completed: number;
}

/** A tracker at work. */
export interface RunningTracker {
  readonly httpUrl: string;
  readonly udpUrl: string;
  counts(infoHash: string): Promise<Counts>;
}

/** A tracker that can be started. */
export interface Tracker extends Installable {
  /** `infoHash` (hex) is the one torrent that will be announced. */
  start(world: World, infoHash: string): Promise<RunningTracker>;
}

/** The tracker of the WebTorrent project. */
export const bittorrentTracker: Tracker = {
  name: 'bittorrent-tracker',
  apt: null,
  isInstalled: () => true,
  start: async (world) => {
    const server = new Server({ http: true, udp: true, ws: false });
    // Clients that are killed, and machines without IPv6.
    server.on('warning', () => {});
    server.on('error', () => {});
    server.listen({ http: 0, udp: 0 }, { http: HOST, udp: HOST, udp6: '::1' });
    await Promise.all([once(server.http, 'listening'), once(server.udp4, 'listening')]);
    world.atEnd(() => {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(resolve);
      server.http.closeAllConnections();
      return promise;
    });
    return makeTracker((server.http.address() as AddressInfo).port, server.udp4.address().port);
  },
};

/** opentracker as Debian builds it: it serves the torrents of a list only. */
export const opentracker: Tracker = {
  name: 'opentracker',
  apt: 'opentracker',
  isInstalled: () => isOnPath('opentracker'),
  start: async (world, infoHash) => {
    const port = await freePort();
    const folder = world.newFolder('opentracker');
    writeFileSync(`${folder}/list`, `${infoHash}\n`);
    const ports = ['-i', HOST, '-p', String(port), '-P', String(port)];
    // It locks itself into the folder where it may.
    const args = [...ports, '-d', '.', '-w', 'list'];
    const child = world.start({ name: 'opentracker', file: 'opentracker', args, cwd: folder });
    const tracker = makeTracker(port, port);
    await until('opentracker answers', () => {
      if (child.ended !== null) throw child.error('ended');
      return tracker.counts(infoHash);
    });
    return tracker;
  },
};

function makeTracker(httpPort: number, udpPort: number): RunningTracker {
  const http = `http://${HOST}:${httpPort}`;
  return {
    httpUrl: `${http}/announce`,
    udpUrl: `udp://${HOST}:${udpPort}/announce`,
    counts: async (infoHash) => {
      const query = infoHash.replaceAll(/../g, (byte) => `%${byte}`);
      const reply = await fetch(`${http}/scrape?info_hash=${query}`, { signal: AbortSignal.timeout(10_000) });
      if (!reply.ok) throw new Error(`the tracker answers ${reply.status}`);
      const text = Buffer.from(await reply.arrayBuffer()).toString('latin1');
      const count = (key: string): number => Number(new RegExp(`${key}i(\\d+)e`).exec(text)?.[1] ?? 0);
      return {
        seeds: count('8:complete'),
        leeches: count('10:incomplete'),
        completed: count('10:downloaded'),
      };
    },
  };
}
