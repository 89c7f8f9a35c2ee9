/**
 * The data of a torrent in memory as it goes on the wire: each block behind its `piece` header (BEP 3). Any run of
 * blocks is then one slice, sent without a copy and compared without parsing payload.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { writeU32 } from '@jstorrent/protocol';
import type { ContentFile } from './content.ts';

/** The transfer unit in bytes (BEP 3). */
export const BLOCK_BYTES = 16_384;
/** Length prefix, id, piece and offset. */
export const HEADER_BYTES = 13;
const PIECE_ID = 7;

/** All blocks of a torrent, framed. */
export class FramedContent {
  readonly bytes: Buffer;
  readonly blockCount: number;
  readonly #blocksPerPiece: number;
  readonly #totalBytes: number;

  /** Read all files into memory; `pieceLength` is a multiple of the block length. */
  constructor(files: readonly ContentFile[], pieceLength: number) {
    this.#totalBytes = files.reduce((sum, { length }) => sum + length, 0);
    this.blockCount = Math.ceil(this.#totalBytes / BLOCK_BYTES);
    this.#blocksPerPiece = pieceLength / BLOCK_BYTES;
    this.bytes = Buffer.allocUnsafeSlow(this.#totalBytes + this.blockCount * HEADER_BYTES);
    for (let block = 0; block < this.blockCount; block += 1) this.#writeHeader(block);
    let at = 0;
    for (const { path, length } of files) {
      this.#readFile(path, at, length);
      at += length;
    }
  }

  /** Bytes of a block by its number in the torrent. */
  lengthOf(block: number): number {
    return Math.min(BLOCK_BYTES, this.#totalBytes - block * BLOCK_BYTES);
  }

  /** The number of the block that a request names, or -1 when it names no whole block. */
  blockAt(piece: number, offset: number, length: number): number {
    const block = piece * this.#blocksPerPiece + offset / BLOCK_BYTES;
    const fits = offset < this.#blocksPerPiece * BLOCK_BYTES;
    return fits && Number.isInteger(block) && block < this.blockCount && this.lengthOf(block) === length
      ? block
      : -1;
  }

  /** Where the blocks [first, end) lie in `bytes`, headers included. */
  spanOf(first: number, end: number): { readonly start: number; readonly end: number } {
    return { start: this.#frameAt(first), end: this.#frameAt(end) };
  }

  #frameAt(block: number): number {
    return Math.min(block * (BLOCK_BYTES + HEADER_BYTES), this.bytes.length);
  }

  #writeHeader(block: number): void {
    const at = this.#frameAt(block);
    const header = this.bytes.subarray(at, at + HEADER_BYTES);
    writeU32(header, 0, 9 + this.lengthOf(block));
    header[4] = PIECE_ID;
    writeU32(header, 5, Math.floor(block / this.#blocksPerPiece));
    writeU32(header, 9, (block % this.#blocksPerPiece) * BLOCK_BYTES);
  }

  #readFile(path: string, startsAt: number, length: number): void {
    const file = openSync(path, 'r');
    try {
      for (let done = 0; done < length;) {
        const at = startsAt + done;
        const within = at % BLOCK_BYTES;
        const most = Math.min(BLOCK_BYTES - within, length - done);
        const place = this.#frameAt(Math.floor(at / BLOCK_BYTES)) + HEADER_BYTES + within;
        const count = readSync(file, this.bytes, place, most, done);
        if (count === 0) throw new Error(`${path} is shorter than it was`);
        done += count;
      }
    } finally {
      closeSync(file);
    }
  }
}
