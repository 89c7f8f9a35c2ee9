/**
 * What a .torrent file says about itself, beside what it holds. Decides how that is read without reading the list of its files
 * once more, which takes a second where they are 100,000.
 */
import { parseMetainfo, ProtocolError, type Metainfo } from '@jstorrent/protocol';
import { nodeDigests } from '../digests.ts';

/** Each null when it says nothing. */
export type TorrentNotes = Pick<Metainfo, 'comment' | 'createdBy' | 'creationDate'>;

/** Of what is no .torrent file. */
export const NO_NOTES: TorrentNotes = { comment: null, createdBy: null, creationDate: null };

const KEY = '4:info';
/** Stands for the info dictionary: the smallest there is. */
const SMALL = Buffer.from(
  `d6:lengthi1e4:name1:x12:piece lengthi16384e6:pieces20:${'x'.repeat(20)}e`,
  'latin1',
);

/** The notes of a .torrent file; `info` are the bytes of its info dictionary, where they are known. */
export function notesOf(metainfo: Uint8Array, info: Uint8Array | null): TorrentNotes {
  const short = info === null ? null : withoutInfo(metainfo, info);
  return (short === null ? null : read(short)) ?? read(metainfo) ?? NO_NOTES;
}

function withoutInfo(metainfo: Uint8Array, info: Uint8Array): Uint8Array | null {
  const bytes = Buffer.from(metainfo.buffer, metainfo.byteOffset, metainfo.length);
  for (let at = bytes.indexOf(KEY); at >= 0; at = bytes.indexOf(KEY, at + 1)) {
    const from = at + KEY.length;
    const to = from + info.length;
    if (to <= bytes.length && bytes.compare(info, 0, info.length, from, to) === 0)
      return Buffer.concat([bytes.subarray(0, from), SMALL, bytes.subarray(to)]);
  }
  return null;
}

function read(metainfo: Uint8Array): TorrentNotes | null {
  try {
    const { comment, createdBy, creationDate } = parseMetainfo(metainfo, nodeDigests);
    return { comment, createdBy, creationDate };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return null;
  }
}
