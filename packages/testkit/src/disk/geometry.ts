/**
 * Arithmetic of a layout: which bytes of which files a range of a piece is. Pure; knows nothing of disks.
 */
import type { Layout } from '@jstorrent/engine/ports';

/** A run of bytes that lies in one piece and one file. */
export interface Extent {
  readonly file: number;
  readonly fileOffset: number;
  readonly pieceOffset: number;
  readonly length: number;
}

/** Piece and file offsets of one layout. */
export class Geometry {
  readonly totalLength: number;
  readonly pieceCount: number;
  readonly #layout: Layout;
  /** Offset of each file in the torrent as a whole. */
  readonly #starts: readonly number[];

  constructor(layout: Layout) {
    this.#layout = layout;
    let offset = 0;
    this.#starts = layout.files.map((file) => {
      const start = offset;
      offset += file.length;
      return start;
    });
    this.totalLength = offset;
    this.pieceCount = Math.ceil(offset / layout.pieceLength);
  }

  /** Bytes of a piece; only the last may be short. */
  pieceBytes(piece: number): number {
    return Math.min(this.#layout.pieceLength, this.totalLength - piece * this.#layout.pieceLength);
  }

  /** The extents of [offset, offset + length) of a piece, in order; empty files have none. */
  extents(piece: number, offset: number, length: number): Extent[] {
    const { files, pieceLength } = this.#layout;
    const extents: Extent[] = [];
    let at = piece * pieceLength + offset;
    const end = at + length;
    for (let file = this.#fileAt(at); at < end; file++) {
      const start = this.#starts[file]!;
      const fileLength = files[file]!.length;
      if (fileLength === 0) continue;
      const part = Math.min(end, start + fileLength) - at;
      extents.push({ file, fileOffset: at - start, pieceOffset: at - piece * pieceLength, length: part });
      at += part;
    }
    return extents;
  }

  /** First and last piece that hold bytes of a file, or null for an empty one. */
  piecesOf(file: number): { readonly first: number; readonly last: number } | null {
    const length = this.#layout.files[file]!.length;
    if (length === 0) return null;
    const start = this.#starts[file]!;
    const { pieceLength } = this.#layout;
    return { first: Math.floor(start / pieceLength), last: Math.floor((start + length - 1) / pieceLength) };
  }

  /** The file that holds the byte at `offset` of the torrent. */
  #fileAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
