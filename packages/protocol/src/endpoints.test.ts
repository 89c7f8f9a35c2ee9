import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCompact, encodeCompact, isDialable } from './endpoints.ts';
import { peer4, peer6 } from './testing/endpoints.ts';
import { anyBytes, codeOf, expectValueOrProtocolError, RUNS } from './testing/hostile.ts';

test('compact addresses give back the endpoints they were made from', () => {
  fc.assert(
    fc.property(fc.array(peer4), fc.array(peer6), (four, six) => {
      const mixed = [...six, ...four];
      expect(decodeCompact(encodeCompact(mixed, 4), 4)).toEqual(four);
      expect(decodeCompact(encodeCompact(mixed, 16), 16)).toEqual(six);
    }),
    RUNS,
  );
});

test('any bytes give addresses or a ProtocolError', () => {
  fc.assert(
    fc.property(anyBytes(60), fc.constantFrom(4 as const, 16 as const), (bytes, length) => {
      expectValueOrProtocolError(() => decodeCompact(bytes, length));
    }),
    RUNS,
  );
});

test('a cut entry is refused', () => {
  expect(codeOf(() => decodeCompact(new Uint8Array(7), 4))).toBe('COMPACT_LENGTH');
  expect(codeOf(() => decodeCompact(new Uint8Array(6), 16))).toBe('COMPACT_LENGTH');
});

test('port 0, impossible ports and addresses of nobody cannot be dialled', () => {
  expect(isDialable({ host: '1.2.3.4', port: 6881 })).toBe(true);
  expect(isDialable({ host: '127.0.0.1', port: 1 })).toBe(true);
  for (const port of [0, -1, 65_536]) expect(isDialable({ host: '1.2.3.4', port })).toBe(false);
  for (const host of ['0.0.0.0', '::', '239.1.1.1', 'ff02::1', '255.255.255.255', 'name']) {
    expect(isDialable({ host, port: 1 })).toBe(false);
  }
});

test('a host name in a compact list is a bug', () => {
  expect(() => encodeCompact([{ host: 'name', port: 1 }], 4)).toThrow('assertion');
});
