/**
 * The .torrent file around an info dictionary (BEP 3, 5, 12, 17, 19, 52). Unusable trackers, web seeds and nodes are
 * left out; only what makes the data doubtful is an error.
 */
import { getBytes, getDict, getInteger } from './bencode-read.ts';
import { scanBencode, type BencodeDict, type BencodeNode } from './bencode-scan.ts';
import { copyBytes, equalBytes, toHex } from './bytes.ts';
import type { Digests } from './digests.ts';
import type { Endpoint } from './endpoints.ts';
import { ProtocolError } from './error.ts';
import { parseInfo, type Info } from './info.ts';
import {
  MAX_COMMENT_LENGTH,
  MAX_LABEL_LENGTH,
  MAX_NODES,
  MAX_TORRENT_BYTES,
  MAX_TRACKERS,
  MAX_WEB_SEEDS,
} from './limits.ts';
import { merkleRoot, SHA256_LENGTH } from './merkle.ts';
import { canonicalIp } from './ip.ts';
import { cleanUrl, TRACKER_SCHEMES, WEB_SEED_SCHEMES } from './urls.ts';
import { decodeUtf8Lossy, displayText, encodeLatin1 } from './utf8.ts';

/** A .torrent file, checked; texts are for display. */
export interface Metainfo {
  readonly info: Info;
  /** Tiers of tracker URLs (BEP 12), without duplicates and empty tiers, at most MAX_TRACKERS URLs. */
  readonly trackers: readonly (readonly string[])[];
  /** `url-list` (BEP 19). */
  readonly webSeeds: readonly string[];
  /** `httpseeds` (BEP 17). */
  readonly httpSeeds: readonly string[];
  /** DHT nodes (BEP 5); hosts are canonical IP literals or names. */
  readonly nodes: readonly Endpoint[];
  readonly comment: string | null;
  readonly createdBy: string | null;
  /** Seconds since 1970. */
  readonly creationDate: number | null;
  /** Hash of every piece (32 bytes each) by pieces root in hex, checked against the root; files of one piece have none. */
  readonly pieceLayers: ReadonlyMap<string, Uint8Array> | null;
}

/**
 * Check a .torrent file; nothing of `bytes` is kept.
 * Throws TORRENT_ errors, or BENCODE_ errors when it is not bencoded.
 */
export function parseMetainfo(bytes: Uint8Array, digests: Digests): Metainfo {
  const dict = scanBencode(bytes, { maxBytes: MAX_TORRENT_BYTES });
  if (dict.type !== 'dict') throw new ProtocolError('TORRENT_NOT_DICT', 0, 'This is not a torrent');
  const infoNode = dict.entries.get('info');
  if (infoNode === undefined) throw new ProtocolError('TORRENT_NO_INFO', 0, 'The torrent has no info');
  const info = parseInfo(bytes.subarray(infoNode.start, infoNode.end), digests);
  const creationDate = getInteger(dict, 'creation date');
  return {
    info,
    trackers: readTrackers(dict),
    webSeeds: readUrlList(dict, 'url-list'),
    httpSeeds: readUrlList(dict, 'httpseeds'),
    nodes: readNodes(dict),
    comment: readText(dict, 'comment', MAX_COMMENT_LENGTH),
    createdBy: readText(dict, 'created by', MAX_LABEL_LENGTH),
    creationDate: creationDate !== null && creationDate > 0 ? creationDate : null,
    pieceLayers: info.infoHashV2 === null ? null : readPieceLayers(dict, info, digests),
  };
}

function readTrackers(dict: BencodeDict): string[][] {
  const seen = new Set<string>();
  const list = dict.entries.get('announce-list');
  const tiers = list?.type === 'list' ? list.items.map((tier) => readTier(tier, seen)) : [];
  const announce = dict.entries.get('announce');
  if (seen.size === 0 && announce !== undefined) tiers.push(readTier(announce, seen));
  return tiers.filter((tier) => tier.length > 0);
}

/** The URLs of a tier that are not known yet; a lone URL, which some torrents have here, is a tier. */
function readTier(tier: BencodeNode, seen: Set<string>): string[] {
  const urls: string[] = [];
  for (const node of tier.type === 'list' ? tier.items : [tier]) {
    const url = readUrl(node, TRACKER_SCHEMES);
    if (url === null || seen.has(url) || seen.size >= MAX_TRACKERS) continue;
    seen.add(url);
    urls.push(url);
  }
  return urls;
}

function readUrlList(dict: BencodeDict, key: string): string[] {
  const node = dict.entries.get(key);
  const urls = new Set<string>();
  for (const item of node?.type === 'list' ? node.items : node === undefined ? [] : [node]) {
    const url = readUrl(item, WEB_SEED_SCHEMES);
    if (url !== null && urls.size < MAX_WEB_SEEDS) urls.add(url);
  }
  return [...urls];
}

function readUrl(node: BencodeNode, schemes: typeof TRACKER_SCHEMES): string | null {
  return node.type === 'bytes' ? cleanUrl(decodeUtf8Lossy(node.bytes.subarray(0, 8192)), schemes) : null;
}

function readNodes(dict: BencodeDict): Endpoint[] {
  const list = dict.entries.get('nodes');
  const nodes: Endpoint[] = [];
  for (const item of list?.type === 'list' ? list.items : []) {
    if (item.type !== 'list' || nodes.length >= MAX_NODES) continue;
    const [hostNode, portNode] = item.items;
    if (hostNode?.type !== 'bytes' || portNode?.type !== 'integer') continue;
    const text = decodeUtf8Lossy(hostNode.bytes.subarray(0, 256)).toLowerCase();
    const host =
      canonicalIp(text) ?? (/^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*$/.test(text) ? text : null);
    const port = Number(portNode.value);
    if (host !== null && port >= 1 && port <= 65_535) nodes.push({ host, port });
  }
  return nodes;
}

function readText(dict: BencodeDict, key: string, maxLength: number): string | null {
  const bytes = getBytes(dict, `${key}.utf-8`) ?? getBytes(dict, key);
  return bytes === null ? null : displayText(bytes, maxLength) || null;
}

/** The layer of every file that has more than one piece, checked (THREATS 14). */
function readPieceLayers(dict: BencodeDict, info: Info, digests: Digests): Map<string, Uint8Array> {
  const layers = new Map<string, Uint8Array>();
  const byRoot = getDict(dict, 'piece layers');
  const found = new Map<string, Uint8Array>();
  for (const [key, node] of byRoot?.entries ?? []) {
    const root = encodeLatin1(key);
    if (root !== null && node.type === 'bytes') found.set(toHex(root), node.bytes);
  }
  for (const { length, piecesRoot } of info.files) {
    if (piecesRoot === undefined || length <= info.pieceLength) continue;
    const key = toHex(piecesRoot);
    const layer = found.get(key);
    if (layer?.length !== SHA256_LENGTH * Math.ceil(length / info.pieceLength)) throw badLayers(byRoot);
    if (layers.has(key)) continue;
    if (!equalBytes(merkleRoot(layer, info.pieceLength, digests), piecesRoot)) throw badLayers(byRoot);
    layers.set(key, copyBytes(layer));
  }
  return layers;
}

function badLayers(node: BencodeDict | null): ProtocolError {
  const text = 'The piece layers are missing or do not match their files';
  return new ProtocolError('TORRENT_PIECE_LAYERS', node?.start ?? 0, text);
}
