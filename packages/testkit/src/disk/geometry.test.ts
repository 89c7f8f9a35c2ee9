import { describe, expect, it } from 'vitest';
import type { LayoutFile } from '@jstorrent/engine/ports';
import { Geometry } from './geometry.ts';

const geometryOf = (...lengths: readonly number[]): Geometry => {
  const files = lengths.map((length, i): LayoutFile => ({ path: [`${i}`], length, kind: 'file' }));
  return new Geometry({ pieceLength: 10, files, hashes: new Uint8Array(), algorithm: 'sha1' });
};

describe('Geometry', () => {
  it('counts pieces, the last of which may be short', () => {
    const geometry = geometryOf(0, 7, 0, 0, 18, 1, 0);
    expect([geometry.totalLength, geometry.pieceCount]).toEqual([26, 3]);
    expect([0, 1, 2].map((piece) => geometry.pieceBytes(piece))).toEqual([10, 10, 6]);
  });

  it('gives the extents of a range in order, without empty ones', () => {
    const geometry = geometryOf(0, 7, 0, 0, 18, 1, 0);
    const brief = (piece: number, offset: number, length: number): number[][] =>
      geometry.extents(piece, offset, length).map((e) => [e.file, e.fileOffset, e.pieceOffset, e.length]);
    expect(brief(0, 0, 10)).toEqual([
      [1, 0, 0, 7],
      [4, 0, 7, 3],
    ]);
    expect(brief(0, 7, 1)).toEqual([[4, 0, 7, 1]]);
    expect(brief(2, 0, 6)).toEqual([
      [4, 13, 0, 5],
      [5, 0, 5, 1],
    ]);
    expect(brief(1, 3, 0)).toEqual([]);
  });

  it('knows the pieces of a file', () => {
    const geometry = geometryOf(0, 10, 10, 6);
    expect([0, 1, 2, 3].map((file) => geometry.piecesOf(file))).toEqual([
      null,
      { first: 0, last: 0 },
      { first: 1, last: 1 },
      { first: 2, last: 2 },
    ]);
  });
});
