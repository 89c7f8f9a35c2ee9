import { describe, expect, it } from 'vitest';
import {
  addressText,
  keepOrder,
  peerFlags,
  peerKey,
  peerState,
  readAddresses,
  sortPeers,
  type Peer,
} from './peer-words.ts';

const peer = (more: Partial<Peer> = {}): Peer => ({
  address: '192.0.2.1',
  port: 6881,
  client: 'X 1',
  incoming: false,
  transport: 'tcp',
  encrypted: false,
  foundBy: 'tracker',
  progress: 0.5,
  downRate: 0,
  upRate: 0,
  downloaded: 0,
  uploaded: 0,
  outstanding: 0,
  hashFailures: 0,
  activity: 'nothingWanted',
  activityMs: 1000,
  ...more,
});

it('says of every peer what happens', () => {
  const activities = [
    'connecting',
    'handshake',
    'both',
    'sendsToUs',
    'weSend',
    'chokesUs',
    'nothingWanted',
    'snubbed',
    'blocked',
  ] as const;
  const texts = activities.map((activity) => peerState(peer({ activity })).text);
  expect(texts).not.toContain('');
  expect(new Set(texts).size).toBe(activities.length);
  expect(peerState(peer({ activity: 'blocked', hashFailures: 3 })).text).toBe(
    'Blocked: sent 3 corrupt pieces',
  );
});

it('explains every mark', () => {
  const sources = ['tracker', 'magnet', 'user', 'pex', 'dht', 'lsd', 'saved'] as const;
  for (const foundBy of sources) {
    const flags = peerFlags(peer({ foundBy, encrypted: true }));
    expect(flags).toHaveLength(3);
    for (const { text, meaning } of flags) expect([text, meaning]).not.toContain('');
  }
  expect(peerFlags(peer({ incoming: true, foundBy: 'incoming', transport: 'utp' }))).toEqual([
    { text: 'uTP', meaning: 'uTP: gives way to your other traffic' },
    { text: 'Incoming', meaning: 'It called us: your port is open' },
  ]);
});

describe('the list of peers', () => {
  const [a, b, c] = [
    peer({ address: '192.0.2.1', downRate: 5 }),
    peer({ address: '192.0.2.2', downRate: 9 }),
    peer({ address: '192.0.2.3', downRate: 5 }),
  ] as const;

  it('is sorted either way, equal ones as they come', () => {
    expect(sortPeers([a, b, c], { column: 'downRate', isUp: false })).toEqual([b, a, c]);
    expect(sortPeers([c, a, b], { column: 'address', isUp: true })).toEqual([a, b, c]);
  });

  it('keeps its order while it is held, with new ones last', () => {
    expect(keepOrder([peerKey(c), peerKey(a)], [b, a, c])).toEqual([c, a, b]);
  });
});

describe('addresses', () => {
  it('are written with their port, IPv6 in brackets', () => {
    expect(addressText('192.0.2.1', 80)).toBe('192.0.2.1:80');
    expect(addressText('2001:db8::1', 80)).toBe('[2001:db8::1]:80');
  });

  it('are read from words, or the first wrong one is named', () => {
    expect(readAddresses(' 192.0.2.1:80, [2001:db8::1]:6881\nexample.org:1 ')).toEqual({
      peers: [
        { host: '192.0.2.1', port: 80 },
        { host: '2001:db8::1', port: 6881 },
        { host: 'example.org', port: 1 },
      ],
    });
    for (const wrong of [
      '192.0.2.1',
      '192.0.2.1:0',
      '192.0.2.1:65536',
      '2001:db8::1:80',
      ':80',
      `${'x'.repeat(65)}:1`,
    ])
      expect(readAddresses(`192.0.2.9:9 ${wrong}`)).toEqual({ wrong });
    expect(readAddresses('  ')).toEqual({ peers: [] });
  });
});
