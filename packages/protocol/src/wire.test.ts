import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatBytes } from './bytes.ts';
import { anyBytes, codeOf, cutAt, expectValueOrProtocolError, hostile, RUNS } from './testing/hostile.ts';
import { decodeMessage, type WireMessage } from './wire.ts';
import * as encode from './wire-encode.ts';
import { MessageReader } from './wire-reader.ts';

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const range = fc.record({ piece: u32, offset: u32, length: u32 });
type Pair = readonly [WireMessage, Uint8Array];

const anyMessage: fc.Arbitrary<Pair> = fc.oneof(
  fc.constantFrom<Pair>(
    [{ type: 'keepAlive' }, encode.encodeKeepAlive()],
    [{ type: 'choke' }, encode.encodeChoke()],
    [{ type: 'unchoke' }, encode.encodeUnchoke()],
    [{ type: 'interested' }, encode.encodeInterested()],
    [{ type: 'notInterested' }, encode.encodeNotInterested()],
    [{ type: 'haveAll' }, encode.encodeHaveAll()],
    [{ type: 'haveNone' }, encode.encodeHaveNone()],
  ),
  u32.map((piece): Pair => [{ type: 'have', piece }, encode.encodeHave(piece)]),
  u32.map((piece): Pair => [{ type: 'suggest', piece }, encode.encodeSuggest(piece)]),
  u32.map((piece): Pair => [{ type: 'allowedFast', piece }, encode.encodeAllowedFast(piece)]),
  range.map((block): Pair => [{ type: 'request', ...block }, encode.encodeRequest(block)]),
  range.map((block): Pair => [{ type: 'cancel', ...block }, encode.encodeCancel(block)]),
  range.map((block): Pair => [{ type: 'reject', ...block }, encode.encodeReject(block)]),
  anyBytes(40).map((bytes): Pair => [{ type: 'bitfield', bytes }, encode.encodeBitfield(bytes)]),
  fc
    .tuple(u32, u32, anyBytes(40))
    .map(([piece, offset, data]): Pair => [
      { type: 'piece', piece, offset, data },
      encode.encodePiece(piece, offset, data),
    ]),
  fc.nat(65_535).map((port): Pair => [{ type: 'port', port }, encode.encodePort(port)]),
  fc
    .tuple(fc.nat(255), anyBytes(40))
    .map(([id, payload]): Pair => [{ type: 'extended', id, payload }, encode.encodeExtended(id, payload)]),
);

test('every message is read back as it was written, and is as long as its prefix says', () => {
  fc.assert(
    fc.property(anyMessage, ([message, bytes]) => {
      expect(new DataView(bytes.buffer).getUint32(0)).toBe(bytes.length - 4);
      expect(decodeMessage(bytes.subarray(4))).toEqual(message);
    }),
    RUNS,
  );
});

test('however a stream is cut, it gives the same messages', () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 8 }), fc.array(fc.nat(1000)), (pairs, places) => {
      const reader = new MessageReader();
      const stream = concatBytes(pairs.map(([, bytes]) => bytes));
      const read = cutAt(stream, places).flatMap((chunk) => reader.push(chunk));
      expect(read).toEqual(pairs.map(([message]) => message));
    }),
    RUNS,
  );
});

test('any bytes give messages or a ProtocolError', () => {
  const stream = fc
    .array(anyMessage, { maxLength: 4 })
    .map((pairs) => concatBytes(pairs.map(([, bytes]) => bytes)));
  fc.assert(
    fc.property(hostile(stream), (bytes) => {
      expectValueOrProtocolError(() => decodeMessage(bytes));
      expectValueOrProtocolError(() => new MessageReader({ maxLength: 1000 }).push(bytes));
    }),
    RUNS,
  );
});

test('THREATS 18: a length above the limit is refused before its bytes come', () => {
  const reader = new MessageReader({ maxLength: 20 });
  expect(reader.push(Uint8Array.of(0, 0, 0, 20))).toEqual([]);
  expect(codeOf(() => new MessageReader({ maxLength: 20 }).push(Uint8Array.of(0, 0, 0, 21)))).toBe(
    'WIRE_TOO_LONG',
  );
  expect(codeOf(() => new MessageReader().push(Uint8Array.of(255, 255, 255, 255)))).toBe('WIRE_TOO_LONG');
});

test('THREATS 21: a message whose size does not fit its id is refused', () => {
  const bodies = [
    [0, 1],
    [4],
    [4, 0, 0, 0],
    [6, ...new Uint8Array(11)],
    [6, ...new Uint8Array(13)],
    [7, 0],
    [9, 1],
  ];
  const more = [[13, 1], [14, 1], [15, 1], [16, 1], [17, 1], [20], [8, ...new Uint8Array(20)]];
  for (const body of [...bodies, ...more])
    expect(codeOf(() => decodeMessage(Uint8Array.from(body)))).toBe('WIRE_LENGTH');
});

test('an unknown id is no error', () => {
  expect(decodeMessage(Uint8Array.of(99, 1, 2, 3))).toEqual({ type: 'unknown', id: 99 });
});

test('a wire message is the bytes of BEP 3', () => {
  const bytes = encode.encodeRequest({ piece: 1, offset: 0x4000, length: 0x4000 });
  expect(Buffer.from(bytes).toString('hex')).toBe('0000000d06000000010000400000004000');
});
