import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBencode, type BencodeInput } from './bencode-encode.ts';
import { toHex } from './bytes.ts';
import { parseMetainfo, type Metainfo } from './metainfo.ts';
import { nodeDigests } from './testing/digests.ts';
import { ascii, codeOf, expectValueOrProtocolError, hostile, RUNS } from './testing/hostile.ts';
import { encodeV2, makeV2, REAL_TORRENTS } from './testing/torrents.ts';

const info = { length: 5, name: 'a', 'piece length': 16_384, pieces: new Uint8Array(20) };
const parse = (members: Readonly<Record<string, BencodeInput>>): Metainfo =>
  parseMetainfo(encodeBencode({ info, ...members }), nodeDigests);

test('real torrents are read as their makers meant them', () => {
  const leaves = parseMetainfo(REAL_TORRENTS.leaves, nodeDigests);
  expect(toHex(leaves.info.infoHash ?? new Uint8Array())).toBe('d2474e86c95b19b8bcfdb92bc12c9d44667cfa36');
  expect(leaves).toMatchObject({ createdBy: 'uTorrent/3300', creationDate: 1_375_363_666, trackers: [] });
  expect(leaves.info).toMatchObject({
    name: 'Leaves of Grass by Walt Whitman.epub',
    totalLength: 362_017,
    pieceCount: 23,
  });
  const numbers = parseMetainfo(REAL_TORRENTS.numbers, nodeDigests);
  expect(numbers.info.files).toEqual([
    { path: ['numbers', '1.txt'], length: 1, kind: 'file' },
    { path: ['numbers', '2.txt'], length: 2, kind: 'file' },
    { path: ['numbers', '3.txt'], length: 3, kind: 'file' },
  ]);
});

test('any bytes give a torrent or a ProtocolError', () => {
  const full = encodeBencode({
    announce: 'http://a/',
    'announce-list': [['http://a/'], ['udp://b:1']],
    comment: 'c',
    info,
    nodes: [['host.example', 6881]],
    'url-list': ['http://w/'],
  });
  const files = [{ path: ['a', 'b'], data: new Uint8Array(40_000) }];
  const valid = fc.constantFrom(
    full,
    REAL_TORRENTS.numbers,
    encodeV2(makeV2('n', files, false)),
    encodeV2(makeV2('n', files, true)),
  );
  fc.assert(
    fc.property(hostile(valid), (bytes) => {
      expectValueOrProtocolError(() => parseMetainfo(bytes, nodeDigests));
    }),
    RUNS,
  );
});

test('tiers win over the single tracker, which stands in for empty tiers', () => {
  expect(parse({ announce: 'http://a/' }).trackers).toEqual([['http://a/']]);
  expect(
    parse({ announce: 'http://a/', 'announce-list': [['http://b/', 'udp://c:1'], ['http://d/']] }).trackers,
  ).toEqual([['http://b/', 'udp://c:1'], ['http://d/']]);
  for (const tiers of [[], [[]], [['ws://x/']], 'x', [1]]) {
    expect(parse({ announce: 'http://a/', 'announce-list': tiers }).trackers).toEqual([['http://a/']]);
  }
  expect(parse({ 'announce-list': ['http://a/', ['http://a/', 'http://b/']] }).trackers).toEqual([
    ['http://a/'],
    ['http://b/'],
  ]);
});

test('THREATS 15: unusable trackers and web seeds are left out, and those beyond the limit', () => {
  const bad = [
    'file:///etc/passwd',
    'http://a/\r\nX: y',
    'http://u:p@h/',
    'http://127.1/',
    'x',
    Uint8Array.of(0xff),
    7,
  ];
  const read = parse({
    announce: bad[0] ?? '',
    'announce-list': [bad, ['http://ok/']],
    'url-list': [...bad, 'http://w/'],
  });
  expect(read.trackers).toEqual([['http://ok/']]);
  expect(read.webSeeds).toEqual(['http://w/']);
  const many = Array.from({ length: 500 }, (_, i) => `http://t${i}.example/`);
  expect(parse({ 'announce-list': many.map((url) => [url]) }).trackers.length).toBe(100);
  expect(parse({ 'url-list': many }).webSeeds.length).toBe(100);
});

test('a lone web seed needs no list, and both kinds are kept apart', () => {
  expect(parse({ 'url-list': 'http://w/', httpseeds: ['http://h/'] })).toMatchObject({
    webSeeds: ['http://w/'],
    httpSeeds: ['http://h/'],
  });
});

test('nodes are names or addresses with a port', () => {
  const nodes = [
    ['Router.Example', 6881],
    ['::ffff:1.2.3.4', 5],
    ['127.1', 5],
    ['a b', 5],
    ['x.example', 0],
    ['x'],
    'y',
    [1, 2],
  ];
  expect(parse({ nodes }).nodes).toEqual([
    { host: 'router.example', port: 6881 },
    { host: '1.2.3.4', port: 5 },
  ]);
});

test('THREATS 38: texts are for display, and short', () => {
  const read = parse({
    comment: `a\u202eb${'x'.repeat(100_000)}`,
    'created by': '<b>\n',
    'creation date': -1,
  });
  expect(read.comment?.startsWith('abx')).toBe(true);
  expect(read.comment?.length).toBe(4096);
  expect(read).toMatchObject({ createdBy: '<b>', creationDate: null });
});

test('what is no torrent is refused', () => {
  expect(codeOf(() => parseMetainfo(ascii('<html>'), nodeDigests))).toBe('BENCODE_SYNTAX');
  expect(codeOf(() => parseMetainfo(ascii('le'), nodeDigests))).toBe('TORRENT_NOT_DICT');
  expect(codeOf(() => parseMetainfo(ascii('de'), nodeDigests))).toBe('TORRENT_NO_INFO');
  expect(codeOf(() => parseMetainfo(ascii('d4:infoi1ee'), nodeDigests))).toBe('TORRENT_NOT_DICT');
  expect(codeOf(() => parseMetainfo(new Uint8Array(100 * 2 ** 20 + 1), nodeDigests))).toBe(
    'BENCODE_TOO_LARGE',
  );
});

test('the info-hash is taken over the bytes in the file, not over a new encoding', () => {
  const raw = `d6:pieces20:${'x'.repeat(20)}6:lengthi5e12:piece lengthi16384e4:name1:ae`;
  const read = parseMetainfo(ascii(`d4:info${raw}e`), nodeDigests);
  expect(read.info.infoHash).toEqual(nodeDigests.sha1(ascii(raw)));
});
