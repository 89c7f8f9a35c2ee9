/**
 * Addresses of the in-memory internet: decides what a bind means and whom request-forgery rules let a server be.
 */
import { classifyIp } from '@jstorrent/protocol';

/** Whether a canonical literal is IPv6. */
export const isV6 = (address: string): boolean => address.includes(':');

/** What a wildcard address of a bind means: every address of its family. */
export const isWildcard = (address: string): boolean => address === '0.0.0.0' || address === '::';

/** Whether the address means this machine itself. */
export const isLoopback = (address: string): boolean => classifyIp(address) === 'loopback';

/** How request-forgery rules see an address: `local` is loopback or a private net, `never` is no address of a server. */
export const reachOf = (address: string): 'public' | 'local' | 'never' => {
  switch (classifyIp(address)) {
    case 'public':
      return 'public';
    case 'loopback':
    case 'private':
      return 'local';
    default:
      return 'never';
  }
};
