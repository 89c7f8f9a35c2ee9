/**
 * Names to addresses with the system's resolver. Decides nothing about which addresses are wanted.
 */
import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import type { HttpCode } from '@jstorrent/engine/ports';
import { HOST_LENGTH_MAX } from './limits.ts';

/** All addresses of `host` as IP literals, in the system's order; a literal resolves to itself. One later callback. */
export function resolve(
  host: string,
  onResolved: (addresses: readonly string[]) => void,
  onFailed: (code: HttpCode) => void,
): void {
  const literal = host.replace(/^\[|\]$/gu, '');
  if (isIP(literal) !== 0) {
    setImmediate(onResolved, [literal]);
  } else if (host.length === 0 || host.length > HOST_LENGTH_MAX || host.includes('\0')) {
    setImmediate(onFailed, 'NAME_NOT_FOUND');
  } else {
    lookup(host, { all: true }, (error, found) => {
      const addresses = [...new Set((found ?? []).map(({ address }) => address))];
      if (error !== null || addresses.length === 0) onFailed('NAME_NOT_FOUND');
      else onResolved(addresses);
    });
  }
}
