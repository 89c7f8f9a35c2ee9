/**
 * Splits a stream of peer messages (BEP 3) whatever the chunk borders are. It is the plain counterpart of the data
 * plane's splitter: payload is copied.
 */
import { ProtocolError } from './error.ts';
import { MAX_WIRE_MESSAGE } from './limits.ts';
import { decodeMessage, type WireMessage } from './wire.ts';

/** Incremental reader of peer messages (BEP 3). After it has thrown it must not be used again. */
export class MessageReader {
  readonly #maxLength: number;
  readonly #prefix = new Uint8Array(4);
  #prefixFilled = 0;
  #body: Uint8Array | null = null;
  #bodyFilled = 0;

  constructor(options: { readonly maxLength: number } = { maxLength: MAX_WIRE_MESSAGE }) {
    this.#maxLength = options.maxLength;
  }

  /**
   * Messages completed by `chunk`, in order; their byte arrays are the caller's.
   * Throws WIRE_TOO_LONG before any memory is taken for a message above the limit, WIRE_LENGTH as `decodeMessage` does.
   */
  push(chunk: Uint8Array): WireMessage[] {
    const messages: WireMessage[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#body === null) {
        this.#prefix[this.#prefixFilled++] = chunk[at++] ?? 0;
        if (this.#prefixFilled === 4) this.#begin();
      } else {
        const part = chunk.subarray(at, at + this.#body.length - this.#bodyFilled);
        this.#body.set(part, this.#bodyFilled);
        this.#bodyFilled += part.length;
        at += part.length;
      }
      if (this.#body !== null && this.#bodyFilled === this.#body.length) {
        messages.push(decodeMessage(this.#body));
        this.#body = null;
        this.#prefixFilled = 0;
      }
    }
    return messages;
  }

  /** Take memory for the announced message: it grows no further than the limit. */
  #begin(): void {
    const [a = 0, b = 0, c = 0, d = 0] = this.#prefix;
    const length = a * 0x100_0000 + b * 0x1_0000 + c * 0x100 + d;
    if (length > this.#maxLength) {
      throw new ProtocolError('WIRE_TOO_LONG', 0, `A message of ${length} bytes exceeds ${this.#maxLength}`);
    }
    this.#body = new Uint8Array(length);
    this.#bodyFilled = 0;
  }
}
