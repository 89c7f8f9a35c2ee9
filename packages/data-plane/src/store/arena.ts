/**
 * Gives out chunks of the arena. The arena is cut into slabs of one chunk length; stores with small pieces get a part
 * of a slab. Decides where a chunk lies; does not decide who must give one back.
 */
import { BLOCK_LENGTH } from '@jstorrent/engine/ports';
import { assert, present } from '../assert.ts';

/** A slab that is cut into equal parts of `blocks` blocks. */
interface CutSlab {
  /** Bit i: part i is free. */
  free: number;
  readonly all: number;
}

/** Allocates and frees in constant time. Sizes are numbers of blocks; places are byte offsets in the arena. */
export class Arena {
  /** Blocks of one slab, the largest chunk there is. */
  readonly slabBlocks: number;
  /** Number of slabs. */
  readonly slabs: number;
  readonly #slabBytes: number;
  readonly #free: number[] = [];
  readonly #cut = new Map<number, CutSlab>();
  /** Slabs with a free part, by the number of blocks of a part. */
  readonly #open: Set<number>[] = [];
  #usedBlocks = 0;

  constructor(arenaBytes: number, slabBytes: number) {
    this.#slabBytes = slabBytes;
    this.slabBlocks = slabBytes / BLOCK_LENGTH;
    this.slabs = Math.floor(arenaBytes / slabBytes);
    assert(this.slabs > 0, 'the arena holds no chunk');
    for (let slab = this.slabs - 1; slab >= 0; slab--) this.#free.push(slab);
    for (let blocks = 0; blocks <= this.slabBlocks; blocks++) this.#open.push(new Set());
  }

  /** Slabs nobody uses any part of. */
  get freeSlabs(): number {
    return this.#free.length;
  }

  /** Blocks of all chunks given out. */
  get usedBlocks(): number {
    return this.#usedBlocks;
  }

  /** The chunk length to use for pieces of `blocks` blocks. */
  chunkBlocks(blocks: number): number {
    return Math.max(1, Math.min(blocks, this.slabBlocks));
  }

  /** Whether `alloc(blocks)` would succeed. */
  fits(blocks: number): boolean {
    return this.#free.length > 0 || (this.#open[blocks]?.size ?? 0) > 0;
  }

  /** A chunk of `blocks` blocks, or -1 when there is none. */
  alloc(blocks: number): number {
    const parts = Math.floor(this.slabBlocks / blocks);
    if (parts === 1) {
      const slab = this.#free.pop();
      if (slab === undefined) return -1;
      this.#usedBlocks += blocks;
      return slab * this.#slabBytes;
    }
    const slab = this.#openSlab(blocks, parts);
    if (slab < 0) return -1;
    const cut = present(this.#cut.get(slab), 'a slab with free parts is cut');
    const part = 31 - Math.clz32(cut.free);
    cut.free = (cut.free & ~(1 << part)) >>> 0;
    if (cut.free === 0) this.#open[blocks]?.delete(slab);
    this.#usedBlocks += blocks;
    return slab * this.#slabBytes + part * blocks * BLOCK_LENGTH;
  }

  /** Give back what `alloc(blocks)` gave. */
  free(place: number, blocks: number): void {
    const slab = Math.floor(place / this.#slabBytes);
    this.#usedBlocks -= blocks;
    const cut = this.#cut.get(slab);
    if (cut === undefined) {
      this.#free.push(slab);
      return;
    }
    const part = (place - slab * this.#slabBytes) / (blocks * BLOCK_LENGTH);
    const bit = (1 << part) >>> 0;
    assert((cut.free & bit) === 0, 'chunk freed twice');
    cut.free = (cut.free | bit) >>> 0;
    if (cut.free === cut.all) {
      this.#cut.delete(slab);
      this.#open[blocks]?.delete(slab);
      this.#free.push(slab);
    } else {
      this.#open[blocks]?.add(slab);
    }
  }

  #openSlab(blocks: number, parts: number): number {
    const open = present(this.#open[blocks], 'no chunk is longer than a slab');
    for (const slab of open) return slab;
    const slab = this.#free.pop();
    if (slab === undefined) return -1;
    const all = 2 ** parts - 1;
    this.#cut.set(slab, { free: all, all });
    open.add(slab);
    return slab;
  }
}
