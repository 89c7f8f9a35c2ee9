import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_LENGTH } from '../ports.ts';
import { fileSpans, PieceMath } from './layout.ts';

const files = (...lengths: number[]): { path: string[]; length: number; kind: 'file' }[] =>
  lengths.map((length, index) => ({ path: [`${index}`], length, kind: 'file' }));

describe('piece arithmetic', () => {
  it('knows short last pieces and blocks', () => {
    const math = new PieceMath(3 * BLOCK_LENGTH, 7 * BLOCK_LENGTH + 5);
    expect([math.pieceCount, math.lengthOf(0), math.lengthOf(2)]).toEqual([
      3,
      3 * BLOCK_LENGTH,
      BLOCK_LENGTH + 5,
    ]);
    expect([math.blocksIn(0), math.blocksIn(2)]).toEqual([3, 2]);
    expect([math.blockLength(2, 0), math.blockLength(2, 1)]).toEqual([BLOCK_LENGTH, 5]);
    expect(math.bytesOf(2, 0, 2)).toBe(BLOCK_LENGTH + 5);
  });

  it('adds up for any torrent', () => {
    const lengths = fc.tuple(fc.integer({ min: 9000, max: 200_000 }), fc.integer({ min: 1, max: 900_000 }));
    fc.assert(
      fc.property(lengths, ([pieceLength, total]) => {
        const math = new PieceMath(pieceLength, total);
        let bytes = 0;
        for (let piece = 0; piece < math.pieceCount; piece += 1) {
          let inPiece = 0;
          for (let block = 0; block < math.blocksIn(piece); block += 1) {
            expect(math.blockLength(piece, block)).toBeGreaterThan(0);
            inPiece += math.blockLength(piece, block);
          }
          expect(inPiece).toBe(math.lengthOf(piece));
          expect(math.bytesOf(piece, 0, math.blocksIn(piece))).toBe(inPiece);
          bytes += inPiece;
        }
        expect(bytes).toBe(total);
      }),
      { numRuns: 50 },
    );
  });
});

describe('file spans', () => {
  it('share the piece in which one file ends and the next begins', () => {
    expect(fileSpans(files(5, 10, 5), 10)).toEqual([
      { first: 0, end: 1 },
      { first: 0, end: 2 },
      { first: 1, end: 2 },
    ]);
  });

  it('touch no piece for an empty file', () => {
    const [, empty, after] = fileSpans(files(10, 0, 1), 10);
    expect(empty).toEqual({ first: 1, end: 1 });
    expect(after).toEqual({ first: 1, end: 2 });
  });

  it('cover every byte of every file and nothing more', () => {
    const shape = fc.tuple(fc.array(fc.nat(60), { minLength: 1 }), fc.integer({ min: 1, max: 40 }));
    fc.assert(
      fc.property(shape, ([lengths, pieceLength]) => {
        let offset = 0;
        for (const [index, { first, end }] of fileSpans(files(...lengths), pieceLength).entries()) {
          const length = lengths[index] as number;
          if (length > 0) {
            expect(first).toBe(Math.floor(offset / pieceLength));
            expect(end - 1).toBe(Math.floor((offset + length - 1) / pieceLength));
          } else expect(end).toBe(first);
          offset += length;
        }
      }),
    );
  });
});
