import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toBase32, toHex } from './bytes.ts';
import { buildMagnet, parseMagnet, type Magnet } from './magnet.ts';
import { peer4, peer6 } from './testing/endpoints.ts';
import { codeOf, exactBytes, expectValueOrProtocolError, hostile, RUNS } from './testing/hostile.ts';
import { decodeUtf8Lossy, encodeUtf8 } from './utf8.ts';

const HASH = 'aabbccddeeff00112233445566778899aabbccdd';
const XT = `xt=urn:btih:${HASH}`;
const url = fc.stringMatching(/^https:\/\/[a-z]{1,8}\.example(:8[0-9]{1,3})?\/announce(\?a=[0-9&+]{1,4})?$/);

const anyMagnet: fc.Arbitrary<Magnet> = fc
  .record({
    infoHash: fc.option(exactBytes(20)),
    infoHashV2: fc.option(exactBytes(32)),
    name: fc.option(fc.constantFrom('a', 'Müller & Söhne + Co = 100%', '名前', 'x'.repeat(256))),
    trackers: fc.uniqueArray(url, { maxLength: 4 }),
    webSeeds: fc.uniqueArray(url, { maxLength: 4 }),
    peers: fc.uniqueArray(fc.oneof(peer4, peer6, fc.constant({ host: 'host.example', port: 1 })), {
      maxLength: 4,
      selector: ({ host, port }) => `${host} ${port}`,
    }),
    selectOnly: fc.option(
      fc.array(
        fc.tuple(fc.nat(1000), fc.nat(1000)).map(([first, more]) => ({ first, last: first + more })),
        { minLength: 1, maxLength: 4 },
      ),
    ),
    exactLength: fc.option(fc.nat(2 ** 50)),
  })
  .filter(({ infoHash, infoHashV2 }) => infoHash !== null || infoHashV2 !== null);

test('a magnet link is read back as it was written', () => {
  fc.assert(
    fc.property(anyMagnet, (magnet) => {
      const text = buildMagnet(magnet);
      expect(text).toMatch(/^magnet:\?[!-~]+$/);
      expect(parseMagnet(text)).toEqual(magnet);
    }),
    RUNS,
  );
});

test('THREATS 16: any text gives a magnet or a ProtocolError', () => {
  const text = hostile(anyMagnet.map((magnet) => encodeUtf8(buildMagnet(magnet)))).map(decodeUtf8Lossy);
  fc.assert(
    fc.property(text, (uri) => {
      expectValueOrProtocolError(() => parseMagnet(uri));
      expectValueOrProtocolError(() => parseMagnet(`magnet:?${XT}&${uri}`));
    }),
    RUNS,
  );
});

test('hex and base32 name the same torrent, in either case', () => {
  fc.assert(
    fc.property(exactBytes(20), (hash) => {
      const forms = [toHex(hash), toHex(hash).toUpperCase(), toBase32(hash), toBase32(hash).toLowerCase()];
      for (const form of forms) expect(parseMagnet(`magnet:?xt=urn:btih:${form}`).infoHash).toEqual(hash);
    }),
    RUNS,
  );
});

test('parameters are found in any case, with numbers, and escaped', () => {
  const magnet = parseMagnet(
    `  MAGNET:?XT.1=URN%3ABTIH%3A${HASH}&dn=a+b%20c&tr.1=udp%3A%2F%2Ft.example%3A80&tr=http%3a%2f%2fx%2fannounce%3fa%2bb`,
  );
  expect(toHex(magnet.infoHash ?? new Uint8Array())).toBe(HASH);
  expect(magnet.name).toBe('a b c');
  expect(magnet.trackers).toEqual(['udp://t.example:80', 'http://x/announce?a+b']);
});

test('THREATS 16: hashes of a wrong length or alphabet are refused', () => {
  for (const hash of ['', 'ab', 'z'.repeat(40), '1'.repeat(32), 'A'.repeat(31), 'a'.repeat(41)]) {
    expect(codeOf(() => parseMagnet(`magnet:?xt=urn:btih:${hash}`))).toBe('MAGNET_BAD_HASH');
  }
  for (const hash of [`1220${'a'.repeat(63)}`, `1114${'a'.repeat(64)}`, 'a'.repeat(64)]) {
    expect(codeOf(() => parseMagnet(`magnet:?xt=urn:btmh:${hash}`))).toBe('MAGNET_BAD_HASH');
  }
  expect(codeOf(() => parseMagnet('magnet:?dn=x'))).toBe('MAGNET_NO_HASH');
  expect(codeOf(() => parseMagnet('magnet:?xt=urn:sha1:abc'))).toBe('MAGNET_NO_HASH');
  expect(codeOf(() => parseMagnet('http://x/?xt=urn'))).toBe('MAGNET_SYNTAX');
  expect(codeOf(() => buildMagnet({ infoHash: null }))).toBe('MAGNET_NO_HASH');
});

test('THREATS 16: several hashes must agree, one of each version may stand together', () => {
  expect(parseMagnet(`magnet:?${XT}&${XT}`).infoHash?.length).toBe(20);
  expect(codeOf(() => parseMagnet(`magnet:?${XT}&xt=urn:btih:${'0'.repeat(40)}`))).toBe('MAGNET_CONFLICT');
  const hybrid = parseMagnet(`magnet:?${XT}&xt=urn:btmh:1220${'0'.repeat(64)}`);
  expect([hybrid.infoHash?.length, hybrid.infoHashV2?.length]).toEqual([20, 32]);
});

test('THREATS 16: trackers and peers beyond the limits are left out, an endless link is refused', () => {
  const trackers = Array.from({ length: 150 }, (_, i) => `tr=http://t${i}.example/`).join('&');
  expect(parseMagnet(`magnet:?${XT}&${trackers}`).trackers.length).toBe(100);
  const peers = Array.from({ length: 150 }, (_, i) => `x.pe=1.2.3.4:${i + 1}`).join('&');
  expect(parseMagnet(`magnet:?${XT}&${peers}`).peers.length).toBe(100);
  expect(codeOf(() => parseMagnet(`magnet:?${XT}&dn=${'x'.repeat(70_000)}`))).toBe('MAGNET_TOO_LONG');
});

test('THREATS 16: file selections cannot overflow', () => {
  const selection = (so: string): unknown => parseMagnet(`magnet:?${XT}&so=${so}`).selectOnly;
  expect(selection('0,2,4-6')).toEqual([
    { first: 0, last: 0 },
    { first: 2, last: 2 },
    { first: 4, last: 6 },
  ]);
  const bad = [
    '',
    '5-2',
    '1-',
    '-1',
    '0-99999999999',
    '0-4294967296',
    '1,,2',
    'a',
    '200000',
    '1e3',
    `${'1,'.repeat(1000)}1`,
  ];
  for (const so of bad) expect(codeOf(() => selection(so))).toBe('MAGNET_SELECT_ONLY');
});

test('THREATS 16: peers keep their host as it is dialled, and disguised addresses are left out', () => {
  const peers = [
    '[::ffff:7f00:1]:1',
    '127.0.0.1:2',
    'Name.Example:3',
    '127.1:4',
    '0x7f.1:5',
    'a:0',
    'b:65536',
    '[x]:1',
    'c',
    'u@d:6',
  ];
  const magnet = parseMagnet(`magnet:?${XT}&${peers.map((peer) => `x.pe=${peer}`).join('&')}`);
  expect(magnet.peers).toEqual([
    { host: '127.0.0.1', port: 1 },
    { host: '127.0.0.1', port: 2 },
    { host: 'name.example', port: 3 },
  ]);
});

test('THREATS 9: a name is for display: one line, no direction marks', () => {
  const magnet = parseMagnet(`magnet:?${XT}&dn=..%2F..%2Fetc%0A%E2%80%AEx${'y'.repeat(1000)}`);
  expect(magnet.name).toMatch(/^\.\.\/\.\.\/etc xy+$/);
  expect(magnet.name?.length).toBeLessThanOrEqual(256);
});
