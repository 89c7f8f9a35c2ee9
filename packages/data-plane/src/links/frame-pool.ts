/**
 * Memory for frames of payload on their way to sockets, used again when a socket gives it back: fresh memory for every
 * frame costs as much as sending it. Decides what is kept; shared by all links.
 */

/** Frames kept for the next use; more are left to the collector. */
const MAX_KEPT = 16;

/** Lends memory of one length, and fresh memory for what would waste most of it. */
export class FramePool {
  readonly #frameBytes: number;
  #free: Uint8Array[] = [];

  constructor(frameBytes: number) {
    this.#frameBytes = frameBytes;
  }

  /** `length` bytes with any content. */
  take(length: number): Uint8Array {
    if (length > this.#frameBytes || length < this.#frameBytes / 2) return new Uint8Array(length);
    const memory = this.#free.pop() ?? new Uint8Array(this.#frameBytes);
    return memory.subarray(0, length);
  }

  /** Nobody uses these bytes any more: `take` may lend them again. */
  giveBack(bytes: Uint8Array): void {
    if (bytes.buffer.byteLength !== this.#frameBytes || this.#free.length >= MAX_KEPT) return;
    this.#free.push(new Uint8Array(bytes.buffer));
  }
}
