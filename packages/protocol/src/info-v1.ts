/**
 * The files of a v1 info dictionary (BEP 3): one `length`, or a list of `files`.
 */
import { getList } from './bencode-read.ts';
import type { BencodeDict } from './bencode-scan.ts';
import { ProtocolError } from './error.ts';
import { rawComponents, readFileEntry, type RawFile } from './info-files.ts';
import { MAX_FILES } from './limits.ts';
import { decodeLatin1 } from './utf8.ts';

/** Files in torrent order, pads included; a single file has the torrent's name. Throws TORRENT_ errors. */
export function readV1Files(dict: BencodeDict, nameBytes: Uint8Array): RawFile[] {
  const list = dict.entries.get('files');
  if (list === undefined) return [readFileEntry(dict, [decodeLatin1(nameBytes)])];
  if (list.type !== 'list') throw new ProtocolError('TORRENT_FILES', list.start, 'The files are not a list');
  if (list.items.length > MAX_FILES) {
    throw new ProtocolError(
      'TORRENT_TOO_MANY_FILES',
      list.start,
      `The torrent has ${list.items.length} files`,
    );
  }
  return list.items.map((entry) => {
    if (entry.type !== 'dict') throw malformed(entry.start);
    return readFileEntry(entry, readPath(entry));
  });
}

function readPath(entry: BencodeDict): string[] {
  const legible = getList(entry, 'path.utf-8');
  const components = rawComponents(legible ?? getList(entry, 'path') ?? []);
  if (components === null || components.length === 0) throw malformed(entry.start);
  return components;
}

function malformed(offset: number): ProtocolError {
  return new ProtocolError('TORRENT_FILES', offset, 'A file of the torrent has no usable path');
}
