import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildMetainfo, choosePieceLength } from './build-metainfo.ts';
import { parseMetainfo } from './metainfo.ts';
import { nodeDigests } from './testing/digests.ts';
import { exactBytes, RUNS } from './testing/hostile.ts';

const name = fc.stringMatching(/^f[a-z0-9]{0,7}$/);
const files = fc.uniqueArray(fc.tuple(name, fc.integer({ min: 1, max: 100_000 })), {
  minLength: 1,
  maxLength: 5,
  selector: ([path]) => path,
});

test('a torrent that was made is read back as it was meant', () => {
  fc.assert(
    fc.property(name, files, exactBytes(20), fc.boolean(), (title, list, seed, isPrivate) => {
      const total = list.reduce((sum, [, length]) => sum + length, 0);
      const pieceCount = Math.ceil(total / 16_384);
      const pieceHashes = Uint8Array.from({ length: 20 * pieceCount }, (_, i) => seed[i % 20] ?? 0);
      const content = list.map(([path, length]) => ({ path: ['dir', path], length }));
      const bytes = buildMetainfo(
        { name: title, files: content, pieceLength: 16_384, pieceHashes },
        {
          trackers: [['http://a.example/announce', 'udp://b.example:1'], [], ['http://c.example/announce']],
          webSeeds: ['https://w.example/'],
          private: isPrivate,
          comment: 'a comment',
          createdBy: 'JSTorrent',
          creationDate: 1_700_000_000,
        },
      );
      const metainfo = parseMetainfo(bytes, nodeDigests);
      expect(metainfo).toMatchObject({
        trackers: [['http://a.example/announce', 'udp://b.example:1'], ['http://c.example/announce']],
        webSeeds: ['https://w.example/'],
        comment: 'a comment',
        createdBy: 'JSTorrent',
        creationDate: 1_700_000_000,
        pieceLayers: null,
      });
      expect(metainfo.info).toMatchObject({
        name: title,
        pieceLength: 16_384,
        pieceCount,
        pieceHashes,
        private: isPrivate,
      });
      expect(metainfo.info.files).toEqual(
        content.map(({ path, length }) => ({ path: [title, ...path], length, kind: 'file' })),
      );
    }),
    RUNS,
  );
});

test('a single file has no folder, and nothing is said that was not asked for', () => {
  const content = {
    name: 'a.txt',
    files: [{ path: [], length: 5 }],
    pieceLength: 16_384,
    pieceHashes: new Uint8Array(20),
  };
  const text = new TextDecoder('latin1').decode(buildMetainfo(content));
  expect(text).toBe(`d4:infod6:lengthi5e4:name5:a.txt12:piece lengthi16384e6:pieces20:${'\0'.repeat(20)}ee`);
  expect(parseMetainfo(buildMetainfo(content), nodeDigests).info.files).toEqual([
    { path: ['a.txt'], length: 5, kind: 'file' },
  ]);
});

test('hashes that do not fit the data are a bug', () => {
  const content = {
    name: 'a',
    files: [{ path: [], length: 5 }],
    pieceLength: 16_384,
    pieceHashes: new Uint8Array(40),
  };
  expect(() => buildMetainfo(content)).toThrow('assertion');
  expect(() => buildMetainfo({ ...content, files: [{ path: [], length: 0 }] })).toThrow('assertion');
});

test('the piece length is a power of two that keeps pieces between one and two thousand', () => {
  const MIB = 2 ** 20;
  expect([0, 1, 30 * MIB, 32 * MIB, 1000 * MIB, 2 ** 40].map(choosePieceLength)).toEqual([
    16_384,
    16_384,
    16_384,
    32_768,
    MIB / 2,
    16 * MIB,
  ]);
  fc.assert(
    fc.property(fc.integer({ min: 32 * MIB, max: 32_000 * MIB }), (total) => {
      const pieces = Math.ceil(total / choosePieceLength(total));
      expect(pieces >= 1000 && pieces <= 2000).toBe(true);
    }),
    RUNS,
  );
});
