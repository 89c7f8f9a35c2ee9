import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBencode } from './bencode-encode.ts';
import { encodeCompact } from './endpoints.ts';
import { peer4, peer6 } from './testing/endpoints.ts';
import { codeOf, expectValueOrProtocolError, hostile, RUNS } from './testing/hostile.ts';
import { decodePex, encodePex, type PexPeer } from './ut-pex.ts';

const flags = fc.record({
  prefersEncryption: fc.boolean(),
  seed: fc.boolean(),
  utp: fc.boolean(),
  holepunch: fc.boolean(),
  reachable: fc.boolean(),
});
const list4 = fc.array(fc.tuple(peer4, flags), { maxLength: 10 });
const list6 = fc.array(fc.tuple(peer6, flags), { maxLength: 10 });
const anyPex = fc
  .record({
    four: list4,
    six: list6,
    dropped4: fc.array(peer4, { maxLength: 5 }),
    dropped6: fc.array(peer6, { maxLength: 5 }),
  })
  .map(({ four, six, dropped4, dropped6 }) => ({
    added: [...four, ...six].map(([peer, bits]): PexPeer => ({ ...peer, flags: bits })),
    dropped: [...dropped4, ...dropped6],
  }));
const noFlags = { prefersEncryption: false, seed: false, utp: false, holepunch: false, reachable: false };

test('a message is read back as it was written', () => {
  fc.assert(
    fc.property(anyPex, (message) => {
      expect(decodePex(encodePex(message))).toEqual(message);
    }),
    RUNS,
  );
});

test('any bytes give a message or a ProtocolError', () => {
  fc.assert(
    fc.property(hostile(anyPex.map(encodePex)), (bytes) => {
      expectValueOrProtocolError(() => decodePex(bytes));
    }),
    RUNS,
  );
});

test('missing lists and missing flags are no error', () => {
  expect(decodePex(encodeBencode({}))).toEqual({ added: [], dropped: [] });
  const added = encodeCompact([{ host: '1.2.3.4', port: 5 }], 4);
  expect(decodePex(encodeBencode({ added }))).toEqual({
    added: [{ host: '1.2.3.4', port: 5, flags: noFlags }],
    dropped: [],
  });
});

test('THREATS 25: more entries than the limit are a flood', () => {
  const flood = (key: string, entries: number, size: number): string =>
    codeOf(() => decodePex(encodeBencode({ [key]: new Uint8Array(entries * size) })));
  expect(flood('added', 101, 6)).toBe('WIRE_PEX_FLOOD');
  expect(flood('added', 10_000, 6)).toBe('WIRE_PEX_FLOOD');
  expect(flood('dropped6', 101, 18)).toBe('WIRE_PEX_FLOOD');
  const both = { added: new Uint8Array(60 * 6), added6: new Uint8Array(60 * 18) };
  expect(codeOf(() => decodePex(encodeBencode(both)))).toBe('WIRE_PEX_FLOOD');
  const most = Array.from({ length: 100 }, (_, i) => ({ host: '1.2.3.4', port: i + 1, flags: noFlags }));
  expect(decodePex(encodePex({ added: most, dropped: [] })).added.length).toBe(100);
});

test('THREATS 25: addresses that nobody can have are left out, and flags stay with their peers', () => {
  const added = encodeCompact(
    [
      { host: '1.2.3.4', port: 0 },
      { host: '224.0.0.1', port: 5 },
      { host: '0.0.0.0', port: 5 },
      { host: '9.9.9.9', port: 5 },
    ],
    4,
  );
  const message = decodePex(encodeBencode({ added, 'added.f': Uint8Array.of(0, 0, 0, 2) }));
  expect(message.added).toEqual([{ host: '9.9.9.9', port: 5, flags: { ...noFlags, seed: true } }]);
});

test('a cut list or something else than a dictionary is refused', () => {
  expect(codeOf(() => decodePex(encodeBencode({ added: new Uint8Array(7) })))).toBe('COMPACT_LENGTH');
  expect(codeOf(() => decodePex(encodeBencode([])))).toBe('WIRE_PEX');
});
