/**
 * What the blocks of one piece were when they were spilled, as digests, so that a piece that turns out corrupt tells
 * whether a peer or the disk spoilt it. Knows digests only; where the blocks are is known by the piece.
 */

/** Bytes of a SHA-1. */
const DIGEST = 20;

/** Digests by block; a block that was not spilled has zeros. */
export class Spilled {
  readonly #digests: Uint8Array;

  constructor(blocks: number) {
    this.#digests = new Uint8Array(blocks * DIGEST);
  }

  /** Remember digests, given in the order of `blocks`. */
  note(blocks: readonly number[], digests: Uint8Array): void {
    for (const [index, block] of blocks.entries()) {
      this.#digests.set(digests.subarray(index * DIGEST, (index + 1) * DIGEST), block * DIGEST);
    }
  }

  /** Whether a block is other than it was; `digests` are those of the whole piece. */
  differs(block: number, digests: Uint8Array): boolean {
    for (let at = block * DIGEST; at < (block + 1) * DIGEST; at++) {
      if (this.#digests[at] !== digests[at]) return true;
    }
    return false;
  }
}
