/**
 * Torrents for tests: real ones as other programs made them, and v2 ones made here from the text of BEP 52 alone.
 */
import { encodeBencode, type BencodeInput } from '../bencode-encode.ts';
import { concatBytes } from '../bytes.ts';
import { encodeUtf8 } from '../utf8.ts';
import { nodeDigests } from './digests.ts';

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));

/** The smallest of the public webtorrent-fixtures, with the info-hashes published for them. */
export const REAL_TORRENTS = {
  /** One file, made by µTorrent; info-hash d2474e86c95b19b8bcfdb92bc12c9d44667cfa36. */
  leaves: fromBase64(
    'ZDEwOmNyZWF0ZWQgYnkxMzp1VG9ycmVudC8zMzAwMTM6Y3JlYXRpb24gZGF0ZWkxMzc1MzYzNjY2ZTg6ZW5jb2Rpbmc1OlVURi04NDppbmZvZDY6bGVuZ3RoaTM2MjAxN2U0Om5hbWUzNjpMZWF2ZXMgb2YgR3Jhc3MgYnkgV2FsdCBXaGl0bWFuLmVwdWIxMjpwaWVjZSBsZW5ndGhpMTYzODRlNjpwaWVjZXM0NjA6H5w/Wb7sB5cV7FMyS96FaeSgtOvsQjB9TOVVe105ZMXvVdNUz0puzHvxvK950R+l4L4GWTyPqvwMK6LPdtccWwFSayMAf56ZKb6vxRUeZREJMaG0TCG/Hmi5E4+QSV5pDbxV9XLkwpRMus8m5rOuinIp2IqvoF9h6q5qvz8Hy225Z3zGre1N05heRYYnVn+nY58GX3GxiVQwSspjZnKeC0dz13roDKqWpSSATf5Lm9PervmZyd1RAnRnUZ1eslYa4swBRn3l9kMKYLy6JHl2ku+odw0j3wqDDZHLNbNAeoi6oFkNyMmqahIPJ0Nn3Nhn6I6DOMVyoG48gBsp9RnfUys+dvZwz2ruUxB/PTk3hIP2nPgPpWix6sU7UGFZ6YjYvBaSLRJdd9gD1lLDyjBwwW7tkXKrUG0g5SLqPxq2dLP5I9dv6PRP8y43LDs3ZWTG+18NvlIWTwNin9EyJja6uywBS32uWC2kE2OWUmHmzhK0NwHwqMntFSCnDroARACiZ3ZfbT3Vx761vTx1898qVFYKYYARR/pOx89WjnA6ywTlYQpNVtzCQtAyk+lEbPXkV9jrPZWI/ZDGmN6bDa2SmAkGwCbYwUCPoI/k7GVl',
  ),
  /** Three files in a folder. */
  numbers: fromBase64(
    'ZDEzOmNyZWF0aW9uIGRhdGVpMTQ0OTczMDI4Nzg0MmU4OmVuY29kaW5nNTpVVEYtODQ6aW5mb2Q1OmZpbGVzbGQ2Omxlbmd0aGkxZTQ6cGF0aGw1OjEudHh0ZWVkNjpsZW5ndGhpMmU0OnBhdGhsNToyLnR4dGVlZDY6bGVuZ3RoaTNlNDpwYXRobDU6My50eHRlZWU0Om5hbWU3Om51bWJlcnMxMjpwaWVjZSBsZW5ndGhpMTYzODRlNjpwaWVjZXMyMDofdGSOUKamcI7FSrMnoWPVU2t87WVl',
  ),
} as const;

/** Piece length of the v2 and hybrid torrents made here. */
export const V2_PIECE_LENGTH = 32_768;

/** A file of a v2 torrent to be made: its path below the torrent's folder and its bytes. */
export interface V2File {
  readonly path: readonly string[];
  readonly data: Uint8Array;
}

/** Info and piece layers of a v2 or hybrid torrent, as values to be encoded or damaged. */
export interface V2Torrent {
  readonly info: Readonly<Record<string, BencodeInput>>;
  readonly layers: ReadonlyMap<Uint8Array, Uint8Array>;
}

/** A v2 torrent, hybrid where asked for, by the letter of BEP 52: every tree is built from all of its leaves. */
export function makeV2(name: string, files: readonly V2File[], hybrid: boolean): V2Torrent {
  const layers = new Map<Uint8Array, Uint8Array>();
  const tree: Tree = new Map();
  const v1Files: BencodeInput[] = [];
  const v1Data: Uint8Array[] = [];
  for (const [i, { path, data }] of files.entries()) {
    const { root, layer } = hashTree(data);
    if (data.length > V2_PIECE_LENGTH) layers.set(root, layer);
    insert(tree, path, data.length === 0 ? { length: 0 } : { length: data.length, 'pieces root': root });
    v1Files.push({ length: data.length, path });
    v1Data.push(data);
    const rest = data.length % V2_PIECE_LENGTH;
    if (rest > 0 && i < files.length - 1) {
      const pad = V2_PIECE_LENGTH - rest;
      v1Files.push({ attr: 'p', length: pad, path: ['.pad', String(pad)] });
      v1Data.push(new Uint8Array(pad));
    }
  }
  const v2 = { 'file tree': toInput(tree), 'meta version': 2, name, 'piece length': V2_PIECE_LENGTH };
  const v1 = { files: v1Files, pieces: v1Hashes(concatBytes(v1Data)) };
  return { info: hybrid ? { ...v2, ...v1 } : v2, layers };
}

/** The .torrent file of a v2 torrent. */
export function encodeV2(torrent: V2Torrent): Uint8Array {
  return encodeBencode({ info: torrent.info, 'piece layers': torrent.layers });
}

type Tree = Map<string, Tree | BencodeInput>;

function insert(tree: Tree, path: readonly string[], entry: BencodeInput): void {
  const [head = '', ...rest] = path;
  if (rest.length === 0) {
    tree.set(head, { '': entry });
    return;
  }
  const below = tree.get(head);
  const folder: Tree = below instanceof Map ? (below as Tree) : new Map();
  tree.set(head, folder);
  insert(folder, rest, entry);
}

function toInput(tree: Tree): BencodeInput {
  const entries = [...tree].map(([key, value]) => {
    const input = value instanceof Map ? toInput(value as Tree) : value;
    return [encodeUtf8(key), input] as const;
  });
  return new Map(entries);
}

function hashTree(data: Uint8Array): { readonly root: Uint8Array; readonly layer: Uint8Array } {
  const leafCount = Math.max(1, Math.ceil(data.length / 16_384));
  const width = 2 ** Math.ceil(Math.log2(leafCount));
  let nodes = Array.from({ length: width }, (_, i) =>
    i < leafCount ? nodeDigests.sha256(data.subarray(i * 16_384, (i + 1) * 16_384)) : new Uint8Array(32),
  );
  let layer = new Uint8Array();
  for (let length = 16_384; ; length *= 2) {
    const pieces = Math.ceil(data.length / V2_PIECE_LENGTH);
    if (length === V2_PIECE_LENGTH) layer = Uint8Array.from(concatBytes(nodes.slice(0, pieces)));
    if (nodes.length === 1) break;
    nodes = Array.from({ length: nodes.length / 2 }, (_, i) =>
      nodeDigests.sha256(concatBytes(nodes.slice(2 * i, 2 * i + 2))),
    );
  }
  return { root: nodes[0] ?? new Uint8Array(), layer };
}

function v1Hashes(data: Uint8Array): Uint8Array {
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += V2_PIECE_LENGTH) {
    hashes.push(nodeDigests.sha1(data.subarray(at, at + V2_PIECE_LENGTH)));
  }
  return concatBytes(hashes);
}
