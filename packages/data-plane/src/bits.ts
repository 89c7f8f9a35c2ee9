/**
 * Sets of small integers as byte arrays, most significant bit first, as bitfields are on the wire (BEP 3).
 * Indices outside the array read as absent; writing them is a bug that the callers rule out.
 */

/** An empty set for `count` members. */
export function makeBits(count: number): Uint8Array {
  return new Uint8Array((count + 7) >>> 3);
}

/** Whether `index` is a member. */
export function hasBit(bits: Uint8Array, index: number): boolean {
  return ((bits[index >>> 3] ?? 0) & (0x80 >>> (index & 7))) !== 0;
}

/** Make `index` a member. */
export function setBit(bits: Uint8Array, index: number): void {
  bits[index >>> 3] = (bits[index >>> 3] ?? 0) | (0x80 >>> (index & 7));
}

/** Make `index` no member. */
export function clearBit(bits: Uint8Array, index: number): void {
  bits[index >>> 3] = (bits[index >>> 3] ?? 0) & ~(0x80 >>> (index & 7));
}

/** How many members the set has. */
export function countBits(bits: Uint8Array): number {
  let count = 0;
  for (const byte of bits) {
    for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  }
  return count;
}
