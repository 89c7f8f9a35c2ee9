/**
 * Reads the fields of one frame with every access checked. Decides byte order and what a malformed field is.
 */
import { FrameError, type FrameErrorCode } from './frame-error.ts';
import { decodeUtf8 } from './utf8.ts';

const EMPTY = new Uint8Array(0);

/** A cursor over one frame (op byte and body), reusable for the next. Every fault is thrown as a FrameError. */
export class BodyReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #at = 0;
  #end = 0;

  /** Read [start, end) of `bytes` from now on. */
  open(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.#start = start;
    this.#at = start;
    this.#end = end;
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.#end - this.#at;
  }

  /** The frame must be used up. */
  close(): void {
    if (this.#at !== this.#end) this.fail('TRAILING_BYTES');
  }

  /** Throw with the place of the cursor. */
  fail(code: FrameErrorCode): never {
    throw new FrameError(code, this.#at - this.#start);
  }

  u8(): number {
    return this.#bytes[this.#skip(1)]!;
  }

  u16(): number {
    const at = this.#skip(2);
    const bytes = this.#bytes;
    return bytes[at]! | (bytes[at + 1]! << 8);
  }

  u32(): number {
    const at = this.#skip(4);
    const bytes = this.#bytes;
    return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
  }

  /** 64 bits in two's complement that are a safe integer. */
  i53(): number {
    const low = this.u32();
    const high = this.u32() | 0;
    const value = high * 0x1_0000_0000 + low;
    if (!Number.isSafeInteger(value)) this.fail('BAD_VALUE');
    return value;
  }

  /** A copy: the caller owns it. */
  bytes(): Uint8Array {
    const length = this.u32();
    if (length === 0) return EMPTY;
    const at = this.#skip(length);
    // Not `slice`: of a Buffer that would be a view, and pipes reuse their memory.
    const copy = new Uint8Array(length);
    copy.set(this.#bytes.subarray(at, at + length));
    return copy;
  }

  string(): string {
    const length = this.u32();
    const at = this.#skip(length);
    return decodeUtf8(this.#bytes, at, at + length) ?? this.fail('BAD_STRING');
  }

  #skip(count: number): number {
    const at = this.#at;
    if (count > this.#end - at) this.fail('TRUNCATED');
    this.#at = at + count;
    return at;
  }
}
