/** Digests by node:crypto, as the codecs and the engine want them. */
import { createHash } from 'node:crypto';

/** SHA-1 and SHA-256 of bytes; each result is the caller's. */
export const digests = {
  sha1: (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha1').update(bytes).digest()),
  sha256: (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest()),
};
