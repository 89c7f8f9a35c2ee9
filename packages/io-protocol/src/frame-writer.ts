/**
 * Lays frames out one after the other so that a turn is one write. Decides memory and byte order of outgoing frames;
 * which fields a frame has is decided by its op.
 */
import { FrameTooLong } from './frame-error.ts';
import { CHUNK_BYTES, MAX_FRAME_BYTES } from './limits.ts';
import { encodeUtf8, putShortAscii } from './utf8.ts';

/**
 * An append-only byte buffer for frames (u32 length | u8 op | body, little-endian).
 *
 * Bytes that were taken are never touched again, so the pipe owns them; what is left of the memory serves the next turn.
 * A value that does not fit its field is a bug of the caller and throws a RangeError.
 */
export class FrameWriter {
  #bytes = new Uint8Array(CHUNK_BYTES);
  /** Start of what was not taken yet. */
  #start = 0;
  /** Start of the frame being written. */
  #frame = 0;
  #end = 0;

  /** Begin a frame. */
  begin(op: number): void {
    this.#frame = this.#end;
    const at = this.#grow(5);
    this.#bytes[at + 4] = op;
  }

  /** End the frame and return its size with the length prefix. Throws FrameTooLong and drops the frame. */
  finish(): number {
    const size = this.#end - this.#frame;
    if (size - 4 > MAX_FRAME_BYTES) this.#drop();
    this.#put32(this.#frame, size - 4);
    return size;
  }

  /** All frames since the last call; they belong to the caller. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(this.#start, this.#end);
    this.#start = this.#end;
    if (this.#bytes.length > CHUNK_BYTES) this.#renew();
    return taken;
  }

  /** An integer in [0, 2^8). */
  u8(value: number): void {
    if ((value & 0xff) !== value) throw new RangeError(`not a u8: ${value}`);
    const at = this.#grow(1);
    this.#bytes[at] = value;
  }

  /** An integer in [0, 2^16). */
  u16(value: number): void {
    if ((value & 0xffff) !== value) throw new RangeError(`not a u16: ${value}`);
    const at = this.#grow(2);
    this.#bytes[at] = value;
    this.#bytes[at + 1] = value >>> 8;
  }

  /** An integer in [0, 2^32). */
  u32(value: number): void {
    if (value >>> 0 !== value) throw new RangeError(`not a u32: ${value}`);
    this.#put32(this.#grow(4), value);
  }

  /** A safe integer, as 64 bits in two's complement. */
  i53(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not an i53: ${value}`);
    const high = Math.floor(value / 0x1_0000_0000);
    const at = this.#grow(8);
    this.#put32(at, value - high * 0x1_0000_0000);
    this.#put32(at + 4, high);
  }

  /** Length as u32, then the bytes, copied. */
  bytes(value: Uint8Array): void {
    this.u32(value.length);
    const at = this.#grow(value.length);
    this.#bytes.set(value, at);
  }

  /** Length in bytes as u32, then UTF-8. */
  string(value: string): void {
    const at = this.#grow(4 + value.length);
    if (putShortAscii(value, this.#bytes, at + 4)) {
      this.#put32(at, value.length);
      return;
    }
    this.#end = at;
    this.bytes(encodeUtf8(value));
  }

  #put32(at: number, value: number): void {
    const bytes = this.#bytes;
    bytes[at] = value;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value >>> 16;
    bytes[at + 3] = value >>> 24;
  }

  /** Makes room for `count` bytes and returns where they begin. */
  #grow(count: number): number {
    const at = this.#end;
    if (at + count > this.#bytes.length) return this.#move(count);
    this.#end = at + count;
    return at;
  }

  /** As `#grow`, into new memory that takes over what was not taken yet. */
  #move(count: number): number {
    if (this.#end - this.#frame + count > MAX_FRAME_BYTES + 4) this.#drop();
    const kept = this.#end - this.#start;
    const size = kept + count;
    const bytes = new Uint8Array(size <= CHUNK_BYTES / 2 ? CHUNK_BYTES : size * 2);
    bytes.set(this.#bytes.subarray(this.#start, this.#end));
    this.#bytes = bytes;
    this.#frame -= this.#start;
    this.#start = 0;
    this.#end = kept + count;
    return kept;
  }

  /** Leaves a large buffer to whoever took it instead of filling its rest for a long time. */
  #renew(): void {
    this.#bytes = new Uint8Array(CHUNK_BYTES);
    this.#start = 0;
    this.#end = 0;
  }

  #drop(): never {
    this.#end = this.#frame;
    throw new FrameTooLong(`a frame above ${MAX_FRAME_BYTES} bytes`);
  }
}
