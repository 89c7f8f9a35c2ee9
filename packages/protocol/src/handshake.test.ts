import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeHandshake, HANDSHAKE_LENGTH, isHandshakeStart, parseHandshake } from './handshake.ts';
import { codeOf, exactBytes, expectValueOrProtocolError, hostile, RUNS } from './testing/hostile.ts';

const anyHandshake = fc.record({
  flags: fc.record({ fast: fc.boolean(), extended: fc.boolean(), dht: fc.boolean(), v2: fc.boolean() }),
  infoHash: exactBytes(20),
  peerId: exactBytes(20),
});

test('a handshake is read back as it was written, whatever follows it', () => {
  fc.assert(
    fc.property(anyHandshake, fc.uint8Array(), (handshake, rest) => {
      const bytes = encodeHandshake(handshake);
      expect(bytes.length).toBe(HANDSHAKE_LENGTH);
      expect(parseHandshake(Uint8Array.of(...bytes, ...rest))).toEqual(handshake);
    }),
    RUNS,
  );
});

test('the bytes are those of BEP 3, 5, 6 and 10', () => {
  const flags = { fast: true, extended: true, dht: true, v2: false };
  const bytes = encodeHandshake({
    flags,
    infoHash: new Uint8Array(20).fill(1),
    peerId: new Uint8Array(20).fill(2),
  });
  const expected = `13426974546f7272656e742070726f746f636f6c0000000000100005${'01'.repeat(20)}${'02'.repeat(20)}`;
  expect(Buffer.from(bytes).toString('hex')).toBe(expected);
});

test('THREATS 19: any bytes give a handshake or a ProtocolError', () => {
  fc.assert(
    fc.property(hostile(anyHandshake.map(encodeHandshake)), (bytes) => {
      expectValueOrProtocolError(() => parseHandshake(bytes));
    }),
    RUNS,
  );
});

test('THREATS 19: another protocol is known from its first wrong byte', () => {
  const start = encodeHandshake({
    flags: { fast: false, extended: false, dht: false, v2: false },
    infoHash: new Uint8Array(20),
    peerId: new Uint8Array(20),
  });
  for (let length = 0; length <= 68; length++) expect(isHandshakeStart(start.subarray(0, length))).toBe(true);
  for (let at = 0; at < 20; at++) {
    const wrong = start.slice(0, at + 1);
    wrong[at] = (wrong[at] ?? 0) ^ 1;
    expect(isHandshakeStart(wrong)).toBe(false);
  }
  expect(codeOf(() => parseHandshake(start.subarray(0, 67)))).toBe('WIRE_HANDSHAKE');
  expect(codeOf(() => parseHandshake(new Uint8Array(68)))).toBe('WIRE_HANDSHAKE');
});
