import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBencode, type BencodeInput } from './bencode-encode.ts';
import { parseInfo, type Info } from './info.ts';
import { nodeDigests } from './testing/digests.ts';
import { ascii, codeOf, expectValueOrProtocolError, hostile, RUNS } from './testing/hostile.ts';
import { makeV2 } from './testing/torrents.ts';

type Members = Readonly<Record<string, BencodeInput>>;

const single = { length: 20_000, name: 'a.txt', 'piece length': 16_384, pieces: new Uint8Array(40) };
const parse = (info: BencodeInput): Info => parseInfo(encodeBencode(info), nodeDigests);
const codeFor = (info: BencodeInput): string => codeOf(() => parse(info));
/** A torrent with a folder `n`, one piece, and these files. */
const folder = (...files: Members[]): Info =>
  parse({ files, name: 'n', 'piece length': 16_384, pieces: new Uint8Array(20) });
const without = (info: Members, key: string): BencodeInput =>
  Object.fromEntries(Object.entries(info).filter(([name]) => name !== key));

test('a single file has the name of the torrent', () => {
  const bytes = encodeBencode({ ...single, private: 1 });
  expect(parseInfo(bytes, nodeDigests)).toEqual({
    infoHash: nodeDigests.sha1(bytes),
    infoHashV2: null,
    name: 'a.txt',
    pieceLength: 16_384,
    pieceCount: 2,
    pieceHashes: new Uint8Array(40),
    files: [{ path: ['a.txt'], length: 20_000, kind: 'file' }],
    totalLength: 20_000,
    private: true,
    raw: bytes,
  });
});

test('nothing of the input is shared with the result, not even of a Buffer', () => {
  const bytes = Buffer.from(encodeBencode(single));
  const info = parseInfo(bytes, nodeDigests);
  const copy = info.raw.slice();
  bytes.fill(0);
  expect(info.raw).toEqual(copy);
});

test('legible names win over legacy ones', () => {
  const info = folder({ length: 1, path: [Uint8Array.of(0xb0)], 'path.utf-8': ['ア'] });
  expect(info.files[0]?.path).toEqual(['n', 'ア']);
  expect(parse({ ...single, name: Uint8Array.of(0xb0), 'name.utf-8': 'ア' }).name).toBe('ア');
});

test('any bytes give an info or a ProtocolError', () => {
  const v2 = makeV2('n', [{ path: ['a', 'b'], data: new Uint8Array(5) }], true);
  const valid = fc.constantFrom<BencodeInput>(
    single,
    {
      ...(without(single, 'length') as Members),
      files: [{ length: 20_000, path: ['x', 'y'], attr: 'xl', 'symlink path': ['z'] }],
    },
    v2.info,
  );
  fc.assert(
    fc.property(hostile(valid.map(encodeBencode)), (bytes) => {
      expectValueOrProtocolError(() => parseInfo(bytes, nodeDigests));
    }),
    RUNS,
  );
});

test('THREATS 4: the info-hash is taken over the raw bytes, whatever their order', () => {
  const unsorted = ascii(`d6:pieces20:${'x'.repeat(20)}6:lengthi5e12:piece lengthi16384e4:name1:ae`);
  const info = parseInfo(unsorted, nodeDigests);
  expect(info.infoHash).toEqual(nodeDigests.sha1(unsorted));
});

test('THREATS 9: names and paths cannot leave the folder', () => {
  expect(parse({ ...single, name: '../../etc/passwd' }).files[0]?.path).toEqual(['.._.._etc_passwd']);
  expect(parse({ ...single, name: '..' }).files[0]?.path).toEqual(['_']);
  expect(folder({ length: 1, path: ['..', '..', 'x'] }, { length: 1, path: ['/abs'] }).files).toMatchObject([
    { path: ['n', 'x'] },
    { path: ['n', '_abs'] },
  ]);
  const info = parse({
    files: [{ length: 1, path: ['x'] }],
    name: '..',
    'piece length': 16_384,
    pieces: new Uint8Array(20),
  });
  expect([info.name, info.files[0]?.path]).toEqual(['_', ['_', 'x']]);
});

test('THREATS 9: a v2 file tree cannot leave the folder either', () => {
  const { info } = makeV2('n', [{ path: ['..', 'evil'], data: new Uint8Array(5) }], false);
  expect(parse(info).files[0]?.path).toEqual(['n', 'evil']);
});

test('THREATS 10: colliding files of a torrent get different paths', () => {
  const { files } = folder(
    { length: 1, path: ['A'] },
    { length: 1, path: ['a'] },
    { length: 1, path: ['a', 'b'] },
  );
  expect(files.map(({ path }) => path.join('/'))).toEqual(['n/A', 'n/a (2)', 'n/a (3)/b']);
});

test('THREATS 11: lengths and piece lengths that make no sense are refused', () => {
  for (const length of [-1, 2 ** 53 - 1, '5', []])
    expect(codeFor({ ...single, length })).toBe('TORRENT_FILE_LENGTH');
  expect(codeFor(without(single, 'length'))).toBe('TORRENT_FILE_LENGTH');
  expect(codeFor({ ...single, length: 0, pieces: '' })).toBe('TORRENT_EMPTY');
  for (const pieceLength of [0, -16_384, 2 ** 29 + 1, 2 ** 40, 'x']) {
    expect(codeFor({ ...single, 'piece length': pieceLength })).toBe('TORRENT_PIECE_LENGTH');
  }
  expect(codeFor(without(single, 'piece length'))).toBe('TORRENT_PIECE_LENGTH');
  const many = Array.from({ length: 5 }, (_, i) => ({ length: 2 ** 49, path: [String(i)] }));
  expect(codeFor({ ...(without(single, 'length') as Members), files: many })).toBe('TORRENT_FILE_LENGTH');
});

test('THREATS 11: v1 piece lengths need not be powers of two, and reach 512 MiB', () => {
  expect(parse({ ...single, 'piece length': 10_001 }).pieceCount).toBe(2);
  expect(parse({ ...single, 'piece length': 2 ** 29, pieces: new Uint8Array(20) }).pieceCount).toBe(1);
});

test('THREATS 12: piece hashes are exactly as many as the data needs', () => {
  for (const bytes of [0, 20, 39, 41, 60]) {
    expect(codeFor({ ...single, pieces: new Uint8Array(bytes) })).toBe('TORRENT_PIECES');
  }
  expect(codeFor(without(single, 'pieces'))).toBe('TORRENT_PIECES');
  expect(codeFor({ ...single, length: 2 ** 40, 'piece length': 16_384 })).toBe('TORRENT_TOO_MANY_PIECES');
});

test('THREATS 12: no files, malformed files and too many files are refused', () => {
  const files = (value: BencodeInput): string =>
    codeFor({ ...(without(single, 'length') as Members), files: value });
  expect(files([])).toBe('TORRENT_FILES');
  expect(files({})).toBe('TORRENT_FILES');
  expect(files([1])).toBe('TORRENT_FILES');
  expect(files([{ length: 1 }])).toBe('TORRENT_FILES');
  expect(files([{ length: 1, path: [] }])).toBe('TORRENT_FILES');
  expect(files([{ length: 1, path: [1] }])).toBe('TORRENT_FILES');
  expect(files([{ length: 1, path: 'x' }])).toBe('TORRENT_FILES');
  const bytes = ascii(
    `d5:filesl${'d6:lengthi0e4:pathl1:xee'.repeat(200_001)}e4:name1:n12:piece lengthi1e6:pieces0:e`,
  );
  expect(codeOf(() => parseInfo(bytes, nodeDigests))).toBe('TORRENT_TOO_MANY_FILES');
});

test('THREATS 12: a million files end at the limit of values', () => {
  const bytes = ascii(`d5:filesl${'d6:lengthi0e4:pathl1:xee'.repeat(1_000_000)}e4:name1:ne`);
  expect(codeOf(() => parseInfo(bytes, nodeDigests))).toBe('BENCODE_TOO_MANY_TOKENS');
});

test('THREATS 13: links lead to files and folders of the torrent only', () => {
  const link = (name: string, ...target: string[]): Members => ({
    attr: 'l',
    length: 99,
    path: [name],
    'symlink path': target,
  });
  const { files, totalLength } = folder(
    { length: 1, path: ['dir', 'real'] },
    link('good', 'dir', 'real'),
    link('folder', 'dir'),
    link('up', '..', '..', 'etc'),
    link('absolute', '/etc/passwd'),
    link('self', 'self'),
    link('to link', 'good'),
    link('nowhere'),
    { attr: 'l', path: ['dir', 'parent'], 'symlink path': ['dir'] },
  );
  expect(totalLength).toBe(1);
  expect(files.slice(1)).toEqual([
    { path: ['n', 'good'], length: 0, kind: 'symlink', target: ['n', 'dir', 'real'] },
    { path: ['n', 'folder'], length: 0, kind: 'symlink', target: ['n', 'dir'] },
    ...['up', 'absolute', 'self', 'to link', 'nowhere'].map((name) => ({
      path: ['n', name],
      length: 0,
      kind: 'file',
    })),
    { path: ['n', 'dir', 'parent'], length: 0, kind: 'file' },
  ]);
});

test('THREATS 13: pads are told apart and take no name from a file', () => {
  const { files, totalLength } = folder(
    { attr: 'x', length: 5, path: ['.pad', '10'] },
    { attr: 'p', length: 10, path: ['.pad', '10'] },
    { attr: 'p', length: 3 },
    { attr: 'h', length: 1, path: ['b'] },
  );
  expect(totalLength).toBe(19);
  expect(files).toEqual([
    { path: ['n', '.pad', '10'], length: 5, kind: 'file', executable: true },
    { path: ['n', '.pad', '10'], length: 10, kind: 'pad' },
    { path: ['n', '.pad', '3'], length: 3, kind: 'pad' },
    { path: ['n', 'b'], length: 1, kind: 'file', hidden: true },
  ]);
});

test('what is no info at all is refused', () => {
  expect(codeFor([])).toBe('TORRENT_NOT_DICT');
  expect(codeFor(without(single, 'name'))).toBe('TORRENT_NAME');
  expect(codeFor({ ...single, 'meta version': 3 })).toBe('TORRENT_VERSION');
  expect(codeFor({ ...single, 'meta version': 'x' })).toBe('TORRENT_VERSION');
});
