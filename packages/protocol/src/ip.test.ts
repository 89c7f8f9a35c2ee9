import fc from 'fast-check';
import { BlockList, isIP } from 'node:net';
import { expect, test } from 'vitest';
import { canonicalIp, classifyIp, formatIp, parseIp } from './ip.ts';
import { ipv4, ipv6 } from './testing/endpoints.ts';
import { exactBytes, RUNS } from './testing/hostile.ts';

test('every address is read back from its text, and Node takes the text for the same kind', () => {
  fc.assert(
    fc.property(fc.oneof(exactBytes(4), exactBytes(16)), fc.oneof(ipv4, ipv6), (bytes, text) => {
      expect(formatIp(parseIp(formatIp(bytes)) ?? new Uint8Array(4))).toBe(formatIp(bytes));
      expect(canonicalIp(text)).toBe(text);
      expect(isIP(text)).toBe(text.includes(':') ? 6 : 4);
    }),
    RUNS,
  );
});

test('IPv6 text is what a URL parser makes of it', () => {
  fc.assert(
    fc.property(ipv6, (text) => {
      expect(`[${text}]`).toBe(new URL(`http://[${text}]/`).hostname);
    }),
    RUNS,
  );
});

test('text that Node does not take for an address is not taken here', () => {
  const near = fc.array(fc.constantFrom(':', '::', '1', 'f00', '.', '1.2.3.4', '0', '%1', 'g'), {
    maxLength: 9,
  });
  fc.assert(
    fc.property(
      near.map((parts) => parts.join('')),
      (text) => {
        if (isIP(text) === 0) expect(parseIp(text)).toBeNull();
        else if (!text.includes('%')) expect(parseIp(text)).not.toBeNull();
      },
    ),
    RUNS,
  );
});

test('IPv4-mapped IPv6 is the IPv4 address', () => {
  expect(canonicalIp('::ffff:127.0.0.1')).toBe('127.0.0.1');
  expect(canonicalIp('::FFFF:7f00:1')).toBe('127.0.0.1');
  expect(formatIp(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 1, 2, 3, 4))).toBe('1.2.3.4');
});

test('disguised and unfinished IPv4 is not a literal', () => {
  for (const text of [
    '127.1',
    '0177.0.0.1',
    '0x7f.0.0.1',
    '2130706433',
    '1.2.3.4.',
    '1.2.3',
    '256.1.1.1',
    '1.2.3.04',
  ]) {
    expect(parseIp(text)).toBeNull();
  }
  for (const text of ['fe80::1%eth0', '[::1]', '1::2::3', ':::', '1:2:3:4:5:6:7', '12345::', '']) {
    expect(parseIp(text)).toBeNull();
  }
});

test('THREATS 15: every special network is told from the open internet', () => {
  const expected = {
    '0.0.0.0': 'unspecified',
    '0.1.2.3': 'unspecified',
    '127.9.9.9': 'loopback',
    '10.0.0.1': 'private',
    '172.16.0.1': 'private',
    '172.32.0.1': 'public',
    '192.168.1.1': 'private',
    '100.64.0.1': 'private',
    '169.254.169.254': 'linkLocal',
    '224.0.0.1': 'multicast',
    '255.255.255.255': 'broadcast',
    '250.1.1.1': 'reserved',
    '8.8.8.8': 'public',
    '::': 'unspecified',
    '::1': 'loopback',
    '::ffff:169.254.169.254': 'linkLocal',
    '::127.0.0.1': 'loopback',
    '64:ff9b::10.0.0.1': 'private',
    '2002:7f00:1::': 'loopback',
    'fe80::1': 'linkLocal',
    'fd00::1': 'private',
    'fec0::1': 'private',
    'ff02::1': 'multicast',
    '2001:4860::8888': 'public',
  };
  for (const [host, kind] of Object.entries(expected)) expect([host, classifyIp(host)]).toEqual([host, kind]);
  expect(classifyIp('example.com')).toBeNull();
});

test('no address of a private network passes for public', () => {
  const local = new BlockList();
  for (const [net, bits] of [
    ['10.0.0.0', 8],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
  ] as const) {
    local.addSubnet(net, bits);
  }
  fc.assert(
    fc.property(ipv4, (host) => {
      if (local.check(host)) expect(classifyIp(host)).not.toBe('public');
    }),
    RUNS,
  );
});
