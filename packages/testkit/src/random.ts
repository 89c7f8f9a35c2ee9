/**
 * Seeded chance: decides every random choice of a simulated world, so that a seed replays a run. Not for secrets.
 */
import type { Random } from '@jstorrent/engine/ports';

/** FNV-1a over the UTF-16 units of a text, started from `basis`. */
const hashText = (text: string, basis: number): number => {
  let hash = basis >>> 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193) >>> 0;
  return hash;
};

/** A small fast counting generator (sfc32) with the choices that simulations make. */
export class SeededRandom implements Random {
  readonly seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number | string) {
    this.seed = String(seed);
    this.#a = hashText(this.seed, 0x811c_9dc5);
    this.#b = hashText(this.seed, 0x9e37_79b9);
    this.#c = hashText(this.seed, 0x85eb_ca6b);
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** A stream of its own for `label`, the same for the same seed and label however much was drawn here before. */
  fork(label: string): SeededRandom {
    return new SeededRandom(`${this.seed}/${label}`);
  }

  /** An integer in [0, 2^32). */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** A number in [0, 1). */
  fraction(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  below(bound: number): number {
    if (!(bound >= 1)) throw new Error('below: the bound must be at least 1');
    return Math.floor(this.fraction() * bound);
  }

  /** An integer in [least, most]. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return probability > 0 && this.fraction() < probability;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    let offset = 0;
    for (; offset + 4 <= length; offset += 4) {
      const word = this.uint32();
      bytes[offset] = word;
      bytes[offset + 1] = word >>> 8;
      bytes[offset + 2] = word >>> 16;
      bytes[offset + 3] = word >>> 24;
    }
    for (let word = this.uint32(); offset < length; offset++, word >>>= 8) bytes[offset] = word;
    return bytes;
  }

  /** One of the items. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new Error('pick: there is nothing to choose from');
    return items[this.below(items.length)] as T;
  }

  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
    }
    return shuffled;
  }
}
