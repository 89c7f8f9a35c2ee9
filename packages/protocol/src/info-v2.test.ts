import { expect, test } from 'vitest';
import { encodeBencode, type BencodeInput } from './bencode-encode.ts';
import { toHex } from './bytes.ts';
import { parseInfo } from './info.ts';
import { merkleRoot } from './merkle.ts';
import { parseMetainfo } from './metainfo.ts';
import { nodeDigests } from './testing/digests.ts';
import { codeOf } from './testing/hostile.ts';
import { encodeV2, makeV2, V2_PIECE_LENGTH, type V2Torrent } from './testing/torrents.ts';

const data = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7) % 251);
const FILES = [
  { path: ['a'], data: data(100_000) },
  { path: ['dir', 'b'], data: data(10) },
  { path: ['dir', 'c'], data: new Uint8Array() },
  { path: ['dir', 'd'], data: data(V2_PIECE_LENGTH) },
  { path: ['e'], data: data(V2_PIECE_LENGTH + 1) },
];
const parse = (torrent: V2Torrent): ReturnType<typeof parseMetainfo> =>
  parseMetainfo(encodeV2(torrent), nodeDigests);
const infoCode = (info: BencodeInput): string => codeOf(() => parseInfo(encodeBencode(info), nodeDigests));

test('a v2 torrent has its files at the beginnings of pieces', () => {
  const { info, pieceLayers } = parse(makeV2('n', FILES, false));
  expect(info.infoHash).toBeNull();
  expect(info.infoHashV2).toEqual(nodeDigests.sha256(info.raw));
  expect(info.pieceHashes.length).toBe(0);
  expect(info.pieceCount).toBe(4 + 1 + 1 + 2);
  expect(info.files.map(({ path, length, kind }) => [kind, path.join('/'), length])).toEqual([
    ['file', 'n/a', 100_000],
    ['pad', 'n/.pad/31072', 31_072],
    ['file', 'n/dir/b', 10],
    ['pad', 'n/.pad/32758', 32_758],
    ['file', 'n/dir/c', 0],
    ['file', 'n/dir/d', 32_768],
    ['file', 'n/e', 32_769],
  ]);
  expect([...(pieceLayers?.values() ?? [])].map((layer) => layer.length)).toEqual([4 * 32, 2 * 32]);
});

test('a hybrid torrent has the hashes and files of both versions', () => {
  const { info, pieceLayers } = parse(makeV2('n', FILES, true));
  expect(info.infoHash).toEqual(nodeDigests.sha1(info.raw));
  expect(info.infoHashV2).toEqual(nodeDigests.sha256(info.raw));
  expect(info.pieceHashes.length).toBe(20 * info.pieceCount);
  expect(info.files.filter(({ piecesRoot }) => piecesRoot !== undefined).length).toBe(4);
  expect(pieceLayers?.size).toBe(2);
});

test('a tree with one file of the name of the torrent is a torrent without a folder', () => {
  expect(parse(makeV2('n', [{ path: ['n'], data: data(5) }], false)).info.files[0]?.path).toEqual(['n']);
  expect(parse(makeV2('n', [{ path: ['m'], data: data(5) }], false)).info.files[0]?.path).toEqual(['n', 'm']);
});

test('the root of a mebibyte of zeros is the one libtorrent has for it', () => {
  const zeros = nodeDigests.sha256(new Uint8Array(16_384));
  const layer = Uint8Array.from({ length: 64 * 32 }, (_, i) => zeros[i % 32] ?? 0);
  expect(toHex(merkleRoot(layer, 16_384, nodeDigests))).toBe(
    '515ea9181744b817744ded9d2e8e9dc6a8450c0b0c52e24b5077f302ffbd9008',
  );
});

test('THREATS 14: halves that disagree are refused', () => {
  const { info } = makeV2('n', FILES, true);
  const files = info['files'] as readonly Readonly<Record<string, BencodeInput>>[];
  const change = (index: number, members: Readonly<Record<string, BencodeInput>>): string =>
    infoCode({ ...info, files: files.map((file, i) => (i === index ? { ...file, ...members } : file)) });
  expect(change(0, { path: ['other'] })).toBe('TORRENT_HYBRID_MISMATCH');
  expect(change(0, { path: ['a', 'a'] })).toBe('TORRENT_HYBRID_MISMATCH');
  expect(change(0, { length: 100_001 })).toBe('TORRENT_HYBRID_MISMATCH');
  expect(change(0, { attr: 'p' })).toBe('TORRENT_HYBRID_MISMATCH');
  expect(change(1, { length: 31_071 })).toBe('TORRENT_HYBRID_MISMATCH');
  expect(infoCode({ ...info, files: files.slice(0, -1) })).toBe('TORRENT_HYBRID_MISMATCH');
  expect(infoCode({ ...info, files: [...files, { length: 1, path: ['more'] }] })).toBe(
    'TORRENT_HYBRID_MISMATCH',
  );
  const long = [...files, { attr: 'p', length: 10 * V2_PIECE_LENGTH, path: ['p'] }];
  expect(infoCode({ ...info, files: long })).toBe('TORRENT_HYBRID_MISMATCH');
});

test('THREATS 14: piece layers must be there and match their roots', () => {
  const torrent = makeV2('n', FILES, false);
  const [first, second] = [...torrent.layers];
  if (first === undefined || second === undefined) throw new Error('two layers');
  const code = (layers: readonly (readonly [Uint8Array, Uint8Array])[]): string =>
    codeOf(() => parse({ ...torrent, layers: new Map(layers) }));
  const wrong = first[1].slice();
  wrong[40] = (wrong[40] ?? 0) ^ 1;
  expect(code([])).toBe('TORRENT_PIECE_LAYERS');
  expect(code([first])).toBe('TORRENT_PIECE_LAYERS');
  expect(code([[first[0], wrong], second])).toBe('TORRENT_PIECE_LAYERS');
  expect(code([[first[0], first[1].subarray(32)], second])).toBe('TORRENT_PIECE_LAYERS');
  expect(code([[first[0], new Uint8Array(5)], second])).toBe('TORRENT_PIECE_LAYERS');
  expect(
    parse({ ...torrent, layers: new Map([first, second, [new Uint8Array(32), new Uint8Array(32)]]) }),
  ).toBeDefined();
});

test('THREATS 14: malformed trees are refused', () => {
  const { info } = makeV2('n', FILES, false);
  const root = new Uint8Array(32);
  const tree = (value: BencodeInput): string => infoCode({ ...info, 'file tree': value });
  const file = { length: 5, 'pieces root': root };
  expect(tree([])).toBe('TORRENT_FILE_TREE');
  expect(tree({})).toBe('TORRENT_FILES');
  expect(tree({ '': file })).toBe('TORRENT_FILE_TREE');
  expect(tree({ a: 1 })).toBe('TORRENT_FILE_TREE');
  expect(tree({ a: { '': 1 } })).toBe('TORRENT_FILE_TREE');
  expect(tree({ a: { '': file, b: { '': file } } })).toBe('TORRENT_FILE_TREE');
  expect(tree({ a: { '': { length: 5 } } })).toBe('TORRENT_PIECES_ROOT');
  expect(tree({ a: { '': { length: 5, 'pieces root': 'short' } } })).toBe('TORRENT_PIECES_ROOT');
  expect(tree({ a: { '': { length: -5, 'pieces root': root } } })).toBe('TORRENT_FILE_LENGTH');
  let deep: BencodeInput = { '': file };
  for (let i = 0; i < 200; i++) deep = { d: deep };
  expect(tree(deep)).toBe('BENCODE_TOO_DEEP');
});

test('THREATS 11: v2 piece lengths are powers of two from 16 KiB', () => {
  const { info } = makeV2('n', FILES, false);
  for (const pieceLength of [8192, 20_000, 16_385]) {
    expect(infoCode({ ...info, 'piece length': pieceLength })).toBe('TORRENT_PIECE_LENGTH');
  }
});

test('the order of a v2 tree is the order of its keys, so an unsorted tree is refused', () => {
  const entry = `d0:d6:lengthi5e11:pieces root32:${'r'.repeat(32)}ee`;
  const bytes = (first: string, second: string): Uint8Array =>
    Uint8Array.from(
      Buffer.from(
        `d9:file treed1:${first}${entry}1:${second}${entry}e12:meta versioni2e4:name1:n12:piece lengthi16384ee`,
      ),
    );
  expect(parseInfo(bytes('a', 'b'), nodeDigests).files.length).toBe(3);
  expect(codeOf(() => parseInfo(bytes('b', 'a'), nodeDigests))).toBe('TORRENT_FILE_TREE');
});
