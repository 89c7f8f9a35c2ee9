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
    const path = rawComponents(getList(entry, 'path.utf-8') ?? getList(entry, 'path') ?? []) ?? [];
    const file = readFileEntry(entry, path);
    if (path.length === 0 && file.kind !== 'pad') throw malformed(entry.start);
    return file;
  });
}

function malformed(offset: number): ProtocolError {
  return new ProtocolError('TORRENT_FILES', offset, 'A file of the torrent has no usable path');
}
