/**
 * The pieces a choked peer may ask for (BEP 6), so that both sides compute the same set.
 */
import { concatBytes, readU32 } from './bytes.ts';
import type { Digests } from './digests.ts';
import { parseIp } from './ip.ts';

/** Whom the set is for and how large it is: `host` is the peer's IP literal, `size` the number of pieces. */
export interface AllowedFastOptions {
  readonly host: string;
  readonly infoHash: Uint8Array;
  readonly pieceCount: number;
  readonly size: number;
}

/** The allowed-fast set (BEP 6), in the order of its making; empty for IPv6 peers, which the BEP leaves open. */
export function allowedFastSet(options: AllowedFastOptions, digests: Pick<Digests, 'sha1'>): number[] {
  const address = parseIp(options.host);
  if (address === null || address.length !== 4) return [];
  const size = Math.min(options.size, options.pieceCount);
  const pieces = new Set<number>();
  const masked = Uint8Array.of(address[0] ?? 0, address[1] ?? 0, address[2] ?? 0, 0);
  let digest = concatBytes([masked, options.infoHash]);
  while (pieces.size < size) {
    digest = digests.sha1(digest);
    for (let at = 0; at < 20 && pieces.size < size; at += 4) {
      pieces.add(readU32(digest, at) % options.pieceCount);
    }
  }
  return [...pieces];
}
