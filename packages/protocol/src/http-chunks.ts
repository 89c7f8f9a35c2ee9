/**
 * Bodies that come in chunks (RFC 9112 7.1): finds the payload between sizes and line ends. It copies nothing and keeps
 * no payload, so that bytes can go straight to where they belong.
 */
import { hexDigit } from './bytes.ts';
import { ProtocolError } from './error.ts';
import { MAX_CHUNK_LINE, MAX_HTTP_HEAD } from './limits.ts';

const CR = 13;
const LF = 10;
const SEMICOLON = 0x3b;
/** Hex digits of a size that stays an exact integer. */
const SIZE_DIGITS = 12;

/** Where the next byte belongs: to the line with a size, the payload, the line end after it, or the trailer. */
type Place = 'size' | 'extension' | 'payload' | 'payloadEnd' | 'trailer' | 'done';

/** A state machine over a stream of any cut. After it has thrown it must not be used again. */
export class ChunkReader {
  #place: Place = 'size';
  #size = 0;
  #digits = 0;
  #lineLength = 0;
  #trailerLength = 0;
  #hasCr = false;
  #left = 0;

  /** Payload bytes that come next, before anything else. */
  get left(): number {
    return this.#left;
  }

  /** The last chunk and its trailer are over. */
  get isDone(): boolean {
    return this.#place === 'done';
  }

  /** `count` of the `left` payload bytes were used. */
  use(count: number): void {
    this.#left -= count;
    if (this.#left > 0) return;
    this.#place = 'payloadEnd';
    this.#hasCr = false;
  }

  /**
   * Read what is not payload from `at` on; gives where payload begins, or where the bytes or the body end. Throws HTTP_CHUNK.
   */
  skip(bytes: Uint8Array, at: number): number {
    while (at < bytes.length && this.#place !== 'payload' && this.#place !== 'done') {
      this.#take(bytes[at] ?? 0);
      at += 1;
    }
    return at;
  }

  #take(byte: number): void {
    if (this.#hasCr) {
      if (byte !== LF) throw malformed('line end');
      this.#hasCr = false;
      this.#lineEnd();
    } else if (byte === CR) {
      this.#hasCr = true;
    } else {
      this.#inLine(byte);
    }
  }

  #inLine(byte: number): void {
    if (byte === LF) throw malformed('line end');
    this.#lineLength += 1;
    if (this.#place === 'payloadEnd') throw malformed('bytes after a chunk');
    if (this.#place === 'trailer') {
      this.#trailerLength += 1;
      if (this.#trailerLength > MAX_HTTP_HEAD) throw malformed('trailer');
      return;
    }
    if (this.#lineLength > MAX_CHUNK_LINE) throw malformed('size line');
    if (this.#place === 'extension') return;
    if (byte === SEMICOLON && this.#digits > 0) {
      this.#place = 'extension';
      return;
    }
    const digit = hexDigit(byte);
    this.#digits += 1;
    if (digit < 0 || this.#digits > SIZE_DIGITS) throw malformed('size');
    this.#size = this.#size * 16 + digit;
  }

  #lineEnd(): void {
    const length = this.#lineLength;
    this.#lineLength = 0;
    if (this.#place === 'payloadEnd') {
      this.#place = 'size';
    } else if (this.#place === 'trailer') {
      if (length === 0) this.#place = 'done';
    } else {
      if (this.#digits === 0) throw malformed('no size');
      this.#left = this.#size;
      this.#place = this.#size === 0 ? 'trailer' : 'payload';
      this.#size = 0;
      this.#digits = 0;
    }
  }
}

function malformed(what: string): ProtocolError {
  return new ProtocolError('HTTP_CHUNK', 0, `A chunked HTTP body is malformed: ${what}`);
}
