import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBencode } from './bencode-encode.ts';
import { concatBytes } from './bytes.ts';
import { ascii, codeOf, expectValueOrProtocolError, hostile, RUNS } from './testing/hostile.ts';
import {
  decodeMetadataMessage,
  encodeMetadataData,
  encodeMetadataReject,
  encodeMetadataRequest,
  metadataPieceLength,
} from './ut-metadata.ts';

const piece = fc.nat(1000);

test('requests and refusals are read back as they were written', () => {
  fc.assert(
    fc.property(piece, (index) => {
      expect(decodeMetadataMessage(encodeMetadataRequest(index))).toEqual({ type: 'request', piece: index });
      expect(decodeMetadataMessage(encodeMetadataReject(index))).toEqual({ type: 'reject', piece: index });
    }),
    RUNS,
  );
});

test('data of every piece of metadata is read back as it was written', () => {
  for (const totalSize of [1, 16_383, 16_384, 16_385, 40_000]) {
    for (let index = 0; index * 16_384 < totalSize; index++) {
      const data = new Uint8Array(metadataPieceLength(totalSize, index)).fill(0x65);
      const message = decodeMetadataMessage(encodeMetadataData(index, totalSize, data));
      expect(message).toEqual({ type: 'data', piece: index, totalSize, data });
    }
  }
});

test('any bytes give a message or a ProtocolError', () => {
  const valid = fc.oneof(
    piece.map(encodeMetadataRequest),
    fc.integer({ min: 1, max: 50 }).map((size) => encodeMetadataData(0, size, new Uint8Array(size))),
  );
  fc.assert(
    fc.property(hostile(valid), (bytes) => {
      expectValueOrProtocolError(() => decodeMetadataMessage(bytes));
    }),
    RUNS,
  );
});

test('THREATS 24: impossible sizes, indices and lengths are refused', () => {
  const data = (index: number, totalSize: number, length: number): Uint8Array =>
    concatBytes([
      encodeBencode({ msg_type: 1, piece: index, total_size: totalSize }),
      new Uint8Array(length),
    ]);
  const bad = [
    data(0, 0, 0),
    data(0, -1, 1),
    data(0, 2 ** 31, 16_384),
    data(1, 16_384, 0),
    data(2, 16_385, 1),
    data(-1, 100, 100),
    data(2 ** 40, 100, 100),
    data(0, 100, 99),
    data(0, 100, 101),
    encodeBencode({ msg_type: 0, piece: -1 }),
    encodeBencode({ msg_type: 0 }),
    encodeBencode({ piece: 0 }),
    encodeBencode({ msg_type: -1, piece: 0 }),
    ascii('le'),
  ];
  for (const payload of bad) expect(codeOf(() => decodeMetadataMessage(payload))).toBe('WIRE_METADATA');
});

test('an unknown message type is to be ignored', () => {
  expect(decodeMetadataMessage(encodeBencode({ msg_type: 3 }))).toEqual({ type: 'unknown', messageType: 3 });
});

test('pieces of metadata cover it exactly', () => {
  expect([0, 1, 2, 3].map((index) => metadataPieceLength(40_000, index))).toEqual([16_384, 16_384, 7232, 0]);
});
