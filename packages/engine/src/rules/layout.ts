/** Piece, block and file arithmetic of one torrent. */
import type { LayoutFile } from '../ports.ts';
import { BLOCK_LENGTH } from '../ports.ts';

/** Where pieces, blocks and files meet. Lengths and offsets in bytes. */
export class PieceMath {
  readonly pieceLength: number;
  readonly totalLength: number;
  readonly pieceCount: number;

  constructor(pieceLength: number, totalLength: number) {
    this.pieceLength = pieceLength;
    this.totalLength = totalLength;
    this.pieceCount = Math.ceil(totalLength / pieceLength);
  }

  /** Bytes of one piece; the last may be shorter. */
  lengthOf(piece: number): number {
    return piece === this.pieceCount - 1 ? this.totalLength - piece * this.pieceLength : this.pieceLength;
  }

  blocksIn(piece: number): number {
    return Math.ceil(this.lengthOf(piece) / BLOCK_LENGTH);
  }

  /** Bytes of one block; the last of a piece may be shorter. */
  blockLength(piece: number, block: number): number {
    return Math.min(BLOCK_LENGTH, this.lengthOf(piece) - block * BLOCK_LENGTH);
  }

  /** Bytes of `count` blocks from `block`. */
  bytesOf(piece: number, block: number, count: number): number {
    return Math.min(count * BLOCK_LENGTH, this.lengthOf(piece) - block * BLOCK_LENGTH);
  }
}

/** The pieces a file touches: [first, end). An empty file touches none. */
export interface PieceSpan {
  readonly first: number;
  readonly end: number;
}

/** One span per file of the layout, in order. */
export function fileSpans(files: readonly LayoutFile[], pieceLength: number): PieceSpan[] {
  let offset = 0;
  return files.map((file) => {
    const first = Math.floor(offset / pieceLength);
    offset += file.length;
    return file.length === 0 ? { first, end: first } : { first, end: Math.ceil(offset / pieceLength) };
  });
}
