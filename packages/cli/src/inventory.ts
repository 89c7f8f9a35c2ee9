/** What of a torrent is on disk, piece by piece and file by file. Decides what counts as good, bad, missing and complete. */
import { fileSpans, type FileStat } from '@jstorrent/engine';
import type { Info } from '@jstorrent/protocol';

/** One file on disk. */
export interface FileInventory {
  /** Joined by `/`. */
  readonly path: string;
  readonly length: number;
  /** Bytes on disk, -1 when absent. */
  readonly size: number;
  /** Pieces that the file touches, and how many of them are good. */
  readonly pieces: number;
  readonly goodPieces: number;
  /** Present in full length with good pieces only. */
  readonly complete: boolean;
}

/** A torrent on disk; every piece is good, bad or missing. */
export interface Inventory {
  readonly pieceCount: number;
  readonly good: number;
  /** All bytes are there, but not the right ones. */
  readonly bad: number;
  /** Bytes are absent: no such file, or too short a one. */
  readonly missing: number;
  /** Without padding and links. */
  readonly files: readonly FileInventory[];
  readonly complete: boolean;
}

/** Count; `good` has a bit for every good piece (BEP 3 order), `stats` one entry per file of the torrent. */
export function takeInventory(info: Info, good: Uint8Array, stats: readonly FileStat[]): Inventory {
  const isGood = (piece: number): boolean => ((good[piece >> 3] ?? 0) & (0x80 >> (piece & 7))) !== 0;
  const spans = fileSpans(info.files, info.pieceLength);
  const files: FileInventory[] = [];
  const absent = new Set<number>();
  let start = 0;
  for (const [index, { path, length, kind }] of info.files.entries()) {
    const { first, end } = spans[index] ?? { first: 0, end: 0 };
    const size = stats[index]?.size ?? -1;
    const firstAbsent = Math.max(first, Math.floor((start + Math.max(0, size)) / info.pieceLength));
    start += length;
    if (kind !== 'file') continue;
    let goodPieces = 0;
    for (let piece = first; piece < end; piece += 1) if (isGood(piece)) goodPieces += 1;
    if (size < length) for (let piece = firstAbsent; piece < end; piece += 1) absent.add(piece);
    const pieces = end - first;
    const complete = goodPieces === pieces && size >= length;
    files.push({ path: path.join('/'), length, size, pieces, goodPieces, complete });
  }
  const totals = { good: 0, bad: 0, missing: 0 };
  for (let piece = 0; piece < info.pieceCount; piece += 1) {
    totals[isGood(piece) ? 'good' : absent.has(piece) ? 'missing' : 'bad'] += 1;
  }
  const complete = totals.good === info.pieceCount && files.every((file) => file.complete);
  return { pieceCount: info.pieceCount, ...totals, files, complete };
}
