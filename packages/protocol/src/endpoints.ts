/**
 * Peer addresses and their compact forms (BEP 23 for IPv4, BEP 7 for IPv6).
 */
import { assert } from './assert.ts';
import { readU16, writeU16 } from './bytes.ts';
import { ProtocolError } from './error.ts';
import { classifyIp, formatIp, parseIp } from './ip.ts';

/** An address to dial: `host` is a canonical IP literal where a codec made it; `port` 1 to 65535. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Address bytes of an entry: IPv4 or IPv6. */
export type AddressLength = 4 | 16;

/** Every entry of compact addresses, in order (BEP 23, 7). Throws COMPACT_LENGTH when bytes are left over. */
export function decodeCompact(bytes: Uint8Array, addressLength: AddressLength): Endpoint[] {
  const size = addressLength + 2;
  if (bytes.length % size !== 0) {
    const text = `${bytes.length} bytes are not a whole number of ${size}-byte addresses`;
    throw new ProtocolError('COMPACT_LENGTH', bytes.length - (bytes.length % size), text);
  }
  const endpoints: Endpoint[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const host = formatIp(bytes.subarray(at, at + addressLength));
    endpoints.push({ host, port: readU16(bytes, at + addressLength) });
  }
  return endpoints;
}

/** The compact form (BEP 23, 7) of those endpoints whose address has `addressLength` bytes, in order. */
export function encodeCompact(endpoints: readonly Endpoint[], addressLength: AddressLength): Uint8Array {
  const bytes = new Uint8Array(endpoints.length * (addressLength + 2));
  let at = 0;
  for (const endpoint of endpoints) {
    const address = parseIp(endpoint.host);
    assert(address !== null, `${endpoint.host} is an IP literal`);
    if (address.length !== addressLength) continue;
    bytes.set(address, at);
    writeU16(bytes, at + addressLength, endpoint.port);
    at += addressLength + 2;
  }
  return bytes.subarray(0, at);
}

/** Whether an endpoint can be a peer at all: a port, and an address that is not unspecified, multicast or broadcast. */
export function isDialable(endpoint: Endpoint): boolean {
  if (endpoint.port < 1 || endpoint.port > 65_535) return false;
  const kind = classifyIp(endpoint.host);
  return (
    kind !== null &&
    kind !== 'unspecified' &&
    kind !== 'multicast' &&
    kind !== 'broadcast' &&
    kind !== 'reserved'
  );
}
