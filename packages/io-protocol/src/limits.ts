/**
 * Every number of the io protocol, each with its reason. Decides sizes only; who acts on them is in frame-reader,
 * frame-writer and credit.
 */

/** First field of `hello`: the bytes "JSTP"; a stray program on the other end of the pipe is noticed at once. */
export const MAGIC = 0x5054_534a;

/** Both ends must be of one version: they ship together, so nothing is negotiated. */
export const PROTOCOL_VERSION = 3;

/** Op and body of one frame: an `openStore` with 2^21 SHA-1 piece hashes (40 MiB) and 24 MiB of names fits. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** Frame bytes on their way, sent and not acknowledged, above which a sender asks its source to pause. */
export const CREDIT_HIGH_BYTES = 4 * 1024 * 1024;

/** Frame bytes on their way below which the source goes on: enough to keep both processes busy meanwhile. */
export const CREDIT_LOW_BYTES = 1024 * 1024;

/** Processed bytes that are acknowledged in a write of their own; less waits for a frame going that way anyway. */
export const CREDIT_STEP_BYTES = 64 * 1024;

/** Memory in which outgoing frames are laid out, one allocation for many turns; also the first size of a frame in parts. */
export const CHUNK_BYTES = 64 * 1024;
