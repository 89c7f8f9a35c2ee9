/**
 * Making .torrent files (BEP 3, 12, 19, 27). Reading and hashing the data is done elsewhere.
 */
import { assert } from './assert.ts';
import { encodeBencode } from './bencode-encode.ts';
import { MAX_PIECE_LENGTH } from './limits.ts';

/** Aim for at most this many pieces. */
const MAX_AIMED_PIECES = 2000;
const MIN_PIECE_LENGTH = 16_384;
const MAX_AIMED_PIECE_LENGTH = 16_777_216;

/** The data of a torrent to be made (BEP 3). */
export interface TorrentContent {
  /** The file, or the folder of all files. */
  readonly name: string;
  /** In torrent order, paths below `name`; one file with an empty path makes a torrent without a folder. */
  readonly files: readonly { readonly path: readonly string[]; readonly length: number }[];
  /** Bytes. */
  readonly pieceLength: number;
  /** SHA-1 of every piece, 20 bytes each. */
  readonly pieceHashes: Uint8Array;
}

/** What a torrent says beside its data; absent members are left out. */
export interface TorrentOptions {
  /** Tiers of URLs (BEP 12). */
  readonly trackers?: readonly (readonly string[])[];
  /** BEP 19. */
  readonly webSeeds?: readonly string[];
  /** BEP 27. */
  readonly private?: boolean;
  readonly comment?: string;
  readonly createdBy?: string;
  /** Seconds since 1970. */
  readonly creationDate?: number;
}

/** The bytes of a .torrent file (BEP 3). Hashes that do not fit the lengths are a bug. */
export function buildMetainfo(content: TorrentContent, options: TorrentOptions = {}): Uint8Array {
  const { files, pieceLength, pieceHashes } = content;
  const total = files.reduce((sum, file) => sum + file.length, 0);
  assert(pieceLength > 0 && pieceLength <= MAX_PIECE_LENGTH, 'a piece length within the limits');
  assert(total > 0, 'data');
  assert(pieceHashes.length === 20 * Math.ceil(total / pieceLength), 'a hash for every piece');
  const [single] = files.length === 1 && files[0]?.path.length === 0 ? files : [];
  assert(single !== undefined || files.every(({ path }) => path.length > 0), 'a path for every file');
  const tiers = (options.trackers ?? []).filter((tier) => tier.length > 0);
  const urls = tiers.flat();
  return encodeBencode({
    announce: urls[0],
    'announce-list': urls.length > 1 ? tiers : undefined,
    comment: options.comment,
    'created by': options.createdBy,
    'creation date': options.creationDate,
    info: {
      files: single === undefined ? files.map(({ path, length }) => ({ length, path })) : undefined,
      length: single?.length,
      name: content.name,
      'piece length': pieceLength,
      pieces: pieceHashes,
      private: options.private === true ? 1 : undefined,
    },
    'url-list': options.webSeeds !== undefined && options.webSeeds.length > 0 ? options.webSeeds : undefined,
  });
}

/** A piece length for `totalLength` bytes: a power of two from 16 KiB to 16 MiB that makes 1000 to 2000 pieces where it can. */
export function choosePieceLength(totalLength: number): number {
  let pieceLength = MIN_PIECE_LENGTH;
  while (pieceLength < MAX_AIMED_PIECE_LENGTH && totalLength / pieceLength > MAX_AIMED_PIECES)
    pieceLength *= 2;
  return pieceLength;
}
