/**
 * Memory under pressure: gives chunks to links in the order they asked, and has chunks written out (spilled) when memory
 * runs low. Decides who waits and which chunk goes first.
 *
 * A quarter of the arena is kept for stores that hold little, so that a store on a full or dead disk, which can give
 * nothing back, does not starve the others.
 *
 * Nobody waits for ever. While a link waits, every chunk of the arena is
 *   (a) in a write that is queued or running: its end frees the chunk or blocks its store;
 *   (b) of a store that is blocked, being moved or being closed: the engine ends that, and others have the reserve;
 *   (c) being filled by a link in the middle of a block: that link does not wait for memory (a link waits only between
 *       blocks), so it goes on, or is closed, or the block is given up after `SLOW_BLOCK_MS`;
 *   (d) none of these: then it holds a block (an empty chunk is freed at once), and `relieve` makes it (a) as long as
 *       fewer chunks are on their way out than links wait.
 * `relieve` runs whenever a link begins to wait and whenever a chunk leaves (a), (b) or (c); freed memory wakes the
 * first in line who may have it. So one of (a), (b), (c) is always there to end the wait.
 */
import type { Scheduler } from '../ports.ts';
import type { Arena } from './arena.ts';
import type { Chunk } from './piece.ts';

/** A link that needs memory or has some. */
export interface RoomWaiter {
  /** There is room: try again now. */
  onRoom(): void;
  /** The memory of the block that is coming is taken away: drop the rest of its payload. */
  onEvicted(): void;
}

/** Memory of one store. */
export interface RoomAccount {
  /** Blocks of all its chunks. */
  blocks: number;
}

/** A wish for memory. */
export interface RoomRequest {
  readonly waiter: RoomWaiter;
  readonly account: RoomAccount;
  /** Blocks of the chunk. */
  readonly blocks: number;
}

/** Candidates looked at before the oldest is taken: bounds the search. */
const MAX_LOOK = 64;
/** At most this many slabs are kept free ahead of need, so that links seldom wait for a write. */
const MAX_SPARE = 16;
/** Slabs that every store may have out of the reserve. */
const OWN_SLABS = 4;
/** A block that takes longer than this (3 KiB/s) loses its memory when others wait and nothing else can be freed. */
const SLOW_BLOCK_MS = 5000;

/** The arena with its queue and its victims. */
export class Room {
  readonly #arena: Arena;
  readonly #scheduler: Scheduler;
  /** Free slabs that only stores with little memory may use. */
  readonly #reserve: number;
  readonly #spare: number;
  #waiting: RoomRequest[] = [];
  #granting: RoomWaiter | null = null;
  #waking = false;
  /** Chunks that could be spilled, oldest first: those with every block, and the others. */
  readonly #full = new Set<Chunk>();
  readonly #part = new Set<Chunk>();
  #leaving = 0;
  #isWatching = false;

  constructor(arena: Arena, scheduler: Scheduler) {
    this.#arena = arena;
    this.#scheduler = scheduler;
    this.#reserve = arena.slabs >>> 2;
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

  /** Time, for chunks that begin to receive. */
  now(): number {
    return this.#scheduler.now();
  }

  /** A place for a chunk, or -1: then `waiter.onRoom` follows. */
  alloc(request: RoomRequest): number {
    const itsTurn = this.#granting === request.waiter;
    const nobodyWaits = this.#waiting.length === 0 && this.#granting === null;
    if ((itsTurn || nobodyWaits || this.#isSmall(request)) && this.#mayHave(request)) {
      if (itsTurn) this.#granting = null;
      const place = this.#arena.alloc(request.blocks);
      request.account.blocks += request.blocks;
      if (this.#arena.freeSlabs < this.#reserve + this.#spare) this.relieve();
      return place;
    }
    this.#waiting.push(request);
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
    const blocks = chunk.piece.chunkBlocks;
    this.untrack(chunk);
    this.#arena.free(chunk.place, blocks);
    chunk.account.blocks -= blocks;
    this.#wake();
  }

  /** `chunks` more (or fewer, when negative) are in writes that will free them. */
  countLeaving(chunks: number): void {
    this.#leaving += chunks;
  }

  /** Have as many chunks written as links wait, and a few more when memory runs low. */
  relieve(): void {
    const low = Math.max(0, this.#reserve + this.#spare - this.#arena.freeSlabs);
    while (this.#leaving < this.#waiting.length + Math.min(low, this.#spare)) {
      const needed = this.#leaving < this.#waiting.length;
      const victim = this.#farFromDone() ?? (needed ? this.#oldest() : null);
      if (victim === null) break;
      victim.owner.spill(victim);
    }
    if (this.#waiting.length > 0 && this.#leaving === 0) this.#watch();
  }

  #isSmall({ account, blocks }: RoomRequest): boolean {
    return account.blocks + blocks <= OWN_SLABS * this.#arena.slabBlocks;
  }

  #mayHave(request: RoomRequest): boolean {
    if (!this.#arena.fits(request.blocks)) return false;
    return this.#arena.freeSlabs > this.#reserve || this.#isSmall(request);
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
    for (const chunk of this.#part) if (chunk.receivers.length === 0 && chunk.owner.canSpill) return chunk;
    return null;
  }

  /** Only links in the middle of a block hold memory now: see after a while whether they are too slow. */
  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.#scheduler.wakeAt(this.now() + SLOW_BLOCK_MS, () => {
      this.#isWatching = false;
      if (this.#waiting.length > 0 && this.#leaving === 0) this.#evictSlow();
    });
  }

  #evictSlow(): void {
    const beforeMs = this.now() - SLOW_BLOCK_MS;
    for (const chunk of this.#part) {
      if (chunk.receivers.length === 0 || chunk.sinceMs > beforeMs) continue;
      for (const receiver of chunk.receivers.slice()) receiver.onEvicted();
    }
    this.relieve();
  }

  #wake(): void {
    if (this.#waking) return;
    this.#waking = true;
    for (;;) {
      const index = this.#waiting.findIndex((request) => this.#mayHave(request));
      const [next] = index < 0 ? [] : this.#waiting.splice(index, 1);
      if (next === undefined) break;
      this.#granting = next.waiter;
      next.waiter.onRoom();
      this.#granting = null;
    }
    this.#waking = false;
    if (this.#waiting.length > 0) this.relieve();
  }
}
