/**
 * Cuts a byte stream into frames. Decides lengths and memory; what is in a frame is decided by its op.
 */
import { FrameError } from './frame-error.ts';
import { CHUNK_BYTES, MAX_FRAME_BYTES } from './limits.ts';

/** Gets op and body of one frame as [start, end) of `bytes`, valid during the call only. */
export type FrameHandler = (bytes: Uint8Array, start: number, end: number) => void;

/**
 * Collects frames from chunks of any size.
 *
 * A frame that arrives whole is passed on where it lies. A frame in parts is collected in memory that doubles as its bytes
 * come, so a length prefix alone costs nothing and a large frame in small chunks costs linear time.
 */
export class FrameReader {
  readonly #onFrame: FrameHandler;
  /** A frame in parts, with its length prefix, in the first `#have` bytes. */
  #parts = new Uint8Array(CHUNK_BYTES);
  #have = 0;

  constructor(onFrame: FrameHandler) {
    this.#onFrame = onFrame;
  }

  /** Take the next bytes of the stream, which are only read during the call. Throws FrameError; the stream is lost then. */
  push(chunk: Uint8Array): void {
    let at = this.#have > 0 ? this.#continue(chunk) : 0;
    while (chunk.length - at >= 4) {
      const end = at + 4 + frameLength(chunk, at);
      if (end > chunk.length) break;
      this.#onFrame(chunk, at + 4, end);
      at = end;
    }
    if (at < chunk.length) this.#collect(chunk, at, chunk.length, CHUNK_BYTES);
  }

  /** Completes the frame in parts if the chunk has the rest of it; returns how much of the chunk was used. */
  #continue(chunk: Uint8Array): number {
    let at = 0;
    while (at < chunk.length) {
      const need = this.#have < 4 ? 4 : 4 + frameLength(this.#parts, 0);
      const end = Math.min(at + need - this.#have, chunk.length);
      this.#collect(chunk, at, end, need);
      at = end;
      if (this.#have < need || need === 4) continue;
      const frame = this.#parts;
      this.#have = 0;
      if (frame.length > CHUNK_BYTES) this.#parts = new Uint8Array(CHUNK_BYTES);
      this.#onFrame(frame, 4, need);
      break;
    }
    return at;
  }

  /** Appends chunk[from, to) to the frame in parts, which will not exceed `need` bytes. */
  #collect(chunk: Uint8Array, from: number, to: number, need: number): void {
    const have = this.#have + to - from;
    if (have > this.#parts.length) {
      const grown = new Uint8Array(Math.max(have, Math.min(need, this.#parts.length * 2)));
      grown.set(this.#parts.subarray(0, this.#have));
      this.#parts = grown;
    }
    this.#parts.set(chunk.subarray(from, to), this.#have);
    this.#have = have;
  }
}

function frameLength(bytes: Uint8Array, at: number): number {
  const length = (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
  if (length === 0 || length > MAX_FRAME_BYTES) throw new FrameError('BAD_LENGTH', 0);
  return length;
}
