/** What it costs to read and write what peers, trackers and files say. */
import {
  buildMetainfo,
  decodeMessage,
  encodeHave,
  encodeRequest,
  MessageReader,
  parseMetainfo,
  scanBencode,
} from '@jstorrent/protocol';
import { digests } from '../digests.ts';
import { seededRandom } from './chance.ts';
import { measure, type Measured } from './measure.ts';

const MIB = 1024 * 1024;
const MESSAGES = 4096;

/** A torrent of one file with this many pieces of 1 MiB; the hashes are noise. */
export function metainfoOf(pieceCount: number, pieceLength: number): Uint8Array {
  const pieceHashes = seededRandom(pieceCount).bytes(20 * pieceCount);
  const files = [{ path: [], length: pieceCount * pieceLength }];
  return buildMetainfo({ name: `pieces-${pieceCount}`, files, pieceLength, pieceHashes });
}

function manyFiles(count: number): Uint8Array {
  const files = Array.from({ length: count }, (_, index) => ({
    path: [`folder-${index % 40}`, `file-${index}.bin`],
    length: 262_144,
  }));
  const pieceHashes = seededRandom(count).bytes(20 * Math.ceil((count * 262_144) / MIB));
  return buildMetainfo({ name: 'files', files, pieceLength: MIB, pieceHashes });
}

/** All codecs. */
export function measureCodecs(): Measured[] {
  const rows: Measured[] = [];
  const nothing = (): null => null;
  const files = manyFiles(2000);
  rows.push(
    measure(`bencode scan, 2,000 files, ${files.length >> 10} KiB`, nothing, () => {
      scanBencode(files, { maxBytes: MIB });
      return 1;
    }),
  );
  const torrents = {
    '2,000 files': files,
    '1,000 pieces': metainfoOf(1000, MIB),
    '100,000 pieces': metainfoOf(100_000, MIB),
    '1,000,000 pieces': metainfoOf(1_000_000, MIB),
  };
  for (const [name, bytes] of Object.entries(torrents)) {
    rows.push(
      measure(`metainfo, ${name}`, nothing, () => {
        parseMetainfo(bytes, digests);
        return 1;
      }),
    );
  }
  const messages = Array.from({ length: MESSAGES }, (_, index) =>
    index % 2 === 0 ? encodeHave(index) : encodeRequest({ piece: index, offset: 16_384, length: 16_384 }),
  );
  rows.push(
    measure('wire message, encode (request)', nothing, () => {
      for (let i = 0; i < MESSAGES; i += 1) encodeRequest({ piece: i, offset: 16_384, length: 16_384 });
      return MESSAGES;
    }),
  );
  const bodies = messages.map((message) => message.subarray(4));
  rows.push(
    measure('wire message, decode', nothing, () => {
      for (const body of bodies) decodeMessage(body);
      return MESSAGES;
    }),
  );
  const stream = new Uint8Array(Buffer.concat(messages));
  rows.push(
    measure('wire message, split and decode', nothing, () => new MessageReader().push(stream).length),
  );
  return rows;
}
