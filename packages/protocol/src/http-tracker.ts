/**
 * HTTP trackers: the announce URL (BEP 3, 7, 23) and the reply (BEP 3, 7, 23, 24, 31). When to announce, and what to do
 * with a failure, the engine decides.
 */
import { assert } from './assert.ts';
import { getBytes, getInteger, getList } from './bencode-read.ts';
import { scanBencode, type BencodeDict, type BencodeNode } from './bencode-scan.ts';
import { copyBytes } from './bytes.ts';
import { decodeCompact, isDialable, type Endpoint } from './endpoints.ts';
import { ProtocolError } from './error.ts';
import { canonicalIp, formatIp } from './ip.ts';
import {
  MAX_INTERVAL_SECONDS,
  MAX_LABEL_LENGTH,
  MAX_MESSAGE_TOKENS,
  MAX_TRACKER_PEERS,
  MAX_TRACKER_REPLY,
} from './limits.ts';
import { parseUrl, percentEncode } from './urls.ts';
import { decodeUtf8, displayText } from './utf8.ts';

/** Why an announce is made (BEP 3); null is the regular one. */
export type AnnounceEvent = 'started' | 'stopped' | 'completed' | null;

/** What an announce tells a tracker (BEP 3, 15). Counts are bytes. */
export interface AnnounceParams {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  readonly port: number;
  readonly uploaded: number;
  readonly downloaded: number;
  readonly left: number;
  readonly event: AnnounceEvent;
  /** Peers wanted. */
  readonly numWant: number;
  /** A 32-bit number that stays the same for a session, so that a tracker knows us after an address change. */
  readonly key: number;
  /** As the tracker gave it, HTTP only. */
  readonly trackerId?: Uint8Array | null;
}

/** The answer of a tracker to an announce. `null` = not told or unusable. */
export type AnnounceReply =
  | {
      readonly type: 'failure';
      /** For display. */
      readonly reason: string;
      /** Seconds until a retry makes sense (BEP 31), Infinity for never, null when not told. */
      readonly retryInSeconds: number | null;
    }
  | {
      readonly type: 'success';
      /** Seconds, 0 to MAX_INTERVAL_SECONDS. */
      readonly interval: number | null;
      readonly minInterval: number | null;
      readonly trackerId: Uint8Array | null;
      /** Seeds. */
      readonly complete: number | null;
      /** Leeches. */
      readonly incomplete: number | null;
      readonly downloaded: number | null;
      /** For display. */
      readonly warning: string | null;
      /** Our address as the tracker sees it (BEP 24). */
      readonly externalIp: string | null;
      /** Dialable IP literals without duplicates, at most MAX_TRACKER_PEERS. */
      readonly peers: readonly Endpoint[];
    };

/** The URL of an announce (BEP 3); a query that the tracker's URL has stays in front. Throws TRACKER_URL. */
export function buildAnnounceUrl(trackerUrl: string, params: AnnounceParams): string {
  assert(params.infoHash.length === 20 && params.peerId.length === 20, 'hash and id of 20 bytes');
  const fields = [
    `info_hash=${percentEncode(params.infoHash)}`,
    `peer_id=${percentEncode(params.peerId)}`,
    `port=${params.port}`,
    `uploaded=${params.uploaded}`,
    `downloaded=${params.downloaded}`,
    `left=${params.left}`,
    'compact=1',
    `numwant=${params.numWant}`,
    `key=${params.key.toString(16).toUpperCase().padStart(8, '0')}`,
  ];
  if (params.event !== null) fields.push(`event=${params.event}`);
  if (params.trackerId) fields.push(`trackerid=${percentEncode(params.trackerId)}`);
  return appendQuery(trackerUrl, fields);
}

/** An HTTP tracker's URL with `fields` after the query it has. Throws TRACKER_URL. */
export function appendQuery(trackerUrl: string, fields: readonly string[]): string {
  const parts = parseUrl(trackerUrl);
  if (parts === null || parts.scheme === 'udp') {
    throw new ProtocolError('TRACKER_URL', 0, 'This is not the URL of an HTTP tracker');
  }
  const [base = ''] = trackerUrl.split('#', 1);
  const separator = parts.query === null ? '?' : /[?&]$/.test(base) ? '' : '&';
  return base + separator + fields.join('&');
}

/**
 * Read the reply to an announce (BEP 3): peers compact or as dictionaries, in `peers` and `peers6`.
 * Throws TRACKER_REPLY when it is not a dictionary, COMPACT_LENGTH when a compact list is cut, BENCODE_ errors when it is
 * not bencoded.
 */
export function parseAnnounceReply(bytes: Uint8Array): AnnounceReply {
  const dict = scanReply(bytes);
  const failure = getBytes(dict, 'failure reason');
  if (failure !== null) {
    const reason = displayText(failure, MAX_LABEL_LENGTH) || 'no reason given';
    return { type: 'failure', reason, retryInSeconds: readRetry(dict) };
  }
  const warning = getBytes(dict, 'warning message');
  const trackerId = getBytes(dict, 'tracker id');
  const externalIp = getBytes(dict, 'external ip');
  return {
    type: 'success',
    interval: readInterval(dict, 'interval'),
    minInterval: readInterval(dict, 'min interval'),
    trackerId: trackerId === null || trackerId.length > MAX_LABEL_LENGTH ? null : copyBytes(trackerId),
    complete: readCount(dict, 'complete'),
    incomplete: readCount(dict, 'incomplete'),
    downloaded: readCount(dict, 'downloaded'),
    warning: warning === null ? null : displayText(warning, MAX_LABEL_LENGTH) || null,
    externalIp: externalIp?.length === 4 || externalIp?.length === 16 ? formatIp(externalIp) : null,
    peers: readPeers(dict),
  };
}

/** The dictionary of a tracker's reply within our limits. Throws TRACKER_REPLY or BENCODE_ errors. */
export function scanReply(bytes: Uint8Array): BencodeDict {
  const dict = scanBencode(bytes, { maxBytes: MAX_TRACKER_REPLY, maxTokens: MAX_MESSAGE_TOKENS });
  if (dict.type !== 'dict') throw new ProtocolError('TRACKER_REPLY', 0, 'The reply is not a dictionary');
  return dict;
}

/** A count that is not negative, or null. */
export function readCount(dict: BencodeDict, key: string): number | null {
  const count = getInteger(dict, key);
  return count !== null && count >= 0 ? count : null;
}

function readInterval(dict: BencodeDict, key: string): number | null {
  const seconds = readCount(dict, key);
  return seconds === null ? null : Math.min(seconds, MAX_INTERVAL_SECONDS);
}

/** BEP 31: minutes, or the text `never`. */
function readRetry(dict: BencodeDict): number | null {
  const text = getBytes(dict, 'retry in');
  if (text !== null && decodeUtf8(text) === 'never') return Number.POSITIVE_INFINITY;
  const spelled = text === null ? null : /^[0-9]{1,9}$/.exec(decodeUtf8(text.subarray(0, 16)) ?? '');
  const minutes =
    spelled === null || spelled === undefined ? readCount(dict, 'retry in') : Number(spelled[0]);
  return minutes === null ? null : Math.min(minutes * 60, MAX_INTERVAL_SECONDS);
}

function readPeers(dict: BencodeDict): Endpoint[] {
  const peers = new Map<string, Endpoint>();
  const candidates = [
    ...compact(getBytes(dict, 'peers'), 4),
    ...listed(getList(dict, 'peers') ?? []),
    ...compact(getBytes(dict, 'peers6'), 16),
    ...listed(getList(dict, 'peers6') ?? []),
  ];
  for (const peer of candidates) {
    if (peers.size >= MAX_TRACKER_PEERS) break;
    if (isDialable(peer)) peers.set(`${peer.host} ${peer.port}`, peer);
  }
  return [...peers.values()];
}

function compact(bytes: Uint8Array | null, addressLength: 4 | 16): Endpoint[] {
  return bytes === null ? [] : decodeCompact(bytes, addressLength);
}

/** Peers as dictionaries (BEP 3); host names are left out, because a tracker must not make us look up names. */
function listed(items: readonly BencodeNode[]): Endpoint[] {
  const peers: Endpoint[] = [];
  for (const item of items) {
    if (item.type !== 'dict') continue;
    const ip = getBytes(item, 'ip');
    const port = getInteger(item, 'port');
    const host = ip === null ? null : canonicalIp(decodeUtf8(ip.subarray(0, 64)) ?? '');
    if (host !== null && port !== null) peers.push({ host, port });
  }
  return peers;
}
