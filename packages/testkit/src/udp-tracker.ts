/**
 * The UDP side of the in-memory tracker (BEP 15): packets in, packets out. Who is in which swarm is kept by tracker.ts.
 */
import {
  type Endpoint,
  concatBytes,
  encodeCompact,
  equalBytes,
  readU32,
  toHex,
  writeU32,
} from '@jstorrent/protocol';
import type { AnnounceRecord, MemoryTracker } from './tracker.ts';
import type { World } from './world.ts';

const ACTION = { connect: 0, announce: 1, scrape: 2, error: 3 } as const;
const EVENTS: readonly AnnounceRecord['event'][] = [null, 'completed', 'started', 'stopped'];
/** Trackers honour a connection id for two minutes (BEP 15). */
const CONNECTION_ID_MS = 120_000;
/** What fits into one packet. */
const MAX_PACKET_PEERS = 200;

interface Asker {
  readonly host: string;
  readonly port: number;
  readonly connectionId: Uint8Array;
  readonly untilMs: number;
}

const readU64 = (bytes: Uint8Array, offset: number): number =>
  readU32(bytes, offset) * 0x1_0000_0000 + readU32(bytes, offset + 4);

const words = (...values: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(values.length * 4);
  for (const [i, value] of values.entries()) writeU32(bytes, i * 4, value >>> 0);
  return bytes;
};

/** Answer UDP tracker packets on a port of a host, over IPv4 and IPv6. */
export const serveUdpTracker = (world: World, name: string, port: number, tracker: MemoryTracker): void => {
  for (const address of ['0.0.0.0', '::']) new UdpTracker(world, name, { host: address, port }, tracker);
};

class UdpTracker {
  readonly #world: World;
  readonly #tracker: MemoryTracker;
  readonly #isV6: boolean;
  readonly #askers: Asker[] = [];
  readonly #send: (host: string, port: number, bytes: Uint8Array) => void;

  constructor(world: World, name: string, at: Endpoint, tracker: MemoryTracker) {
    this.#world = world;
    this.#tracker = tracker;
    this.#isV6 = at.host === '::';
    const socket = world.internet.network(name).bindUdp(at.host, at.port, {
      onBound: () => {},
      onFailed: (code) => {
        throw new Error(`a tracker cannot bind ${at.host}:${at.port}: ${code}`);
      },
      onPacket: (host, fromPort, bytes) => this.#onPacket({ host, port: fromPort }, bytes),
    });
    this.#send = (host, toPort, bytes) => socket.send(host, toPort, bytes);
  }

  #onPacket(from: Endpoint, packet: Uint8Array): void {
    if (packet.length < 16 || this.#tracker.settings.answer === 'hang') return;
    const action = readU32(packet, 8);
    if (action === ACTION.connect && readU64(packet, 0) === 0x417_2710_1980) this.#connect(from, packet);
    else if (!this.#isKnown(from, packet)) this.#fail(from, packet, 'unknown connection id');
    else if (action === ACTION.announce && packet.length >= 98) this.#announce(from, packet);
    else if (action === ACTION.scrape) this.#scrape(from, packet);
    else this.#fail(from, packet, 'unknown action');
  }

  #connect(from: Endpoint, packet: Uint8Array): void {
    const connectionId = this.#world.random.bytes(8);
    this.#askers.push({ ...from, connectionId, untilMs: this.#world.clock.now() + CONNECTION_ID_MS });
    this.#reply(from, packet, [words(ACTION.connect, 0), connectionId]);
  }

  #isKnown(from: Endpoint, packet: Uint8Array): boolean {
    const nowMs = this.#world.clock.now();
    return this.#askers.some(
      ({ host, port, connectionId, untilMs }) =>
        host === from.host &&
        port === from.port &&
        untilMs > nowMs &&
        equalBytes(connectionId, packet.subarray(0, 8)),
    );
  }

  #announce(from: Endpoint, packet: Uint8Array): void {
    const numWant = readU32(packet, 92) | 0;
    const reply = this.#tracker.announce({
      atMs: this.#world.clock.now(),
      transport: 'udp',
      infoHash: toHex(packet.subarray(16, 36)),
      peerId: toHex(packet.subarray(36, 56)),
      host: from.host,
      port: packet[96]! * 256 + packet[97]!,
      event: EVENTS[readU32(packet, 80)] ?? null,
      uploaded: readU64(packet, 72),
      downloaded: readU64(packet, 56),
      left: readU64(packet, 64),
      numWant: numWant < 0 ? null : numWant,
      userAgent: null,
    });
    const { answer, intervalSeconds } = this.#tracker.settings;
    if (typeof answer === 'object') {
      this.#fail(from, packet, 'failure' in answer ? answer.failure : 'moved');
      return;
    }
    const peers = encodeCompact(reply.peers.slice(0, MAX_PACKET_PEERS), this.#isV6 ? 16 : 4);
    const head = words(ACTION.announce, 0, intervalSeconds, reply.incomplete, reply.complete);
    this.#reply(from, packet, answer === 'huge' ? [head, new Uint8Array(60_000).fill(81)] : [head, peers]);
  }

  #scrape(from: Endpoint, packet: Uint8Array): void {
    this.#tracker.scrapes++;
    const counts: Uint8Array[] = [];
    for (let at = 16; at + 20 <= packet.length; at += 20) {
      const { complete, incomplete } = this.#tracker.counts(toHex(packet.subarray(at, at + 20)));
      counts.push(words(complete, 0, incomplete));
    }
    this.#reply(from, packet, [words(ACTION.scrape, 0), ...counts]);
  }

  #fail(from: Endpoint, packet: Uint8Array, text: string): void {
    this.#reply(from, packet, [words(ACTION.error, 0), new TextEncoder().encode(text)]);
  }

  /** Send a reply with the transaction id of the question, or as broken as told. */
  #reply(to: Endpoint, question: Uint8Array, parts: readonly Uint8Array[]): void {
    const { answer, delayMs } = this.#tracker.settings;
    const bytes = concatBytes([...parts]);
    writeU32(bytes, 4, answer === 'wrongTransaction' ? ~readU32(question, 12) >>> 0 : readU32(question, 12));
    const sent = answer === 'garbage' ? bytes.slice(0, 7) : bytes;
    this.#world.clock.after(delayMs, () => this.#send(to.host, to.port, sent));
  }
}
