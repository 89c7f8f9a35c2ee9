/**
 * IP literals of the in-memory internet: decides what is an address, its one canonical text, and which are local.
 */
import { BlockList, isIP } from 'node:net';

const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/** The canonical text of an IP literal (IPv4-mapped IPv6 folded to IPv4), or null when it is none. */
export const canonicalIp = (host: string): string | null => {
  const family = isIP(host);
  if (family === 0 || host.includes('%')) return null;
  if (family === 4) return host;
  const text = new URL(`http://[${host}]`).hostname.slice(1, -1);
  const mapped = MAPPED.exec(text);
  if (mapped === null) return text;
  const high = Number.parseInt(mapped[1]!, 16);
  const low = Number.parseInt(mapped[2]!, 16);
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
};

/** Whether a canonical literal is IPv6. */
export const isV6 = (address: string): boolean => address.includes(':');

/** What a wildcard address of a bind means: every address of its family. */
export const isWildcard = (address: string): boolean => address === '0.0.0.0' || address === '::';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const internal = new BlockList();
internal.addSubnet('10.0.0.0', 8, 'ipv4');
internal.addSubnet('172.16.0.0', 12, 'ipv4');
internal.addSubnet('192.168.0.0', 16, 'ipv4');
internal.addSubnet('100.64.0.0', 10, 'ipv4');
internal.addSubnet('fc00::', 7, 'ipv6');

const unusable = new BlockList();
unusable.addSubnet('0.0.0.0', 8, 'ipv4');
unusable.addSubnet('169.254.0.0', 16, 'ipv4');
unusable.addSubnet('224.0.0.0', 3, 'ipv4');
unusable.addAddress('::', 'ipv6');
unusable.addSubnet('fe80::', 10, 'ipv6');
unusable.addSubnet('ff00::', 8, 'ipv6');

const family = (address: string): 'ipv4' | 'ipv6' => (isV6(address) ? 'ipv6' : 'ipv4');

/** Whether the address means this machine itself. */
export const isLoopback = (address: string): boolean => loopback.check(address, family(address));

/** How request-forgery rules see an address: `local` is loopback or a private net, `never` is no address of a server. */
export const reachOf = (address: string): 'public' | 'local' | 'never' => {
  if (unusable.check(address, family(address))) return 'never';
  return isLoopback(address) || internal.check(address, family(address)) ? 'local' : 'public';
};
