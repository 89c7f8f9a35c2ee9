import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBencode } from './bencode-encode.ts';
import { decodeExtendedHandshake, encodeExtendedHandshake } from './extended.ts';
import { decodeDontHave, encodeDontHave } from './lt-donthave.ts';
import { ascii, codeOf, expectValueOrProtocolError, hostile, RUNS } from './testing/hostile.ts';
import { ipv4, ipv6 } from './testing/endpoints.ts';

const positive = fc.integer({ min: 1, max: 2 ** 31 });
const anyHandshake = fc.record({
  extensions: fc
    .uniqueArray(fc.tuple(fc.stringMatching(/^[a-z_]{1,12}$/), fc.integer({ min: 1, max: 255 })), {
      maxLength: 6,
      comparator: (a, b) => a[0] === b[0] || a[1] === b[1],
    })
    .map((entries) => Object.fromEntries(entries)),
  clientName: fc.constantFrom('JSTorrent 0.1.0', 'µTorrent', 'x'),
  listenPort: fc.integer({ min: 1, max: 65_535 }),
  requestQueue: positive,
  metadataSize: positive,
  yourIp: fc.oneof(ipv4, ipv6),
  ipv4,
  ipv6,
  uploadOnly: fc.boolean(),
});

test('an extended handshake is read back as it was written', () => {
  fc.assert(
    fc.property(anyHandshake, (handshake) => {
      const extensions = new Map(Object.entries(handshake.extensions));
      const read = decodeExtendedHandshake(encodeExtendedHandshake(handshake));
      expect(read.extensions).toEqual(extensions);
      expect({ ...read, extensions: 0 }).toEqual({ ...handshake, extensions: 0, disabled: [] });
    }),
    RUNS,
  );
});

test('any bytes give a handshake or a ProtocolError', () => {
  fc.assert(
    fc.property(hostile(anyHandshake.map(encodeExtendedHandshake)), (bytes) => {
      expectValueOrProtocolError(() => decodeExtendedHandshake(bytes));
    }),
    RUNS,
  );
});

test('what is absent or of a wrong kind is null', () => {
  const nothing = {
    extensions: new Map(),
    disabled: [],
    clientName: null,
    listenPort: null,
    requestQueue: null,
    metadataSize: null,
    yourIp: null,
    ipv4: null,
    ipv6: null,
    uploadOnly: false,
  };
  expect(decodeExtendedHandshake(ascii('de'))).toEqual(nothing);
  const wrong = encodeBencode({
    m: 1,
    v: 2,
    p: 'x',
    reqq: -1,
    metadata_size: 0,
    yourip: 'abc',
    ipv4: 'abcde',
    ipv6: 'abcd',
    upload_only: 'yes',
  });
  expect(decodeExtendedHandshake(wrong)).toEqual(nothing);
});

test('addresses written as text are understood too', () => {
  const payload = encodeBencode({ yourip: '1.2.3.4', ipv6: '2001:DB8::1' });
  expect(decodeExtendedHandshake(payload)).toMatchObject({ yourIp: '1.2.3.4', ipv6: '2001:db8::1' });
});

test('THREATS 26: a payload that is no dictionary is refused', () => {
  expect(codeOf(() => decodeExtendedHandshake(ascii('le')))).toBe('WIRE_EXTENDED_HANDSHAKE');
  expect(codeOf(() => decodeExtendedHandshake(ascii('')))).toBe('BENCODE_TRUNCATED');
});

test('THREATS 26: a client name of a megabyte is cut', () => {
  const payload = encodeBencode({ v: 'x'.repeat(1_000_000) });
  expect(decodeExtendedHandshake(payload).clientName?.length).toBe(256);
});

test('THREATS 26: ids 0, 255, beyond a byte and twice', () => {
  const m = { a: 0, b: 255, c: 256, d: -1, e: 7, f: 7 };
  const read = decodeExtendedHandshake(encodeBencode({ m }));
  expect([...read.extensions]).toEqual([
    ['b', 255],
    ['e', 7],
  ]);
  expect(read.disabled).toEqual(['a']);
});

test('THREATS 26: no more extensions than the limit', () => {
  const m = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`x${i}`, i + 1]));
  expect(decodeExtendedHandshake(encodeBencode({ m })).extensions.size).toBe(64);
});

test('THREATS 24: a size of metadata below 1 is not told, a huge one is only a claim', () => {
  const size = (value: number): number | null =>
    decodeExtendedHandshake(encodeBencode({ metadata_size: value })).metadataSize;
  expect([size(-1), size(0), size(1), size(2 ** 31)]).toEqual([null, null, 1, 2 ** 31]);
});

test('lt_donthave carries one piece index and nothing else', () => {
  expect(decodeDontHave(encodeDontHave(0xffff_ffff))).toBe(0xffff_ffff);
  expect(codeOf(() => decodeDontHave(new Uint8Array(3)))).toBe('WIRE_LENGTH');
});
