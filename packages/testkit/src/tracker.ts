/**
 * A tracker on a host of the in-memory internet, over HTTP (BEP 3, 23, 7, 48) and UDP (BEP 15). Decides who is told of
 * whom, records every announce, and misbehaves as told.
 */
import { gzipSync } from 'node:zlib';
import {
  type BencodeInput,
  type Endpoint,
  encodeBencode,
  encodeCompact,
  fromHex,
  toHex,
} from '@jstorrent/protocol';
import type { SiteAnswer, SiteRequest } from './net/http.ts';
import { serveUdpTracker } from './udp-tracker.ts';
import type { World } from './world.ts';

/** How a tracker answers; all of it may be changed while it runs. */
export interface TrackerSettings {
  /** `interval` of every reply; any integer, also a senseless one. */
  intervalSeconds: number;
  minIntervalSeconds: number | null;
  /**
   * `normal`; a failure with its reason; `garbage` (not bencoded, a packet too short); `huge` (8 MiB of peers);
   * `hang`; a redirect to another announce URL (HTTP); `wrongTransaction` (UDP).
   */
  answer:
    | 'normal'
    | 'garbage'
    | 'huge'
    | 'hang'
    | 'wrongTransaction'
    | { readonly failure: string; readonly retryInMinutes?: number | 'never' }
    | { readonly redirect: string };
  /** HTTP bodies are packed. */
  gzip: boolean;
  /** Wait this long before answering. */
  delayMs: number;
  /** HTTP bodies drip at this speed; null = as fast as the line. */
  bytesPerSecond: number | null;
  /** HTTP peers as a string (BEP 23) or as a list of dictionaries (BEP 3). */
  compact: boolean;
  /** Told to everybody beside the peers that announced themselves. */
  morePeers: readonly Endpoint[];
}

/** What a client told the tracker. */
export interface AnnounceRecord {
  readonly atMs: number;
  readonly transport: 'http' | 'udp';
  /** Lower-case hex. */
  readonly infoHash: string;
  readonly peerId: string;
  /** Where it came from, and the port it listens on. */
  readonly host: string;
  readonly port: number;
  readonly event: 'started' | 'stopped' | 'completed' | null;
  readonly uploaded: number;
  readonly downloaded: number;
  readonly left: number;
  readonly numWant: number | null;
  readonly userAgent: string | null;
}

/** Who is in a swarm, as a reply tells it. */
export interface SwarmReply {
  readonly complete: number;
  readonly incomplete: number;
  readonly peers: readonly Endpoint[];
}

const DEFAULT_NUM_WANT = 50;
const HUGE_PEERS = 1_400_000;

/** A running tracker. */
export class MemoryTracker {
  readonly httpUrl: string;
  readonly udpUrl: string;
  readonly settings: TrackerSettings = {
    intervalSeconds: 1800,
    minIntervalSeconds: null,
    answer: 'normal',
    gzip: false,
    delayMs: 0,
    bytesPerSecond: null,
    compact: true,
    morePeers: [],
  };
  /** Everything that was announced, in order. */
  readonly announces: AnnounceRecord[] = [];
  /** Scrapes answered or refused. */
  scrapes = 0;
  readonly #world: World;
  /** By info-hash, then by `host port`. */
  readonly #swarms = new Map<string, Map<string, AnnounceRecord>>();

  /** Serve on a host that exists: HTTP on port 80, UDP on port 6969. */
  constructor(world: World, host: string, settings: Partial<TrackerSettings> = {}) {
    this.#world = world;
    Object.assign(this.settings, settings);
    this.httpUrl = `http://${host}/announce`;
    this.udpUrl = `udp://${host}:6969/announce`;
    world.internet.serveHttp(host, 80, (request) => this.#answerHttp(request));
    serveUdpTracker(world, host, 6969, this);
  }

  /** Who announced itself and did not stop. */
  peersOf(infoHash: string): Endpoint[] {
    return [...(this.#swarms.get(infoHash)?.values() ?? [])].map(({ host, port }) => ({ host, port }));
  }

  /** Note an announce and say who else is there, at random when there are too many. */
  announce(record: AnnounceRecord): SwarmReply {
    this.announces.push(record);
    const swarm = this.#swarms.get(record.infoHash) ?? new Map<string, AnnounceRecord>();
    this.#swarms.set(record.infoHash, swarm);
    const key = `${record.host} ${record.port}`;
    if (record.event === 'stopped') swarm.delete(key);
    else swarm.set(key, record);
    const others = [...swarm].flatMap(([other, { host, port }]) => (other === key ? [] : [{ host, port }]));
    const peers = record.event === 'stopped' ? [] : [...others, ...this.settings.morePeers];
    return {
      ...this.counts(record.infoHash),
      peers: this.#world.random.shuffle(peers).slice(0, record.numWant ?? DEFAULT_NUM_WANT),
    };
  }

  /** Seeds and leeches of a swarm. */
  counts(infoHash: string): { readonly complete: number; readonly incomplete: number } {
    const members = [...(this.#swarms.get(infoHash)?.values() ?? [])];
    const complete = members.filter(({ left }) => left === 0).length;
    return { complete, incomplete: members.length - complete };
  }

  #answerHttp({ url, userAgent, from }: SiteRequest): SiteAnswer {
    const { answer } = this.settings;
    const query = parseQuery(url.search);
    if (url.pathname === '/scrape') return this.#scrapeHttp(query);
    if (url.pathname !== '/announce') return { status: 404 };
    if (typeof answer === 'object' && 'redirect' in answer) {
      return { status: 302, location: answer.redirect + url.search };
    }
    const infoHash = query.get('info_hash')?.[0] ?? '';
    if (infoHash.length !== 20) return this.#say({ 'failure reason': 'info_hash is not 20 bytes' });
    const number = (name: string): number => Number(query.get(name)?.[0] ?? 0);
    const event = query.get('event')?.[0];
    const reply = this.announce({
      atMs: this.#world.clock.now(),
      transport: 'http',
      infoHash: latin1Hex(infoHash),
      peerId: latin1Hex(query.get('peer_id')?.[0] ?? ''),
      host: from,
      port: number('port'),
      event: event === 'started' || event === 'stopped' || event === 'completed' ? event : null,
      uploaded: number('uploaded'),
      downloaded: number('downloaded'),
      left: number('left'),
      numWant: query.has('numwant') ? number('numwant') : null,
      userAgent,
    });
    if (answer === 'hang' || answer === 'wrongTransaction') return 'hang';
    return this.#say(this.#replyDict(reply));
  }

  #replyDict(reply: SwarmReply): { readonly [key: string]: BencodeInput | undefined } {
    const { answer, intervalSeconds, minIntervalSeconds, compact } = this.settings;
    if (typeof answer === 'object' && 'failure' in answer) {
      return { 'failure reason': answer.failure, 'retry in': answer.retryInMinutes };
    }
    const peers = answer === 'huge' ? new Uint8Array(HUGE_PEERS * 6).fill(81) : encodeCompact(reply.peers, 4);
    return {
      interval: intervalSeconds,
      'min interval': minIntervalSeconds ?? undefined,
      complete: reply.complete,
      incomplete: reply.incomplete,
      peers: compact ? peers : reply.peers.map(({ host, port }) => ({ ip: host, port })),
      peers6: compact ? encodeCompact(reply.peers, 16) : undefined,
    };
  }

  #scrapeHttp(query: ReadonlyMap<string, readonly string[]>): SiteAnswer {
    this.scrapes++;
    const files = new Map<Uint8Array, BencodeInput>();
    for (const infoHash of query.get('info_hash') ?? []) {
      const hex = latin1Hex(infoHash);
      files.set(fromHex(hex)!, { ...this.counts(hex), downloaded: 0 });
    }
    return this.#say({ files });
  }

  #say(dict: { readonly [key: string]: BencodeInput | undefined }): SiteAnswer {
    const { answer, gzip, delayMs, bytesPerSecond } = this.settings;
    const plain =
      answer === 'garbage' ? new TextEncoder().encode('<html>no tracker here</html>') : encodeBencode(dict);
    return {
      status: 200,
      body: gzip ? Uint8Array.from(gzipSync(plain)) : plain,
      delayMs,
      ...(gzip ? { encoding: 'gzip' } : {}),
      ...(bytesPerSecond === null ? {} : { bytesPerSecond }),
    };
  }
}

/** Values by name, each a latin-1 text of its bytes. */
const parseQuery = (search: string): ReadonlyMap<string, readonly string[]> => {
  const values = new Map<string, string[]>();
  for (const part of search.slice(1).split('&')) {
    const [name = '', value = ''] = part.split('=', 2);
    const text = value.replaceAll(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    values.set(name, [...(values.get(name) ?? []), text]);
  }
  return values;
};

const latin1Hex = (text: string): string =>
  toHex(Uint8Array.from(text, (character) => character.charCodeAt(0)));
