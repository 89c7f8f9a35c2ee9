/**
 * The info dictionary (BEP 3, 47, 52): the one place where both .torrent files and metadata from peers are checked.
 * What a client may do with a torrent is not decided here.
 */
import { getBytes, getInteger, getList } from './bencode-read.ts';
import { scanBencode, type BencodeDict } from './bencode-scan.ts';
import { copyBytes } from './bytes.ts';
import type { Digests } from './digests.ts';
import { ProtocolError } from './error.ts';
import { checkFiles, safeFiles, type InfoFile, type RawFile } from './info-files.ts';
import { readV1Files } from './info-v1.ts';
import { joinHybrid, padV2Files, readV2Files } from './info-v2.ts';
import { MAX_PIECES, MAX_PIECE_LENGTH, MAX_TORRENT_BYTES, MIN_V2_PIECE_LENGTH } from './limits.ts';
import { safeComponent } from './safe-paths.ts';
import { decodeLatin1, decodeUtf8Lossy } from './utf8.ts';

/** What a torrent consists of, checked. All arrays are the holder's own. */
export interface Info {
  /** SHA-1 of the raw bytes for v1 and hybrid torrents, 20 bytes (BEP 3). */
  readonly infoHash: Uint8Array | null;
  /** SHA-256 of the raw bytes for v2 and hybrid torrents, 32 bytes (BEP 52). */
  readonly infoHashV2: Uint8Array | null;
  /** A safe component, for display and as the name of the file or folder. */
  readonly name: string;
  /** Bytes, 1 to MAX_PIECE_LENGTH. */
  readonly pieceLength: number;
  /** ceil(totalLength / pieceLength). */
  readonly pieceCount: number;
  /** SHA-1 of every piece, 20 bytes each; empty for pure v2 torrents. */
  readonly pieceHashes: Uint8Array;
  /** In torrent order, pads included: a file begins where the one before it ends. */
  readonly files: readonly InfoFile[];
  /** Bytes of all files, pads included. */
  readonly totalLength: number;
  /** Peers come from its trackers only (BEP 27). */
  readonly private: boolean;
  /** The exact bytes that the info-hashes are taken over. */
  readonly raw: Uint8Array;
}

/**
 * Check an info dictionary (THREATS 1 to 14). `infoBytes` is copied.
 * Throws TORRENT_ errors, or BENCODE_ errors when it is not bencoded.
 */
export function parseInfo(infoBytes: Uint8Array, digests: Digests): Info {
  const raw = copyBytes(infoBytes);
  const dict = scanBencode(raw, { maxBytes: MAX_TORRENT_BYTES });
  if (dict.type !== 'dict') throw new ProtocolError('TORRENT_NOT_DICT', 0, 'The info is not a dictionary');
  const isV2 = readVersion(dict) === 2;
  const isV1 = !isV2 || dict.entries.has('pieces');
  const pieceLength = readPieceLength(dict, isV2);
  const nameBytes = readName(dict);
  const v1 = isV1 ? readV1Files(dict, nameBytes) : null;
  const v2 = isV2 ? readV2Files(dict) : null;
  const files = joinVersions(v1, v2, pieceLength);
  const totalLength = checkFiles(files, dict.start);
  const pieceCount = Math.ceil(totalLength / pieceLength);
  if (pieceCount > MAX_PIECES) {
    throw new ProtocolError('TORRENT_TOO_MANY_PIECES', dict.start, `The torrent has ${pieceCount} pieces`);
  }
  const name = safeComponent(decodeUtf8Lossy(nameBytes)) ?? '_';
  const hasFolder = v1 !== null ? getList(dict, 'files') !== null : !isSingle(v2 ?? [], nameBytes);
  return {
    infoHash: isV1 ? digests.sha1(raw) : null,
    infoHashV2: isV2 ? digests.sha256(raw) : null,
    name,
    pieceLength,
    pieceCount,
    pieceHashes: isV1 ? readPieceHashes(dict, pieceCount) : new Uint8Array(),
    files: safeFiles(files, hasFolder ? name : null),
    totalLength,
    private: getInteger(dict, 'private') === 1,
    raw,
  };
}

function readVersion(dict: BencodeDict): 1 | 2 {
  if (!dict.entries.has('meta version')) return 1;
  const version = getInteger(dict, 'meta version');
  if (version === 1 || version === 2) return version;
  throw new ProtocolError('TORRENT_VERSION', dict.start, 'The torrent is of an unknown version');
}

function readPieceLength(dict: BencodeDict, isV2: boolean): number {
  const pieceLength = getInteger(dict, 'piece length');
  if (pieceLength === null || pieceLength < 1 || pieceLength > MAX_PIECE_LENGTH) {
    throw new ProtocolError('TORRENT_PIECE_LENGTH', dict.start, 'The piece length is out of range');
  }
  if (isV2 && (pieceLength < MIN_V2_PIECE_LENGTH || (pieceLength & (pieceLength - 1)) !== 0)) {
    throw new ProtocolError('TORRENT_PIECE_LENGTH', dict.start, 'The piece length is not a power of two');
  }
  return pieceLength;
}

/** Raw bytes of the name; `name.utf-8` where a torrent in a legacy encoding has it. */
function readName(dict: BencodeDict): Uint8Array {
  const name = getBytes(dict, 'name.utf-8') ?? getBytes(dict, 'name');
  if (name === null) throw new ProtocolError('TORRENT_NAME', dict.start, 'The torrent has no name');
  return name;
}

function readPieceHashes(dict: BencodeDict, pieceCount: number): Uint8Array {
  const pieces = getBytes(dict, 'pieces');
  if (pieces === null || pieces.length !== 20 * pieceCount) {
    const found = pieces === null ? 'no' : `${pieces.length} bytes of`;
    const text = `The torrent has ${found} piece hashes for ${pieceCount} pieces`;
    throw new ProtocolError('TORRENT_PIECES', dict.start, text);
  }
  return pieces;
}

function joinVersions(
  v1: readonly RawFile[] | null,
  v2: readonly RawFile[] | null,
  pieceLength: number,
): readonly RawFile[] {
  if (v1 === null) return padV2Files(v2 ?? [], pieceLength);
  return v2 === null ? v1 : joinHybrid(v1, v2, pieceLength);
}

/** A v2 torrent is a single file when its tree has one entry, a file with the name of the torrent (BEP 52). */
function isSingle(files: readonly RawFile[], nameBytes: Uint8Array): boolean {
  const [first] = files;
  return files.length === 1 && first?.path.length === 1 && first.path[0] === decodeLatin1(nameBytes);
}
