/** SHA-1 and SHA-256 of Node for tests. */
import { createHash } from 'node:crypto';
import type { Digests } from '../digests.ts';

/** Digests as the codecs need them. */
export const nodeDigests: Digests = {
  sha1: (bytes) => Uint8Array.from(createHash('sha1').update(bytes).digest()),
  sha256: (bytes) => Uint8Array.from(createHash('sha256').update(bytes).digest()),
};
