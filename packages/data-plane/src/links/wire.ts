/**
 * The few wire messages the plane itself reads and writes (BEP 3, BEP 6): request, cancel, reject and the header of
 * piece. Everything else passes through as bytes.
 */
import { BLOCK_LENGTH } from '@jstorrent/engine/ports';

/** Message ids (BEP 3, BEP 6). */
export const REQUEST = 6;
export const PIECE = 7;
export const CANCEL = 8;
export const REJECT = 16;

/** Length prefix, id, piece and offset in front of a payload. */
export const PIECE_HEADER_LENGTH = 13;
/** What the length prefix of a request, cancel or reject says. */
export const REQUEST_LENGTH = 13;

/** Big-endian 32 bits, unsigned; bytes beyond the end count as 0. */
export function readU32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) |
      ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0)) >>>
    0
  );
}

/** Big-endian 32 bits. */
export function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Header of a piece message at `at`. */
export function writePieceHeader(
  bytes: Uint8Array,
  at: number,
  header: { readonly piece: number; readonly offset: number; readonly length: number },
): void {
  writeU32(bytes, at, header.length + 9);
  bytes[at + 4] = PIECE;
  writeU32(bytes, at + 5, header.piece);
  writeU32(bytes, at + 9, header.offset);
}

/** Messages of 17 bytes each for consecutive blocks of a piece of `pieceSize` bytes; `id` is REQUEST or CANCEL. */
export function blockMessages(
  id: number,
  pieceSize: number,
  range: { readonly piece: number; readonly block: number; readonly count: number },
): Uint8Array {
  const bytes = new Uint8Array(17 * range.count);
  for (let index = 0; index < range.count; index++) {
    const at = 17 * index;
    const offset = (range.block + index) * BLOCK_LENGTH;
    writeU32(bytes, at, REQUEST_LENGTH);
    bytes[at + 4] = id;
    writeU32(bytes, at + 5, range.piece);
    writeU32(bytes, at + 9, offset);
    writeU32(bytes, at + 13, Math.min(BLOCK_LENGTH, pieceSize - offset));
  }
  return bytes;
}
