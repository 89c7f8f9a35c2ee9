/** Digests by node:crypto, as the codecs and the engine want them. */
import { createHash } from 'node:crypto';
import type { Digests } from '@jstorrent/protocol';

/** SHA-1 and SHA-256 of bytes; each result is the caller's. */
export const nodeDigests: Digests = {
  sha1: (bytes) => new Uint8Array(createHash('sha1').update(bytes).digest()),
  sha256: (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
};
