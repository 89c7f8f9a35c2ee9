/**
 * One bit per piece in the order of the wire (BEP 3: most significant bit first), with its count kept.
 */
import { assert } from './assert.ts';
import { ProtocolError } from './error.ts';

/** Set bits of a byte. */
const ONES = Uint8Array.from({ length: 256 }, (_, byte) => {
  let ones = 0;
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1;
  return ones;
});

/** A set of piece indices below `length` (BEP 3). Indices out of range are a bug of the caller. */
export class Bitfield {
  /** How many bits there are. */
  readonly length: number;
  readonly #bytes: Uint8Array;
  #count = 0;

  /** All bits clear. */
  constructor(length: number) {
    assert(Number.isSafeInteger(length) && length >= 0, 'a number of bits');
    this.length = length;
    this.#bytes = new Uint8Array(Math.ceil(length / 8));
  }

  /** A copy of wire bytes; throws WIRE_BITFIELD for a wrong length or spare bits (THREATS 20). */
  static fromBytes(bytes: Uint8Array, length: number): Bitfield {
    const field = new Bitfield(length);
    if (bytes.length !== field.#bytes.length) {
      throw new ProtocolError('WIRE_BITFIELD', 0, `${bytes.length} bytes for ${length} pieces`);
    }
    const spare = bytes.length * 8 - length;
    if (spare > 0 && ((bytes[bytes.length - 1] ?? 0) & ((1 << spare) - 1)) !== 0) {
      throw new ProtocolError('WIRE_BITFIELD', bytes.length - 1, 'spare bits are set');
    }
    field.#bytes.set(bytes);
    for (const byte of bytes) field.#count += ONES[byte] ?? 0;
    return field;
  }

  /** Every bit set. */
  static full(length: number): Bitfield {
    const field = new Bitfield(length);
    field.#bytes.fill(0xff);
    const spare = field.#bytes.length * 8 - length;
    if (spare > 0) field.#bytes[field.#bytes.length - 1] = (0xff << spare) & 0xff;
    field.#count = length;
    return field;
  }

  /** How many bits are set. */
  get count(): number {
    return this.#count;
  }

  /** Whether every bit is set. */
  get isFull(): boolean {
    return this.#count === this.length;
  }

  /** Whether bit `index` is set. */
  get(index: number): boolean {
    this.#check(index);
    return ((this.#bytes[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0;
  }

  /** Set bit `index`; false when it was set already. */
  set(index: number): boolean {
    if (this.get(index)) return false;
    this.#bytes[index >> 3] = (this.#bytes[index >> 3] ?? 0) | (0x80 >> (index & 7));
    this.#count++;
    return true;
  }

  /** Clear bit `index`; false when it was clear already. */
  clear(index: number): boolean {
    if (!this.get(index)) return false;
    this.#bytes[index >> 3] = (this.#bytes[index >> 3] ?? 0) & ~(0x80 >> (index & 7));
    this.#count--;
    return true;
  }

  /** The bits as they go on the wire: a view that changes with the field and must not be written to. */
  get bits(): Uint8Array {
    return this.#bytes;
  }

  /** A fresh copy of the bytes as they go on the wire. */
  toBytes(): Uint8Array {
    return this.#bytes.slice();
  }

  /** Indices of set bits, ascending. */
  *indices(): Generator<number> {
    for (let i = 0; i < this.#bytes.length; i++) {
      const byte = this.#bytes[i] ?? 0;
      if (byte === 0) continue;
      for (let bit = 0; bit < 8; bit++) if ((byte & (0x80 >> bit)) !== 0) yield i * 8 + bit;
    }
  }

  /** How many of the set bits are set in `bits` too, an array of the same shape. */
  countShared(bits: Uint8Array): number {
    let count = 0;
    for (let i = 0; i < this.#bytes.length; i++) count += ONES[(this.#bytes[i] ?? 0) & (bits[i] ?? 0)] ?? 0;
    return count;
  }

  /** An independent copy. */
  clone(): Bitfield {
    const copy = new Bitfield(this.length);
    copy.#bytes.set(this.#bytes);
    copy.#count = this.#count;
    return copy;
  }

  #check(index: number): void {
    if (!(Number.isInteger(index) && index >= 0 && index < this.length))
      assert(false, `bit ${index} of ${this.length}`);
  }
}
