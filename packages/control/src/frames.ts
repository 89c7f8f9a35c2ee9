/**
 * Frames of native messaging: the length of a JSON text in UTF-8 as u32 little endian, then the text. Decides what is a
 * frame; what a message means is decided by client and server.
 */
import { fromUtf8, toUtf8Behind } from './text.ts';

const HEADER = 4;
/** So much of a frame is looked at for its session and the id of its call, when the rest is no use. */
const ID_WITHIN = 256;

/** A frame that arrived: a JSON value, or why it is none, and the session and id found in it. */
export type Frame =
  | { readonly ok: true; readonly message: unknown }
  | {
      readonly ok: false;
      readonly code: 'TOO_LARGE' | 'BAD_MESSAGE';
      readonly session: number | null;
      readonly id: number | null;
      readonly bytes: number;
    };

/** A message as a frame. */
export function encodeFrame(message: object): Uint8Array {
  const frame = toUtf8Behind(HEADER, JSON.stringify(message));
  new DataView(frame.buffer).setUint32(0, frame.length - HEADER, true);
  return frame;
}

/** Makes frames of bytes that come in any portions. Keeps at most one frame, and of one above the limit only its begin. */
export class FrameDecoder {
  readonly #maxBytes: number;
  /** Length of the frame under way; -1 while its header is not complete. */
  #length = -1;
  /** Bytes of it that came, its header not among them. */
  #received = 0;
  #headerBytes = 0;
  #header = 0;
  #kept = new Uint8Array(0);

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether the stream may end here: no frame is half there. */
  get isBetweenFrames(): boolean {
    return this.#length < 0 && this.#headerBytes === 0;
  }

  /** The frames that the chunk completes, in order; the chunk is not kept. */
  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    let at = 0;
    for (;;) {
      at = this.#readHeader(chunk, at);
      if (this.#length < 0) return frames;
      const wanted = this.#length - this.#received;
      const part = chunk.subarray(at, at + wanted);
      at += part.length;
      if (part.length < wanted) {
        this.#keep(part);
        return frames;
      }
      frames.push(this.#finish(part));
    }
  }

  #readHeader(chunk: Uint8Array, from: number): number {
    let at = from;
    while (this.#length < 0 && at < chunk.length) {
      this.#header += (chunk[at] ?? 0) * 2 ** (8 * this.#headerBytes);
      this.#headerBytes += 1;
      at += 1;
      if (this.#headerBytes === HEADER) this.#length = this.#header;
    }
    return at;
  }

  #keep(part: Uint8Array): void {
    const limit = this.#length > this.#maxBytes ? ID_WITHIN : this.#length;
    const taken = part.subarray(0, Math.max(0, limit - this.#received));
    const end = this.#received + taken.length;
    if (taken.length > 0) {
      if (end > this.#kept.length) {
        const larger = new Uint8Array(Math.min(limit, Math.max(1024, 2 * end)));
        larger.set(this.#kept.subarray(0, this.#received));
        this.#kept = larger;
      }
      this.#kept.set(taken, this.#received);
    }
    this.#received += part.length;
  }

  #finish(part: Uint8Array): Frame {
    const bytes = this.#length;
    const isTooLarge = bytes > this.#maxBytes;
    let body = part;
    if (this.#received > 0) {
      this.#keep(part);
      body = this.#kept.subarray(0, Math.min(this.#received, this.#kept.length));
    }
    const frame: Frame = isTooLarge
      ? { ok: false, code: 'TOO_LARGE', ...findNumbers(body), bytes }
      : (parse(body) ?? { ok: false, code: 'BAD_MESSAGE', ...findNumbers(body), bytes });
    this.#length = -1;
    this.#received = 0;
    this.#headerBytes = 0;
    this.#header = 0;
    this.#kept = new Uint8Array(0);
    return frame;
  }
}

function parse(body: Uint8Array): Frame | null {
  const text = fromUtf8(body);
  if (text === null) return null;
  try {
    return { ok: true, message: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}

function findNumbers(body: Uint8Array): { readonly session: number | null; readonly id: number | null } {
  const begin = String.fromCharCode(...body.subarray(0, ID_WITHIN));
  const numberOf = (pattern: RegExp): number | null => {
    const found = Number(pattern.exec(begin)?.[1] ?? Number.NaN);
    return Number.isSafeInteger(found) ? found : null;
  };
  return {
    session: numberOf(/^\s*\{\s*"session"\s*:\s*(\d{1,15})(?!\d)/),
    id: numberOf(/"id"\s*:\s*(\d{1,15})(?!\d)/),
  };
}
