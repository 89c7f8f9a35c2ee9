import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBencode, type BencodeInput } from './bencode-encode.ts';
import { encodeCompact } from './endpoints.ts';
import { buildAnnounceUrl, parseAnnounceReply, type AnnounceParams } from './http-tracker.ts';
import { buildScrapeUrl, parseScrapeReply } from './scrape.ts';
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
import { percentDecode } from './urls.ts';

const params: AnnounceParams = {
  infoHash: new Uint8Array(20).fill(0xab),
  peerId: ascii('-JS0100-abcdefghijkl'),
  port: 6881,
  uploaded: 1,
  downloaded: 2,
  left: 3,
  event: 'started',
  numWant: 200,
  key: 0xbeef,
};
const reply = (value: BencodeInput): ReturnType<typeof parseAnnounceReply> =>
  parseAnnounceReply(encodeBencode(value));

test('the announce URL carries the hash byte for byte', () => {
  fc.assert(
    fc.property(exactBytes(20), exactBytes(20), anyBytes(20), (infoHash, peerId, trackerId) => {
      const url = buildAnnounceUrl('http://t.example/announce', { ...params, infoHash, peerId, trackerId });
      const fields = new Map(
        url
          .split('?')[1]
          ?.split('&')
          .map((field) => field.split('=') as [string, string]),
      );
      expect(percentDecode(fields.get('info_hash') ?? '')).toEqual(infoHash);
      expect(percentDecode(fields.get('peer_id') ?? '')).toEqual(peerId);
      expect(percentDecode(fields.get('trackerid') ?? '')).toEqual(trackerId);
      expect(new URL(url).href).toBe(url);
    }),
    RUNS,
  );
});

test('the announce URL says what BEP 3 and 23 ask for', () => {
  expect(buildAnnounceUrl('http://t.example/announce', params)).toBe(
    `http://t.example/announce?info_hash=${'%AB'.repeat(20)}&peer_id=-JS0100-abcdefghijkl&port=6881` +
      '&uploaded=1&downloaded=2&left=3&compact=1&numwant=200&key=0000BEEF&event=started',
  );
});

test('a query that the tracker URL has stays in front, a fragment goes', () => {
  const regular = { ...params, event: null };
  expect(buildAnnounceUrl('http://t/a?passkey=x#f', regular)).toMatch(
    /^http:\/\/t\/a\?passkey=x&info_hash=.*key=\w+$/,
  );
  expect(buildAnnounceUrl('http://t/a?', regular)).toMatch(/^http:\/\/t\/a\?info_hash=/);
  expect(buildAnnounceUrl('https://t', regular)).toMatch(/^https:\/\/t\?info_hash=/);
});

test('a URL that is no HTTP tracker is refused', () => {
  for (const url of ['udp://t:1', 'file:///x', 'http://u:p@t/', 'x']) {
    expect(codeOf(() => buildAnnounceUrl(url, params))).toBe('TRACKER_URL');
  }
});

test('peers come compact, over IPv6 and as dictionaries', () => {
  fc.assert(
    fc.property(fc.array(peer4, { maxLength: 5 }), fc.array(peer6, { maxLength: 5 }), (four, six) => {
      const distinct = [
        ...new Map([...four, ...six].map((peer) => [`${peer.host} ${peer.port}`, peer])).values(),
      ];
      const compact = reply({ peers: encodeCompact(four, 4), peers6: encodeCompact(six, 16) });
      const listed = reply({ peers: [...four, ...six].map(({ host, port }) => ({ ip: host, port })) });
      expect(compact).toMatchObject({ type: 'success', peers: distinct });
      expect(listed).toMatchObject({ type: 'success', peers: distinct });
    }),
    RUNS,
  );
});

test('everything a tracker tells is read', () => {
  const told = reply({
    interval: 1800,
    'min interval': 900,
    'tracker id': 'id',
    complete: 5,
    incomplete: 6,
    downloaded: 7,
    'warning message': 'slow down',
    'external ip': Uint8Array.of(9, 8, 7, 6),
    peers: '',
  });
  expect(told).toEqual({
    type: 'success',
    interval: 1800,
    minInterval: 900,
    trackerId: ascii('id'),
    complete: 5,
    incomplete: 6,
    downloaded: 7,
    warning: 'slow down',
    externalIp: '9.8.7.6',
    peers: [],
  });
});

test('a failure has a reason, and BEP 31 says when to come back', () => {
  expect(reply({ 'failure reason': 'no such\ntorrent' })).toEqual({
    type: 'failure',
    reason: 'no such torrent',
    retryInSeconds: null,
  });
  expect(reply({ 'failure reason': '', 'retry in': 5 })).toMatchObject({
    retryInSeconds: 300,
    reason: 'no reason given',
  });
  expect(reply({ 'failure reason': 'x', 'retry in': '5' })).toMatchObject({ retryInSeconds: 300 });
  expect(reply({ 'failure reason': 'x', 'retry in': 'never' })).toMatchObject({ retryInSeconds: Infinity });
  expect(reply({ 'failure reason': 'x', 'retry in': -5 })).toMatchObject({ retryInSeconds: null });
});

test('any bytes give a reply or a ProtocolError', () => {
  const valid = fc.array(peer4, { maxLength: 3 }).map((peers) =>
    encodeBencode({
      interval: 1800,
      peers: peers.map(({ host, port }) => ({ ip: host, port })),
      files: {},
      'retry in': 'x',
    }),
  );
  fc.assert(
    fc.property(hostile(valid), (bytes) => {
      expectValueOrProtocolError(() => parseAnnounceReply(bytes));
      expectValueOrProtocolError(() => parseScrapeReply(bytes));
    }),
    RUNS,
  );
});

test('THREATS 17: intervals and counts that make no sense do no harm', () => {
  expect(reply({ interval: 2 ** 31, 'min interval': -1, complete: -5, incomplete: -1 })).toMatchObject({
    interval: 86_400,
    minInterval: null,
    complete: null,
    incomplete: null,
  });
  expect(reply({ interval: 0 })).toMatchObject({ interval: 0 });
  expect(reply({ interval: 'soon', 'tracker id': 'x'.repeat(5000), 'external ip': 'abc' })).toMatchObject({
    interval: null,
    trackerId: null,
    externalIp: null,
  });
});

test('THREATS 17: no more peers than the limit, none twice, none that nobody can dial, no names', () => {
  const many = Array.from({ length: 150_000 }, (_, i) => ({ host: '1.2.3.4', port: (i % 60_000) + 1 }));
  expect(reply({ peers: encodeCompact(many, 4) })).toHaveProperty('peers.length', 1000);
  const listed = [
    { ip: '1.2.3.4', port: 0 },
    { ip: '1.2.3.4', port: 65_536 },
    { ip: '224.0.0.1', port: 1 },
    { ip: 'localhost', port: 1 },
    { ip: '1.2.3.4', port: 1 },
    { ip: '::ffff:1.2.3.4', port: 1 },
    'junk',
    { ip: 5, port: 5 },
  ];
  expect(reply({ peers: listed })).toMatchObject({ peers: [{ host: '1.2.3.4', port: 1 }] });
});

test('THREATS 17: a reply that is huge, cut or no dictionary is refused', () => {
  expect(codeOf(() => parseAnnounceReply(new Uint8Array(1_048_577)))).toBe('BENCODE_TOO_LARGE');
  expect(codeOf(() => parseAnnounceReply(ascii('<html>')))).toBe('BENCODE_SYNTAX');
  expect(codeOf(() => parseAnnounceReply(ascii('i1e')))).toBe('TRACKER_REPLY');
  expect(codeOf(() => reply({ peers: 'abcde' }))).toBe('COMPACT_LENGTH');
  const list = ascii(`d5:peersl${'de'.repeat(30_000)}ee`);
  expect(codeOf(() => parseAnnounceReply(list))).toBe('BENCODE_TOO_MANY_TOKENS');
});

test('the scrape URL follows the rule of BEP 48', () => {
  const hash = new Uint8Array(20).fill(0x41);
  const query = `info_hash=${'A'.repeat(20)}`;
  const rule = {
    'http://e.com/announce': `http://e.com/scrape?${query}`,
    'http://e.com/x/announce': `http://e.com/x/scrape?${query}`,
    'http://e.com/announce.php': `http://e.com/scrape.php?${query}`,
    'http://e.com/announce?x2%0644': `http://e.com/scrape?x2%0644&${query}`,
    'http://e.com/announce?x=2/4': `http://e.com/scrape?x=2/4&${query}`,
    'http://e.com/a': null,
    'http://e.com/x%064announce': null,
    'udp://e.com:80/announce': null,
    'http://announce': null,
  };
  for (const [url, scrape] of Object.entries(rule))
    expect([url, buildScrapeUrl(url, [hash])]).toEqual([url, scrape]);
});

test('a scrape tells counts by torrent', () => {
  const hash = new Uint8Array(20).fill(0xfe);
  const files = new Map<Uint8Array, BencodeInput>([
    [hash, { complete: 1, incomplete: -2, downloaded: 3 }],
    [ascii('short'), { complete: 9 }],
  ]);
  expect(parseScrapeReply(encodeBencode({ files }))).toEqual({
    type: 'success',
    torrents: new Map([['fe'.repeat(20), { complete: 1, incomplete: null, downloaded: 3 }]]),
  });
  expect(parseScrapeReply(encodeBencode({ 'failure reason': 'no' }))).toEqual({
    type: 'failure',
    reason: 'no',
  });
  expect(codeOf(() => parseScrapeReply(encodeBencode({})))).toBe('TRACKER_REPLY');
});
