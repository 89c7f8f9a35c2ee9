/**
 * UDP trackers (BEP 15) with URL data (BEP 41): packets only. Transaction ids, timeouts and the life of a connection id
 * belong to the engine.
 */
import { assert } from './assert.ts';
import { byteAt, concatBytes, copyBytes, readU32, writeU16, writeU32, writeU64 } from './bytes.ts';
import { decodeCompact, isDialable, type Endpoint } from './endpoints.ts';
import { ProtocolError } from './error.ts';
import type { AnnounceEvent, AnnounceParams } from './http-tracker.ts';
import { MAX_INTERVAL_SECONDS, MAX_LABEL_LENGTH, MAX_TRACKER_PEERS, MAX_UDP_SCRAPE } from './limits.ts';
import type { ScrapeCounts } from './scrape.ts';
import { displayText, encodeUtf8 } from './utf8.ts';

/** The magic first 8 bytes of a connect request (BEP 15). */
const PROTOCOL_ID_HIGH = 0x417;
const PROTOCOL_ID_LOW = 0x2710_1980;
const ACTION = { connect: 0, announce: 1, scrape: 2, error: 3 } as const;
const EVENT_NUMBER: Readonly<Record<Exclude<AnnounceEvent, null>, number>> = {
  completed: 1,
  started: 2,
  stopped: 3,
};
/** BEP 41: an option of up to 255 bytes of path and query. */
const OPTION_URL_DATA = 2;

/** A packet from a UDP tracker (BEP 15). */
export type UdpReply =
  /** `connectionId` is 8 bytes, a copy. */
  | { readonly type: 'connect'; readonly transactionId: number; readonly connectionId: Uint8Array }
  | {
      readonly type: 'announce';
      readonly transactionId: number;
      /** Seconds, 0 to MAX_INTERVAL_SECONDS. */
      readonly interval: number;
      readonly incomplete: number | null;
      readonly complete: number | null;
      /** Dialable IP literals, at most MAX_TRACKER_PEERS. */
      readonly peers: readonly Endpoint[];
    }
  /** Counts in the order of the question. */
  | { readonly type: 'scrape'; readonly transactionId: number; readonly torrents: readonly ScrapeCounts[] }
  /** `message` is for display. */
  | { readonly type: 'error'; readonly transactionId: number; readonly message: string };

/** A connect request (BEP 15), 16 bytes. */
export function encodeUdpConnect(transactionId: number): Uint8Array {
  const packet = new Uint8Array(16);
  writeU32(packet, 0, PROTOCOL_ID_HIGH);
  writeU32(packet, 4, PROTOCOL_ID_LOW);
  writeU32(packet, 8, ACTION.connect);
  writeU32(packet, 12, transactionId);
  return packet;
}

/** Who asks a UDP tracker: the connection id it gave (8 bytes) and our number for this question. */
export interface UdpQuestion {
  readonly connectionId: Uint8Array;
  readonly transactionId: number;
}

/**
 * An announce request (BEP 15), 98 bytes and the options: `urlData` is path and query of the tracker's URL, sent where
 * it says more than `/` or `/announce` (BEP 41). The IP address field stays 0.
 */
export function encodeUdpAnnounce(
  question: UdpQuestion,
  params: AnnounceParams,
  urlData: string,
): Uint8Array {
  assert(params.infoHash.length === 20 && params.peerId.length === 20, 'hash and id of 20 bytes');
  const packet = new Uint8Array(98);
  writeHead(packet, question, ACTION.announce);
  packet.set(params.infoHash, 16);
  packet.set(params.peerId, 36);
  writeU64(packet, 56, params.downloaded);
  writeU64(packet, 64, params.left);
  writeU64(packet, 72, params.uploaded);
  writeU32(packet, 80, params.event === null ? 0 : EVENT_NUMBER[params.event]);
  writeU32(packet, 88, params.key);
  writeU32(packet, 92, params.numWant);
  writeU16(packet, 96, params.port);
  return concatBytes([packet, ...urlOptions(urlData)]);
}

/** A scrape request (BEP 15) for 1 to MAX_UDP_SCRAPE info-hashes of 20 bytes. */
export function encodeUdpScrape(question: UdpQuestion, infoHashes: readonly Uint8Array[]): Uint8Array {
  assert(infoHashes.length > 0 && infoHashes.length <= MAX_UDP_SCRAPE, 'as many torrents as a packet holds');
  const packet = new Uint8Array(16 + 20 * infoHashes.length);
  writeHead(packet, question, ACTION.scrape);
  for (const [i, infoHash] of infoHashes.entries()) packet.set(infoHash, 16 + 20 * i);
  return packet;
}

/**
 * Read a packet from a UDP tracker (BEP 15); `ipv6` tells whether the tracker was reached over IPv6, which makes its
 * peers 18 bytes each. Bytes that do not fill a last entry are ignored. Throws TRACKER_PACKET.
 */
export function parseUdpReply(packet: Uint8Array, ipv6: boolean): UdpReply {
  if (packet.length < 8) throw tooShort(packet);
  const action = readU32(packet, 0);
  const transactionId = readU32(packet, 4);
  switch (action) {
    case ACTION.connect:
      if (packet.length < 16) throw tooShort(packet);
      return { type: 'connect', transactionId, connectionId: copyBytes(packet, 8, 16) };
    case ACTION.announce:
      if (packet.length < 20) throw tooShort(packet);
      return {
        type: 'announce',
        transactionId,
        interval: readSeconds(packet, 8),
        incomplete: readCount(packet, 12),
        complete: readCount(packet, 16),
        peers: readPeers(packet.subarray(20), ipv6 ? 16 : 4),
      };
    case ACTION.scrape:
      return { type: 'scrape', transactionId, torrents: readScrape(packet) };
    case ACTION.error:
      return { type: 'error', transactionId, message: displayText(packet.subarray(8), MAX_LABEL_LENGTH) };
    default:
      throw new ProtocolError('TRACKER_PACKET', 0, `A UDP tracker sent the unknown action ${action}`);
  }
}

function writeHead(packet: Uint8Array, question: UdpQuestion, action: number): void {
  assert(question.connectionId.length === 8, 'a connection id of 8 bytes');
  packet.set(question.connectionId, 0);
  writeU32(packet, 8, action);
  writeU32(packet, 12, question.transactionId);
}

function urlOptions(urlData: string): Uint8Array[] {
  if (urlData === '' || urlData === '/' || urlData === '/announce') return [];
  const bytes = encodeUtf8(urlData);
  const options: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 255) {
    const part = bytes.subarray(at, at + 255);
    options.push(Uint8Array.of(OPTION_URL_DATA, part.length), part);
  }
  return options;
}

function readPeers(bytes: Uint8Array, addressLength: 4 | 16): Endpoint[] {
  const whole = bytes.length - (bytes.length % (addressLength + 2));
  return decodeCompact(bytes.subarray(0, whole), addressLength)
    .filter(isDialable)
    .slice(0, MAX_TRACKER_PEERS);
}

function readScrape(packet: Uint8Array): ScrapeCounts[] {
  const torrents: ScrapeCounts[] = [];
  for (let at = 8; at + 12 <= packet.length && torrents.length < MAX_UDP_SCRAPE; at += 12) {
    const [complete, downloaded, incomplete] = [0, 4, 8].map((field) => readCount(packet, at + field));
    torrents.push({
      complete: complete ?? null,
      downloaded: downloaded ?? null,
      incomplete: incomplete ?? null,
    });
  }
  return torrents;
}

/** A signed 32-bit count (BEP 15); negative ones tell nothing. */
function readCount(packet: Uint8Array, offset: number): number | null {
  return byteAt(packet, offset) >= 0x80 ? null : readU32(packet, offset);
}

/** Signed seconds: negative counts as 0. */
function readSeconds(packet: Uint8Array, offset: number): number {
  return Math.min(readCount(packet, offset) ?? 0, MAX_INTERVAL_SECONDS);
}

function tooShort(packet: Uint8Array): ProtocolError {
  return new ProtocolError('TRACKER_PACKET', packet.length, `A UDP tracker sent only ${packet.length} bytes`);
}
