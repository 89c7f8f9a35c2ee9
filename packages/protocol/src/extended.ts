/**
 * The extended handshake (BEP 10): which extensions a peer speaks and what it tells about itself. Reading is tolerant:
 * a member of the wrong kind counts as absent, because clients differ; only a payload that is no dictionary is refused.
 */
import { encodeBencode } from './bencode-encode.ts';
import { getBytes, getDict, getInteger } from './bencode-read.ts';
import { scanBencodePrefix, type BencodeDict } from './bencode-scan.ts';
import { ProtocolError } from './error.ts';
import { formatIp, parseIp } from './ip.ts';
import { MAX_EXTENSIONS, MAX_LABEL_LENGTH, MAX_MESSAGE_TOKENS, MAX_WIRE_MESSAGE } from './limits.ts';
import { assert } from './assert.ts';
import { decodeUtf8, displayText } from './utf8.ts';

/** Extended message id of the handshake itself (BEP 10). */
export const EXTENDED_HANDSHAKE = 0;

/** What a peer told in an extended handshake (BEP 10); null = not told or unusable. */
export interface ExtendedHandshake {
  /** Message ids by extension name, 1 to 255, no id twice: the ids we must use towards this peer. */
  readonly extensions: ReadonlyMap<string, number>;
  /** Extensions the peer switched off (id 0). */
  readonly disabled: readonly string[];
  /** `v`, fit for display. */
  readonly clientName: string | null;
  /** `p`: the peer's listening port. */
  readonly listenPort: number | null;
  /** `reqq`: requests the peer queues, at least 1. */
  readonly requestQueue: number | null;
  /** `metadata_size` in bytes, at least 1 (BEP 9). It is a claim: limit it before using it. */
  readonly metadataSize: number | null;
  /** `yourip`: our address as the peer sees it. */
  readonly yourIp: string | null;
  /** `ipv4` and `ipv6`: other addresses of the peer. */
  readonly ipv4: string | null;
  readonly ipv6: string | null;
  /** `upload_only`: the peer downloads nothing (BEP 21). */
  readonly uploadOnly: boolean;
}

/** What we tell in an extended handshake (BEP 10): addresses are IP literals; absent members are left out. */
export interface OutgoingExtendedHandshake {
  readonly extensions: Readonly<Record<string, number>>;
  readonly clientName?: string;
  readonly listenPort?: number;
  readonly requestQueue?: number;
  readonly metadataSize?: number;
  readonly yourIp?: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly uploadOnly?: boolean;
}

/** The payload of an extended handshake (BEP 10), for `encodeExtended(EXTENDED_HANDSHAKE, payload)`. */
export function encodeExtendedHandshake(handshake: OutgoingExtendedHandshake): Uint8Array {
  return encodeBencode({
    m: handshake.extensions,
    v: handshake.clientName,
    p: handshake.listenPort,
    reqq: handshake.requestQueue,
    metadata_size: handshake.metadataSize,
    yourip: addressBytes(handshake.yourIp),
    ipv4: addressBytes(handshake.ipv4),
    ipv6: addressBytes(handshake.ipv6),
    upload_only: handshake.uploadOnly === true ? 1 : undefined,
  });
}

/**
 * Read the payload of an extended handshake (BEP 10); bytes after the dictionary are ignored.
 * Throws WIRE_EXTENDED_HANDSHAKE when it is not a dictionary, BENCODE_ errors when it is not bencoded.
 */
export function decodeExtendedHandshake(payload: Uint8Array): ExtendedHandshake {
  const dict = scanBencodePrefix(payload, { maxBytes: MAX_WIRE_MESSAGE, maxTokens: MAX_MESSAGE_TOKENS });
  if (dict.type !== 'dict') {
    throw new ProtocolError('WIRE_EXTENDED_HANDSHAKE', 0, 'An extended handshake is not a dictionary');
  }
  const v = getBytes(dict, 'v');
  return {
    ...readExtensions(dict),
    clientName: v === null ? null : displayText(v, MAX_LABEL_LENGTH) || null,
    listenPort: integerWithin(dict, 'p', 65_535),
    requestQueue: integerWithin(dict, 'reqq', Number.MAX_SAFE_INTEGER),
    metadataSize: integerWithin(dict, 'metadata_size', Number.MAX_SAFE_INTEGER),
    yourIp: addressText(dict, 'yourip', [4, 16]),
    ipv4: addressText(dict, 'ipv4', [4]),
    ipv6: addressText(dict, 'ipv6', [16]),
    uploadOnly: getInteger(dict, 'upload_only') === 1,
  };
}

/** The usable part of `m`: the first name wins an id, and no more names than the limit. */
function readExtensions(dict: BencodeDict): Pick<ExtendedHandshake, 'extensions' | 'disabled'> {
  const extensions = new Map<string, number>();
  const disabled: string[] = [];
  const taken = new Set<number>();
  const entries = getDict(dict, 'm')?.entries ?? [];
  for (const [name, node] of entries) {
    if (node.type !== 'integer' || typeof node.value !== 'number' || name.length > MAX_LABEL_LENGTH) continue;
    if (extensions.size + disabled.length >= MAX_EXTENSIONS) break;
    if (node.value === 0) disabled.push(name);
    if (node.value < 1 || node.value > 255 || taken.has(node.value)) continue;
    taken.add(node.value);
    extensions.set(name, node.value);
  }
  return { extensions, disabled };
}

function integerWithin(dict: BencodeDict, key: string, max: number): number | null {
  const value = getInteger(dict, key);
  return value !== null && value >= 1 && value <= max ? value : null;
}

/** Address bytes, or the text of an address, which some clients send. */
function addressText(dict: BencodeDict, key: string, lengths: readonly number[]): string | null {
  const bytes = getBytes(dict, key);
  if (bytes === null) return null;
  if (lengths.includes(bytes.length)) return formatIp(bytes);
  const parsed = parseIp(decodeUtf8(bytes.subarray(0, 64)) ?? '');
  return parsed !== null && lengths.includes(parsed.length) ? formatIp(parsed) : null;
}

function addressBytes(text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined;
  const bytes = parseIp(text);
  assert(bytes !== null, `${text} is an IP literal`);
  return bytes;
}
