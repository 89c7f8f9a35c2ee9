import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatBytes } from './bytes.ts';
import { encodeCompact } from './endpoints.ts';
import type { AnnounceParams } from './http-tracker.ts';
import { peer4, peer6 } from './testing/endpoints.ts';
import {
  anyBytes,
  ascii,
  codeOf,
  exactBytes,
  expectValueOrProtocolError,
  hostile,
  RUNS,
} from './testing/hostile.ts';
import { encodeUdpAnnounce, encodeUdpConnect, encodeUdpScrape, parseUdpReply } from './udp-tracker.ts';
import { encodeUtf8 } from './utf8.ts';

const params: AnnounceParams = {
  infoHash: new Uint8Array(20).fill(0xab),
  peerId: new Uint8Array(20).fill(0xcd),
  port: 0x1ae1,
  uploaded: 1,
  downloaded: 2 ** 40,
  left: 3,
  event: 'started',
  numWant: 200,
  key: 0xdead_beef,
};
const question = { connectionId: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), transactionId: 0xfeed_f00d };
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** 32-bit integers, big-endian. */
function words(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  for (const [i, value] of values.entries()) new DataView(bytes.buffer).setInt32(4 * i, value);
  return bytes;
}

test('requests are the bytes of BEP 15', () => {
  expect(hex(encodeUdpConnect(0xfeed_f00d))).toBe('0000041727101980' + '00000000' + 'feedf00d');
  const announce =
    '0102030405060708' +
    '00000001' +
    'feedf00d' +
    'ab'.repeat(20) +
    'cd'.repeat(20) +
    '0000010000000000' +
    '0000000000000003' +
    '0000000000000001' +
    '00000002' +
    '00000000' +
    'deadbeef' +
    '000000c8' +
    '1ae1';
  expect(hex(encodeUdpAnnounce(question, params, '/announce'))).toBe(announce);
  const numbers = (['completed', 'started', 'stopped', null] as const).map(
    (event) => encodeUdpAnnounce(question, { ...params, event }, '')[83],
  );
  expect(numbers).toEqual([1, 2, 3, 0]);
  const scrape = encodeUdpScrape(question, [params.infoHash, params.peerId]);
  expect(hex(scrape)).toBe('0102030405060708' + '00000002' + 'feedf00d' + 'ab'.repeat(20) + 'cd'.repeat(20));
});

test('path and query of the URL travel as options of BEP 41', () => {
  const plain = encodeUdpAnnounce(question, params, '/');
  expect(plain.length).toBe(98);
  const path = `/dir?passkey=${'x'.repeat(300)}`;
  const options = encodeUdpAnnounce(question, params, path).subarray(98);
  expect([options[0], options[1], options[257], options[258]]).toEqual([2, 255, 2, path.length - 255]);
  expect(concatBytes([options.subarray(2, 257), options.subarray(259)])).toEqual(encodeUtf8(path));
});

test('replies are read', () => {
  fc.assert(
    fc.property(fc.array(peer4, { maxLength: 6 }), fc.array(peer6, { maxLength: 6 }), (four, six) => {
      const head = words(1, 7, 1800, 5, 6);
      const told = { type: 'announce', transactionId: 7, interval: 1800, incomplete: 5, complete: 6 };
      expect(parseUdpReply(concatBytes([head, encodeCompact(four, 4)]), false)).toEqual({
        ...told,
        peers: four,
      });
      expect(parseUdpReply(concatBytes([head, encodeCompact(six, 16)]), true)).toEqual({
        ...told,
        peers: six,
      });
    }),
    RUNS,
  );
  expect(parseUdpReply(words(0, 7, 1, 2), false)).toEqual({
    type: 'connect',
    transactionId: 7,
    connectionId: Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 2),
  });
  expect(parseUdpReply(words(2, 7, 1, 2, 3, -1, 5, 6), false)).toEqual({
    type: 'scrape',
    transactionId: 7,
    torrents: [
      { complete: 1, downloaded: 2, incomplete: 3 },
      { complete: null, downloaded: 5, incomplete: 6 },
    ],
  });
  expect(parseUdpReply(concatBytes([words(3, 7), ascii('go\naway')]), false)).toEqual({
    type: 'error',
    transactionId: 7,
    message: 'go away',
  });
});

test('any bytes give a reply or a ProtocolError', () => {
  const valid = fc
    .tuple(fc.integer({ min: 0, max: 4 }), exactBytes(16), anyBytes(60))
    .map(([action, head, rest]) => concatBytes([words(action), head, rest]));
  fc.assert(
    fc.property(hostile(valid), fc.boolean(), (packet, ipv6) => {
      expectValueOrProtocolError(() => parseUdpReply(packet, ipv6));
    }),
    RUNS,
  );
});

test('THREATS 17: short packets and unknown actions are refused', () => {
  for (const packet of [
    words(),
    words(0),
    words(0, 7, 1),
    words(1, 7, 1, 1),
    words(4, 7),
    new Uint8Array(7),
  ]) {
    expect(codeOf(() => parseUdpReply(packet, false))).toBe('TRACKER_PACKET');
  }
});

test('THREATS 17: negative numbers, port 0 and half an entry do no harm', () => {
  const packet = concatBytes([
    words(1, 7, -1, -2, 2 ** 31 - 1),
    encodeCompact([{ host: '1.2.3.4', port: 0 }], 4),
    words(9),
  ]);
  expect(parseUdpReply(packet, false)).toEqual({
    type: 'announce',
    transactionId: 7,
    interval: 0,
    incomplete: null,
    complete: 2 ** 31 - 1,
    peers: [],
  });
  expect(parseUdpReply(words(1, 7, 2 ** 31 - 1, 0, 0), false)).toMatchObject({ interval: 86_400 });
});

test('asking about no torrent or too many is a bug', () => {
  expect(() => encodeUdpScrape(question, [])).toThrow('assertion');
  expect(() =>
    encodeUdpScrape(
      question,
      Array.from({ length: 75 }, () => params.infoHash),
    ),
  ).toThrow('assertion');
});
