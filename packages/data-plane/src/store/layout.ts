/**
 * Checks a layout before any file is touched, and answers where pieces and blocks lie. Decides what a possible layout
 * is; how paths become safe names was decided by whoever made them, here they are only refused.
 */
import { BLOCK_LENGTH } from '@jstorrent/engine/ports';
import type { Layout } from '@jstorrent/engine/ports';
import type { Limits } from '../limits.ts';

/** Piece and block arithmetic of one torrent; lengths in bytes. */
export interface Geometry {
  readonly pieceLength: number;
  readonly pieces: number;
  readonly totalLength: number;
  /** Bytes of one digest in `hashes`. */
  readonly digestLength: number;
}

/** The geometry of a sound layout, or what is wrong with it. */
export function geometryOf(layout: Layout, limits: Limits): Geometry | string {
  const { pieceLength, files, hashes, algorithm } = layout;
  if (!Number.isSafeInteger(pieceLength) || pieceLength < 1 || pieceLength > limits.maxPieceLength) {
    return 'piece length';
  }
  if (files.length < 1 || files.length > limits.maxFiles) return 'number of files';
  let totalLength = 0;
  for (const file of files) {
    if (!Number.isSafeInteger(file.length) || file.length < 0) return 'file length';
    if (file.kind === 'symlink' && (file.length !== 0 || !isSafePath(file.target ?? []))) return 'symlink';
    if (file.kind !== 'pad' && !isSafePath(file.path)) return 'path';
    totalLength += file.length;
    if (!Number.isSafeInteger(totalLength)) return 'total length';
  }
  const pieces = Math.ceil(totalLength / pieceLength);
  if (pieces > limits.maxPieces) return 'number of pieces';
  const digestLength = algorithm === 'sha1' ? 20 : 32;
  if (hashes.length !== 0 && hashes.length !== pieces * digestLength) return 'number of hashes';
  return { pieceLength, pieces, totalLength, digestLength };
}

/** Bytes of a piece; 0 when there is no such piece. */
export function pieceSize(geometry: Geometry, piece: number): number {
  if (piece < 0 || piece >= geometry.pieces) return 0;
  return Math.min(geometry.pieceLength, geometry.totalLength - piece * geometry.pieceLength);
}

/** Blocks of a piece of `size` bytes. */
export function blocksIn(size: number): number {
  return Math.ceil(size / BLOCK_LENGTH);
}

/** At least one component, none of which leaves its folder or cannot be a name. */
export function isSafePath(path: readonly string[]): boolean {
  return path.length > 0 && path.every(isSafeComponent);
}

/** As `isSafePath`; no component at all is the root itself. */
export function isSafeFolder(folder: readonly string[]): boolean {
  return folder.every(isSafeComponent);
}

function isSafeComponent(component: string): boolean {
  if (component === '' || component === '.' || component === '..') return false;
  return !component.includes('/') && !component.includes('\\') && !component.includes('\0');
}
