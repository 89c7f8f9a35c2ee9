/** Addresses for property tests. */
import fc from 'fast-check';
import { isDialable, type Endpoint } from '../endpoints.ts';
import { formatIp } from '../ip.ts';
import { exactBytes } from './hostile.ts';

const port = fc.integer({ min: 1, max: 65_535 });

/** Canonical IPv4 literals. */
export const ipv4 = exactBytes(4).map(formatIp);
/** Canonical IPv6 literals, runs of zeros included, without IPv4-mapped ones. */
export const ipv6 = fc
  .array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 })
  .map((words) => formatIp(Uint8Array.from(words.flatMap((word) => [word >> 8, word & 0xff]))))
  .filter((host) => host.includes(':'));
/** IPv4 endpoints that can be dialled. */
export const peer4: fc.Arbitrary<Endpoint> = fc.record({ host: ipv4, port }).filter(isDialable);
/** IPv6 endpoints that can be dialled. */
export const peer6: fc.Arbitrary<Endpoint> = fc.record({ host: ipv6, port }).filter(isDialable);
