/**
 * Hashing as the codecs need it; the caller brings the implementation.
 */

/** SHA-1 gives 20 bytes, SHA-256 gives 32; both fresh. */
export interface Digests {
  sha1(bytes: Uint8Array): Uint8Array;
  sha256(bytes: Uint8Array): Uint8Array;
}
