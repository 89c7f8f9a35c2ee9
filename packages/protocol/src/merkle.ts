/**
 * Hash trees over 16 KiB leaves (BEP 52).
 */
import type { Digests } from './digests.ts';
import { MIN_V2_PIECE_LENGTH } from './limits.ts';

/** Bytes of a SHA-256 digest. */
export const SHA256_LENGTH = 32;

/**
 * The root of a tree above one of its layers (BEP 52): `layer` holds 32 bytes for every subtree of `subtreeLength` data
 * bytes (a power of two from 16 KiB); the layer is filled up to a power of two with the hashes of all-zero leaves.
 */
export function merkleRoot(
  layer: Uint8Array,
  subtreeLength: number,
  digests: Pick<Digests, 'sha256'>,
): Uint8Array {
  let padding: Uint8Array = new Uint8Array(SHA256_LENGTH);
  for (let length = MIN_V2_PIECE_LENGTH; length < subtreeLength; length *= 2) {
    padding = digests.sha256(pair(padding, padding));
  }
  let nodes = layer;
  while (nodes.length > SHA256_LENGTH) {
    const count = Math.ceil(nodes.length / (2 * SHA256_LENGTH));
    const above = new Uint8Array(count * SHA256_LENGTH);
    for (let i = 0; i < count; i++) {
      const at = i * 2 * SHA256_LENGTH;
      const both = nodes.subarray(at, at + 2 * SHA256_LENGTH);
      const whole = both.length === 2 * SHA256_LENGTH ? both : pair(both, padding);
      above.set(digests.sha256(whole), i * SHA256_LENGTH);
    }
    nodes = above;
    padding = digests.sha256(pair(padding, padding));
  }
  return nodes;
}

function pair(left: Uint8Array, right: Uint8Array): Uint8Array {
  const both = new Uint8Array(2 * SHA256_LENGTH);
  both.set(left, 0);
  both.set(right, SHA256_LENGTH);
  return both;
}
