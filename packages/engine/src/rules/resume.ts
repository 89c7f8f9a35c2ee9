/**
 * Resume data: what a torrent knew when it was last saved, and how much of it can be believed when it is opened again.
 * Where it is kept is the owner's business; `encodeResume` and `decodeResume` give it a form on disk.
 */
import {
  encodeBencode,
  getBytes,
  getInteger,
  getList,
  MAX_TORRENT_BYTES,
  ProtocolError,
  scanBencode,
} from '@jstorrent/protocol';
import type { FileStat, PartialPiece } from '../ports.ts';
import type { PieceSpan } from './layout.ts';

/** What a torrent did over all sessions. */
export interface Totals {
  /** Payload bytes. */
  readonly downloaded: number;
  readonly uploaded: number;
  /** Time it was at work, and time it was seeding. */
  readonly activeMs: number;
  readonly seededMs: number;
}

/** Saved knowledge of one torrent. */
export interface ResumeData extends Totals {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** Verified and durable pieces, BEP 3 bit order. */
  readonly pieces: Uint8Array;
  readonly partials: readonly PartialPiece[];
  /** Files of the layout as they were then. */
  readonly files: readonly FileStat[];
  /** The store was closed in order: nothing was written after this was saved. */
  readonly clean: boolean;
}

const VERSION = 1;
const TOKENS = 2_000_000;

/** Bytes for a file or database; what readers of the same version do not know they leave out, and miss as 0. */
export function encodeResume(data: ResumeData): Uint8Array {
  return encodeBencode({
    version: VERSION,
    'info-hash': data.infoHash,
    pieces: data.pieces,
    partials: data.partials.map(({ piece, blocks }) => [piece, blocks]),
    files: data.files.map(({ size, mtimeMs }) => [size, mtimeMs]),
    clean: data.clean ? 1 : 0,
    downloaded: data.downloaded,
    uploaded: data.uploaded,
    'active-ms': Math.round(data.activeMs),
    'seeded-ms': Math.round(data.seededMs),
  });
}

/** The data again, or null when the bytes are damaged or of an unknown version: then the files are checked instead. */
export function decodeResume(bytes: Uint8Array): ResumeData | null {
  let root;
  try {
    root = scanBencode(bytes, { maxBytes: MAX_TORRENT_BYTES, maxTokens: TOKENS });
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
  if (root.type !== 'dict' || getInteger(root, 'version') !== VERSION) return null;
  const infoHash = getBytes(root, 'info-hash');
  const pieces = getBytes(root, 'pieces');
  const files = getList(root, 'files');
  const partials = getList(root, 'partials');
  if (infoHash?.length !== 20 || pieces === null || files === null || partials === null) return null;
  const stats: FileStat[] = [];
  for (const node of files) {
    const [size, mtime] = node.type === 'list' ? node.items : [];
    if (size?.type !== 'integer' || mtime?.type !== 'integer') return null;
    stats.push({ size: Number(size.value), mtimeMs: Number(mtime.value) });
  }
  const saved: PartialPiece[] = [];
  for (const node of partials) {
    const [piece, blocks] = node.type === 'list' ? node.items : [];
    if (piece?.type !== 'integer' || blocks?.type !== 'bytes') return null;
    saved.push({ piece: Number(piece.value), blocks: blocks.bytes.slice() });
  }
  return {
    infoHash: infoHash.slice(),
    pieces: pieces.slice(),
    partials: saved,
    files: stats,
    clean: getInteger(root, 'clean') === 1,
    downloaded: getInteger(root, 'downloaded') ?? 0,
    uploaded: getInteger(root, 'uploaded') ?? 0,
    activeMs: getInteger(root, 'active-ms') ?? 0,
    seededMs: getInteger(root, 'seeded-ms') ?? 0,
  };
}

/** What can be believed. */
export interface Trust {
  /** Pieces believed, BEP 3 bit order. */
  readonly pieces: Uint8Array;
  /** Pieces to hash before anything is believed of them. */
  readonly doubtful: readonly PieceSpan[];
}

/**
 * Compare saved file states with the present ones. A file that is as it was is believed. After a crash a file may have
 * been written to since; recorded pieces were durable before, so a file that is no smaller and no older is believed too.
 * Any other file that exists is hashed; one that is gone has nothing, nor has one that is not there and `isWanted` now:
 * when it was not, its bytes were kept elsewhere.
 */
export function trustResume(
  resume: ResumeData,
  files: readonly FileStat[],
  spans: readonly PieceSpan[],
  isWanted: (file: number) => boolean,
): Trust {
  const pieces = resume.pieces.slice();
  const doubtful: PieceSpan[] = [];
  for (const [index, now] of files.entries()) {
    const span = spans[index];
    if (span === undefined || span.end === span.first) continue;
    const then = resume.files[index] ?? { size: -1, mtimeMs: 0 };
    const same = now.size === then.size && now.mtimeMs === then.mtimeMs;
    const grown = !resume.clean && now.size >= then.size && now.mtimeMs >= then.mtimeMs;
    if (now.size < 0 ? same && !isWanted(index) : same || (grown && now.size > 0)) continue;
    for (let piece = span.first; piece < span.end; piece += 1) {
      pieces[piece >> 3] = (pieces[piece >> 3] ?? 0) & ~(0x80 >> (piece & 7));
    }
    if (now.size > 0) doubtful.push(span);
  }
  return { pieces, doubtful };
}
