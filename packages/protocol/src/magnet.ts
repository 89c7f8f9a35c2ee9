/**
 * Magnet links (BEP 9, 53; `btmh` of BEP 52): reading and writing. Whether hosts in them may be reached is not decided
 * here.
 */
import { equalBytes, fromBase32, fromHex, toHex } from './bytes.ts';
import type { Endpoint } from './endpoints.ts';
import { ProtocolError } from './error.ts';
import { canonicalIp } from './ip.ts';
import {
  MAX_LABEL_LENGTH,
  MAX_MAGNET_LENGTH,
  MAX_MAGNET_PEERS,
  MAX_FILES,
  MAX_SELECT_RANGES,
  MAX_TRACKERS,
  MAX_WEB_SEEDS,
} from './limits.ts';
import { cleanUrl, percentDecode, percentEncode, TRACKER_SCHEMES, WEB_SEED_SCHEMES } from './urls.ts';
import { decodeUtf8Lossy, displayText, encodeUtf8 } from './utf8.ts';

/** File indices `first` to `last`, both included (BEP 53). */
export interface FileRange {
  readonly first: number;
  readonly last: number;
}

/** What a magnet link says; at least one hash is there. */
export interface Magnet {
  /** `btih`, 20 bytes. */
  readonly infoHash: Uint8Array | null;
  /** `btmh`, 32 bytes (BEP 52). */
  readonly infoHashV2: Uint8Array | null;
  /** `dn`, for display only. */
  readonly name: string | null;
  readonly trackers: readonly string[];
  readonly webSeeds: readonly string[];
  /** `x.pe`: IP literals are canonical, other hosts are names. */
  readonly peers: readonly Endpoint[];
  /** `so`: only these files (BEP 53). */
  readonly selectOnly: readonly FileRange[] | null;
  /** `xl` in bytes. */
  readonly exactLength: number | null;
}

/**
 * Read a magnet link (THREATS 16). Unusable trackers, web seeds and peers are left out, and those beyond the limits.
 * Throws a MAGNET_ error; offsets count characters.
 */
export function parseMagnet(uri: string): Magnet {
  if (uri.length > MAX_MAGNET_LENGTH) {
    throw new ProtocolError('MAGNET_TOO_LONG', MAX_MAGNET_LENGTH, 'The magnet link is too long');
  }
  if (!/^\s*magnet:\?/i.test(uri)) throw new ProtocolError('MAGNET_SYNTAX', 0, 'This is not a magnet link');
  const parameters = splitParameters(uri);
  const hashes = readHashes(parameters);
  const names = parameters.filter(({ key }) => key === 'dn');
  return {
    ...hashes,
    name: names[0] === undefined ? null : readName(names[0].value),
    trackers: readUrls(parameters, 'tr', TRACKER_SCHEMES).slice(0, MAX_TRACKERS),
    webSeeds: readUrls(parameters, 'ws', WEB_SEED_SCHEMES).slice(0, MAX_WEB_SEEDS),
    peers: readPeers(parameters),
    selectOnly: readSelectOnly(parameters),
    exactLength: readLength(parameters),
  };
}

/** What `buildMagnet` writes; at least one hash must be there. */
export interface MagnetParts {
  readonly infoHash: Uint8Array | null;
  readonly infoHashV2?: Uint8Array | null;
  readonly name?: string | null;
  readonly trackers?: readonly string[];
  readonly webSeeds?: readonly string[];
  readonly peers?: readonly Endpoint[];
  readonly selectOnly?: readonly FileRange[] | null;
  readonly exactLength?: number | null;
}

/** The magnet link of a torrent (BEP 9, 52, 53); throws MAGNET_NO_HASH when there is no hash. */
export function buildMagnet(parts: MagnetParts): string {
  const text = (value: string): string => percentEncode(encodeUtf8(value));
  const fields: string[] = [];
  if (parts.infoHash !== null) fields.push(`xt=urn:btih:${toHex(parts.infoHash)}`);
  if (parts.infoHashV2) fields.push(`xt=urn:btmh:1220${toHex(parts.infoHashV2)}`);
  if (fields.length === 0) throw new ProtocolError('MAGNET_NO_HASH', 0, 'A magnet link needs an info-hash');
  if (parts.name) fields.push(`dn=${text(parts.name)}`);
  if (typeof parts.exactLength === 'number') fields.push(`xl=${parts.exactLength}`);
  for (const url of parts.trackers ?? []) fields.push(`tr=${text(url)}`);
  for (const url of parts.webSeeds ?? []) fields.push(`ws=${text(url)}`);
  for (const { host, port } of parts.peers ?? []) {
    fields.push(`x.pe=${host.includes(':') ? `[${host}]` : text(host)}:${port}`);
  }
  if (parts.selectOnly) {
    const ranges = parts.selectOnly.map(({ first, last }) =>
      first === last ? `${first}` : `${first}-${last}`,
    );
    fields.push(`so=${ranges.join(',')}`);
  }
  return `magnet:?${fields.join('&')}`;
}

interface Parameter {
  /** Lower case, without the number of `tr.1`. */
  readonly key: string;
  readonly value: string;
  /** Of the parameter in the link. */
  readonly offset: number;
}

function splitParameters(uri: string): Parameter[] {
  const parameters: Parameter[] = [];
  let offset = uri.indexOf('?') + 1;
  for (const field of uri.slice(offset).split('&')) {
    const equals = field.indexOf('=');
    if (equals > 0) {
      const key = field
        .slice(0, equals)
        .toLowerCase()
        .replace(/^(xt|tr|ws|dn)\.[0-9]+$/, '$1');
      parameters.push({ key, value: field.slice(equals + 1).trim(), offset });
    }
    offset += field.length + 1;
  }
  return parameters;
}

function readHashes(parameters: readonly Parameter[]): Pick<Magnet, 'infoHash' | 'infoHashV2'> {
  let infoHash: Uint8Array | null = null;
  let infoHashV2: Uint8Array | null = null;
  for (const { key, value, offset } of parameters) {
    if (key !== 'xt') continue;
    const urn = decodeUtf8Lossy(percentDecode(value));
    if (/^urn:btih:/i.test(urn)) infoHash = agree(infoHash, readHash(urn.slice(9)), offset);
    if (/^urn:btmh:/i.test(urn)) infoHashV2 = agree(infoHashV2, readMultihash(urn.slice(9)), offset);
  }
  if (infoHash === null && infoHashV2 === null) {
    throw new ProtocolError('MAGNET_NO_HASH', 0, 'The magnet link has no BitTorrent info-hash');
  }
  return { infoHash, infoHashV2 };
}

function agree(known: Uint8Array | null, hash: Uint8Array | null, offset: number): Uint8Array {
  if (hash === null) {
    throw new ProtocolError('MAGNET_BAD_HASH', offset, 'The info-hash of the magnet link is malformed');
  }
  if (known !== null && !equalBytes(known, hash)) {
    throw new ProtocolError('MAGNET_CONFLICT', offset, 'The magnet link names two different torrents');
  }
  return hash;
}

function readHash(text: string): Uint8Array | null {
  if (text.length === 40) return fromHex(text);
  return text.length === 32 ? fromBase32(text) : null;
}

/** A multihash in hex: 12 (SHA-256), 20 (32 bytes), digest. */
function readMultihash(text: string): Uint8Array | null {
  return text.length === 68 && text.startsWith('1220') ? fromHex(text.slice(4)) : null;
}

function readName(value: string): string | null {
  return displayText(percentDecode(value.replaceAll('+', ' ')), MAX_LABEL_LENGTH) || null;
}

function readUrls(
  parameters: readonly Parameter[],
  wanted: string,
  schemes: typeof TRACKER_SCHEMES,
): readonly string[] {
  const urls = new Set<string>();
  for (const { key, value } of parameters) {
    const url = key === wanted ? cleanUrl(decodeUtf8Lossy(percentDecode(value)), schemes) : null;
    if (url !== null) urls.add(url);
  }
  return [...urls];
}

function readPeers(parameters: readonly Parameter[]): Endpoint[] {
  const peers = new Map<string, Endpoint>();
  for (const { key, value } of parameters) {
    if (key !== 'x.pe' || peers.size >= MAX_MAGNET_PEERS) continue;
    const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]{1,253})):([0-9]{1,5})$/i.exec(
      decodeUtf8Lossy(percentDecode(value)),
    );
    const port = Number(match?.[3]);
    const host = match?.[1] === undefined ? peerHost(match?.[2] ?? '') : canonicalIp(match[1]);
    if (match === null || host === null || port < 1 || port > 65_535) continue;
    peers.set(`${host} ${port}`, { host, port });
  }
  return [...peers.values()];
}

/** A host name in lower case or an IPv4 literal; disguised IPv4 (`127.1`) is neither. */
function peerHost(text: string): string | null {
  const numeric = /(^|\.)(0x[0-9a-f]*|[0-9]+)\.?$/i.test(text);
  return numeric ? canonicalIp(text) : text.toLowerCase();
}

function readSelectOnly(parameters: readonly Parameter[]): FileRange[] | null {
  const found = parameters.find(({ key }) => key === 'so');
  if (found === undefined) return null;
  const parts = found.value.split(',', MAX_SELECT_RANGES + 1);
  if (parts.length > MAX_SELECT_RANGES) throw badSelection(found.offset);
  return parts.map((part) => {
    const match = /^([0-9]{1,7})(?:-([0-9]{1,7}))?$/.exec(part);
    if (match === null) throw badSelection(found.offset);
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (last < first || last >= MAX_FILES) throw badSelection(found.offset);
    return { first, last };
  });
}

function badSelection(offset: number): ProtocolError {
  return new ProtocolError(
    'MAGNET_SELECT_ONLY',
    offset,
    'The file selection of the magnet link is malformed',
  );
}

function readLength(parameters: readonly Parameter[]): number | null {
  const text = parameters.find(({ key }) => key === 'xl')?.value ?? '';
  const length = /^[0-9]{1,16}$/.test(text) ? Number(text) : null;
  return length !== null && Number.isSafeInteger(length) ? length : null;
}
