/**
 * Where a torrent comes from: a magnet link, a .torrent file or a web address of one. Decides which of these a text is,
 * and that what is read is a torrent.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { nodeDigests } from '@jstorrent/native-host/digests';
import {
  MAX_TORRENT_BYTES,
  parseMagnet,
  parseMetainfo,
  ProtocolError,
  type Magnet,
  type Metainfo,
} from '@jstorrent/protocol';
import { CliError, diskError, EXIT } from './errors.ts';

/** A .torrent file: its bytes and what they say. */
export interface TorrentFile {
  readonly bytes: Uint8Array;
  readonly metainfo: Metainfo;
}

/** A torrent as a user names it. */
export type Source =
  | { readonly kind: 'magnet'; readonly uri: string; readonly magnet: Magnet }
  | ({ readonly kind: 'file' } & TorrentFile)
  | { readonly kind: 'url'; readonly url: string };

/** What a text names; files are read, magnet links and torrents checked. */
export function readSource(text: string): Source {
  if (/^\s*magnet:/i.test(text))
    return { kind: 'magnet', uri: text, magnet: checked(() => parseMagnet(text), '') };
  if (/^https?:\/\//i.test(text)) return { kind: 'url', url: text };
  return { kind: 'file', ...readTorrentFile(text) };
}

/** A .torrent file, read and checked. */
export function readTorrentFile(path: string): TorrentFile {
  if (/^(magnet|https?):/i.test(path)) {
    const text =
      'this command takes a .torrent file; "jstorrent download" takes magnet links and addresses too';
    throw new CliError(EXIT.source, 'NOT_A_FILE', text);
  }
  const bytes = readBounded(path);
  return { bytes, metainfo: parseTorrent(bytes, path) };
}

/** The torrent in the bytes of a .torrent file; `name` is what the user calls it. */
export function parseTorrent(bytes: Uint8Array, name: string): Metainfo {
  return checked(() => parseMetainfo(bytes, nodeDigests), name);
}

/** Run a codec; malformed input ends the program with the code of the codec. */
function checked<T>(read: () => T, name: string): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { code, message } = error;
    const subject = code.startsWith('BENCODE_') ? `${name} is not a torrent` : name;
    throw new CliError(EXIT.source, code, subject === '' ? message : `${subject}: ${message}`);
  }
}

function readBounded(path: string): Uint8Array {
  try {
    const fd = openSync(path, 'r');
    try {
      return readAll(path, fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw error instanceof CliError ? error : diskError(path, error);
  }
}

function readAll(path: string, fd: number): Uint8Array {
  const stat = fstatSync(fd);
  if (stat.isDirectory()) throw new CliError(EXIT.disk, 'NOT_A_FILE', `${path} is a folder, not a torrent`);
  if (stat.size > MAX_TORRENT_BYTES) {
    throw new CliError(EXIT.source, 'BENCODE_TOO_LARGE', `${path} is too large to be a torrent`);
  }
  const bytes = new Uint8Array(stat.size);
  let length = 0;
  while (length < bytes.length) {
    const read = readSync(fd, bytes, length, bytes.length - length, null);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}
