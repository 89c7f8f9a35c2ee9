/**
 * Where frames begin and end in a stream of bytes: u32 little endian length, then so many bytes. Decides nothing about
 * what is in them; the connector copies bytes and only keeps frames from being torn when the service goes away.
 */

const HEADER = 4;

/** Follows one direction of a connection; fed with every byte, in order. */
export class FrameBorders {
  #header = 0;
  #headerBytes = 0;
  /** Bytes of the present frame that are to come, its header not counted. */
  #left = 0;

  /** Whether the next byte begins a frame. */
  get atBorder(): boolean {
    return this.#headerBytes === 0 && this.#left === 0;
  }

  /**
   * Follow a chunk from an index to the first border behind it: the index of that border, or null when the chunk ends
   * before. Throws RangeError for a frame beyond `maxBytes`.
   */
  next(chunk: Uint8Array, from: number, maxBytes = Number.POSITIVE_INFINITY): number | null {
    let at = from;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.length - at);
        this.#left -= taken;
        at += taken;
      } else {
        this.#header |= chunk[at]! << (8 * this.#headerBytes);
        this.#headerBytes += 1;
        at += 1;
        if (this.#headerBytes < HEADER) continue;
        this.#left = this.#header >>> 0;
        this.#header = 0;
        this.#headerBytes = 0;
        if (this.#left > maxBytes) throw new RangeError(`a frame of ${this.#left} bytes`);
      }
      if (this.atBorder) return at;
    }
    return null;
  }

  /** Follow a chunk to its end: the last border in it, 0 when it has none. Throws as `next`. */
  last(chunk: Uint8Array, maxBytes?: number): number {
    let border = 0;
    for (;;) {
      const next = this.next(chunk, border, maxBytes);
      if (next === null) return border;
      border = next;
    }
  }
}

/** Gives bytes on in whole frames; what is incomplete is kept, up to one frame. */
export class WholeFrames {
  readonly #maxBytes: number;
  readonly #borders = new FrameBorders();
  #kept: Uint8Array[] = [];

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The pieces to give on, in order; none while no frame is whole. Throws RangeError for a frame beyond the limit. */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    const border = this.#borders.last(chunk, this.#maxBytes);
    if (border === 0) {
      if (chunk.length > 0) this.#kept.push(chunk);
      return [];
    }
    const whole = [...this.#kept, chunk.subarray(0, border)];
    this.#kept = border < chunk.length ? [chunk.subarray(border)] : [];
    return whole;
  }
}

/** One frame around a JSON value. */
export function frameOf(value: unknown): Uint8Array {
  const body = Buffer.from(JSON.stringify(value));
  const frame = Buffer.alloc(HEADER + body.length);
  frame.writeUInt32LE(body.length);
  body.copy(frame, HEADER);
  return frame;
}
