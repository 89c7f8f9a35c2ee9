/** Pieces of a torrent as columns of a bar. Decides what a column stands for; its colours are the styles'. */
import type { Panes } from '@jstorrent/control';

/** What each column of a bar shows, from the first piece to the last. */
export interface PieceColumns {
  /** Which part of the pieces in it is there, 0 to 1. */
  readonly have: Float32Array;
  /** 1 where a piece in it is arriving. */
  readonly inWork: Uint8Array;
}

/** Columns of a bar as wide as `width` pixels. A column is as many pieces as fall on it, at least one. */
export function pieceColumns(pieces: Panes['pieces'], width: number): PieceColumns {
  const { count } = pieces;
  const have = new Float32Array(width);
  const inWork = new Uint8Array(width);
  if (count === 0 || width === 0) return { have, inWork };
  const bits = bitsOf(pieces.have);
  for (let column = 0; column < width; column += 1) {
    const from = Math.floor((column * count) / width);
    const to = Math.max(from + 1, Math.floor(((column + 1) * count) / width));
    let there = 0;
    for (let piece = from; piece < to; piece += 1) there += hasBit(bits, piece) ? 1 : 0;
    have[column] = there / (to - from);
  }
  for (const piece of pieces.inWork) {
    const first = Math.floor((piece * width) / count);
    const last = Math.max(first, Math.ceil(((piece + 1) * width) / count) - 1);
    inWork.fill(1, first, last + 1);
  }
  return { have, inWork };
}

function hasBit(bits: Uint8Array, piece: number): boolean {
  return ((bits[piece >> 3] ?? 0) & (0x80 >> (piece & 7))) !== 0;
}

function bitsOf(base64: string): Uint8Array {
  const text = atob(base64);
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Columns of the bar of availability: 0 nobody to 1 the most that any stretch has. */
export function availabilityColumns(holders: readonly number[], width: number): Float32Array {
  const columns = new Float32Array(width);
  const most = Math.max(...holders, 0);
  if (most === 0) return columns;
  for (let column = 0; column < width; column += 1)
    columns[column] = (holders[Math.floor((column * holders.length) / width)] ?? 0) / most;
  return columns;
}
