import { encodeBencode, parseInfo, type Info } from '@jstorrent/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PieceMath } from '../rules/layout.ts';
import { fitsWebSeed, WebFiles } from './web-files.ts';

const digests = { sha1: () => new Uint8Array(20), sha256: () => new Uint8Array(32) };

/** A folder `n` with files `0`, `1`, ... of these lengths; every third is a pad. */
function folder(lengths: readonly number[], pieceLength: number): { info: Info; files: WebFiles } {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const files = lengths.map((length, index) => ({
    ...(index % 3 === 2 ? { attr: 'p' } : {}),
    length,
    path: [String(index)],
  }));
  const pieces = new Uint8Array(20 * Math.ceil(total / pieceLength));
  const info = parseInfo(encodeBencode({ files, name: 'n', 'piece length': pieceLength, pieces }), digests);
  return { info, files: new WebFiles(info, new PieceMath(pieceLength, total)) };
}

test('the parts of all blocks are all files, each byte once and in order', () => {
  const lengths = fc.array(fc.constantFrom(0, 1, 5000, 16_384, 40_000, 100_000), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(lengths, fc.constantFrom(16_384, 65_536, 50_001), (some, pieceLength) => {
      const all = [...some, 7];
      const { info, files } = folder(all, pieceLength);
      const math = new PieceMath(pieceLength, info.totalLength);
      const came = all.map(() => 0);
      for (let piece = 0; piece < math.pieceCount; piece += 1) {
        const count = math.blocksIn(piece);
        const parts = files.parts('http://w', { piece, block: 0, count });
        expect(parts.reduce((sum, { length }) => sum + length, 0)).toBe(math.lengthOf(piece));
        for (const { url, offset, length, fileLength } of parts) {
          expect(length).toBeGreaterThan(0);
          if (url === '') continue;
          const index = Number(url.replace('http://w/n/', ''));
          expect([offset, fileLength]).toEqual([came[index], all[index]]);
          came[index] = offset + length;
        }
      }
      for (const [index, length] of all.entries()) expect(came[index]).toBe(index % 3 === 2 ? 0 : length);
    }),
  );
});

test('names that are too long together are told before anything is made of them', () => {
  const { info } = folder([10, 10], 16_384);
  expect(fitsWebSeed(info, 'http://w/')).toBe(true);
  expect(fitsWebSeed({ ...info, raw: new Uint8Array(17 * 1024 * 1024) }, 'http://w/')).toBe(false);
  const files = Array.from({ length: 200_000 }, () => info.files[0]!);
  expect(fitsWebSeed({ ...info, files }, `http://w/${'x'.repeat(60)}/`)).toBe(true);
  expect(fitsWebSeed({ ...info, files }, `http://w/${'x'.repeat(300)}/`)).toBe(false);
});

test('blocks in the middle begin in the middle of their file', () => {
  const { files } = folder([100_000, 100_000], 65_536);
  expect(files.parts('http://w/', { piece: 1, block: 1, count: 2 })).toEqual([
    { url: 'http://w/n/0', offset: 81_920, length: 18_080, fileLength: 100_000 },
    { url: 'http://w/n/1', offset: 0, length: 14_688, fileLength: 100_000 },
  ]);
});
