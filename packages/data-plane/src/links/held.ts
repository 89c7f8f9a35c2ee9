/**
 * Bytes a link has read but may not use yet, as copies, in order. A paused socket delivers at most the chunk it had
 * already read, so this stays as small as one or two read buffers.
 */

/** A queue of chunks that can be used up in parts. */
export class Held {
  #chunks: Uint8Array[] = [];
  #from = 0;

  /** Whether nothing is held. */
  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  /** Chunks that are held. */
  get length(): number {
    return this.#chunks.length;
  }

  /** The first chunk, or null. */
  get first(): Uint8Array | null {
    return this.#chunks[0] ?? null;
  }

  /** Bytes of the first chunk that were used before. */
  get from(): number {
    return this.#from;
  }

  /** Keep a copy of the bytes from `from` on. */
  add(bytes: Uint8Array, from: number): void {
    this.#chunks.push(bytes.slice(from));
  }

  /** Put bytes in front of everything; they belong to the queue. Only while no chunk is half used. */
  prepend(bytes: Uint8Array): void {
    this.#chunks.unshift(bytes);
  }

  /** The first chunk is used up to `from`; at its end it is dropped. */
  use(from: number): void {
    this.#from = from;
    if (from < (this.#chunks[0]?.length ?? 0)) return;
    this.#chunks.shift();
    this.#from = 0;
  }

  /** Change every chunk in place. */
  transform(change: (bytes: Uint8Array) => void): void {
    for (const chunk of this.#chunks) change(chunk);
  }

  /** Drop everything. */
  clear(): void {
    this.#chunks = [];
    this.#from = 0;
  }
}
