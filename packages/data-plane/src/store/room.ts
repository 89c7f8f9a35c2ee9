/**
 * Memory under pressure: gives chunks to links in the order they asked, and has chunks written out (spilled) when none
 * is left. Decides who waits and which chunk goes first.
 *
 * Nobody waits for ever. While a link waits, every chunk of the arena is
 *   (a) in a write that is queued or running: its end frees the chunk or blocks its store;
 *   (b) of a store that is blocked, being moved or being closed: the engine ends that;
 *   (c) being filled by a link in the middle of a block: that link does not wait for memory (a link waits only between
 *       blocks), so its peer goes on or the engine closes it;
 *   (d) none of these: then it holds a block (an empty chunk is freed at once), and `relieve` makes it (a) as long as
 *       fewer chunks are on their way out than links wait.
 * `relieve` runs whenever a link begins to wait and whenever a chunk leaves (a), (b) or (c); a freed chunk wakes the
 * first in line. So one of (a), (b), (c) is always there to end the wait.
 */
import type { Arena } from './arena.ts';
import type { Chunk } from './piece.ts';

/** A link that needs a chunk. */
export interface RoomWaiter {
  /** There is room: try again now. */
  onRoom(): void;
}

interface Waiting {
  readonly waiter: RoomWaiter;
  readonly blocks: number;
}

/** Candidates looked at before the oldest is taken: bounds the search. */
const MAX_LOOK = 64;
/** At most this many slabs are kept free ahead of need, so that links seldom wait for a write. */
const MAX_SPARE = 16;

/** The arena with its queue and its victims. */
export class Room {
  readonly #arena: Arena;
  readonly #spare: number;
  #waiting: Waiting[] = [];
  #granting: RoomWaiter | null = null;
  #waking = false;
  /** Chunks that could be spilled, oldest first: those with every block, and the others. */
  readonly #full = new Set<Chunk>();
  readonly #part = new Set<Chunk>();
  #leaving = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#spare = Math.min(MAX_SPARE, arena.slabs >>> 3);
  }

  /** Links in line. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Chunks that `track` knows. */
  get tracked(): number {
    return this.#full.size + this.#part.size;
  }

  /** Chunks in writes that are queued or running. */
  get leaving(): number {
    return this.#leaving;
  }

  /** A place for `blocks` blocks, or -1: then `waiter.onRoom` follows. */
  alloc(waiter: RoomWaiter, blocks: number): number {
    const itsTurn = this.#granting === waiter;
    if (itsTurn || (this.#waiting.length === 0 && this.#granting === null)) {
      const place = this.#arena.alloc(blocks);
      if (place >= 0) {
        this.#granting = null;
        if (this.#arena.freeSlabs < this.#spare) this.relieve();
        return place;
      }
    }
    if (itsTurn) this.#waiting.unshift({ waiter, blocks });
    else this.#waiting.push({ waiter, blocks });
    this.relieve();
    return -1;
  }

  /** Stop waiting. */
  leave(waiter: RoomWaiter): void {
    const index = this.#waiting.findIndex((one) => one.waiter === waiter);
    if (index >= 0) this.#waiting.splice(index, 1);
    this.#wake();
  }

  /** The chunk may be spilled from now on; to be called again when it became full. */
  track(chunk: Chunk): void {
    if (chunk.landed === chunk.capacity) {
      this.#part.delete(chunk);
      this.#full.add(chunk);
    } else {
      this.#part.add(chunk);
    }
  }

  /** The chunk may not be spilled: it is being written, or finished, or gone. */
  untrack(chunk: Chunk): void {
    this.#part.delete(chunk);
    this.#full.delete(chunk);
  }

  /** Take the memory of a chunk back and give it to the first in line. */
  free(chunk: Chunk): void {
    this.untrack(chunk);
    this.#arena.free(chunk.place, chunk.piece.chunkBlocks);
    this.#wake();
  }

  /** `chunks` more (or fewer, when negative) are in writes that will free them. */
  countLeaving(chunks: number): void {
    this.#leaving += chunks;
  }

  /** Have as many chunks written as links wait, and a few more when memory runs low. */
  relieve(): void {
    const spare = Math.max(0, this.#spare - this.#arena.freeSlabs);
    while (this.#leaving < this.#waiting.length + spare) {
      const needed = this.#leaving < this.#waiting.length;
      const victim = this.#farFromDone() ?? (needed ? this.#oldest() : null);
      if (victim === null) return;
      victim.owner.spill(victim);
    }
  }

  /** The oldest full chunk of a piece of which more than a quarter is missing. */
  #farFromDone(): Chunk | null {
    let looked = 0;
    for (const chunk of this.#full) {
      if (++looked > MAX_LOOK) return null;
      const { receivedCount, blocks } = chunk.piece;
      if (chunk.owner.canSpill && receivedCount * 4 < blocks * 3) return chunk;
    }
    return null;
  }

  #oldest(): Chunk | null {
    for (const chunk of this.#full) if (chunk.owner.canSpill) return chunk;
    for (const chunk of this.#part) if (chunk.receiving === 0 && chunk.owner.canSpill) return chunk;
    return null;
  }

  #wake(): void {
    if (this.#waking) return;
    this.#waking = true;
    for (;;) {
      const next = this.#waiting[0];
      if (next === undefined || !this.#arena.fits(next.blocks)) break;
      this.#waiting.shift();
      this.#granting = next.waiter;
      next.waiter.onRoom();
      this.#granting = null;
    }
    this.#waking = false;
    if (this.#waiting.length > 0) this.relieve();
  }
}
