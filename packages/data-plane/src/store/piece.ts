/**
 * One piece that is being received, and the chunks of memory its blocks are in. Plain state with the questions one can
 * ask of it; who changes it when is decided in `pieces.ts`.
 */
import { BLOCK_LENGTH } from '@jstorrent/engine/ports';
import { hasBit, makeBits } from '../bits.ts';
import type { Segment } from '../ports.ts';
import type { RoomAccount, RoomWaiter } from './room.ts';
import { Spilled } from './spilled.ts';

/** Who decides about a chunk when its memory is needed. */
export interface ChunkOwner {
  /** Whether `spill` would get the chunk written soon. */
  readonly canSpill: boolean;
  /** Write what the chunk holds and free it. */
  spill(chunk: Chunk): void;
}

/** A run of blocks of one piece that shares one allocation. */
export interface Chunk {
  readonly owner: ChunkOwner;
  readonly account: RoomAccount;
  readonly piece: PieceState;
  /** Position among the chunks of the piece. */
  readonly index: number;
  /** First byte in the arena. */
  readonly place: number;
  /** Blocks of the piece that fall into it. */
  readonly capacity: number;
  /** Blocks received, in memory or on disk. */
  landed: number;
  /** Blocks received that are only in memory. */
  held: number;
  /** Links that are receiving a block into it now: they pin the chunk. */
  readonly receivers: RoomWaiter[];
  /** When the last of them began. */
  sinceMs: number;
  /** A write of the chunk is queued or running. */
  writing: boolean;
}

/**
 * `filling`: blocks may come. `finishing`: all came, the disk hashes and writes. `doomed`: forgotten by the engine, but
 * a write or a link still uses its memory.
 */
export type PiecePhase = 'filling' | 'finishing' | 'doomed';

/** Blocks of one unverified piece. */
export class PieceState {
  readonly piece: number;
  /** Bytes. */
  readonly size: number;
  readonly blocks: number;
  /** Blocks of one chunk; the last chunk may hold fewer. */
  readonly chunkBlocks: number;
  readonly received: Uint8Array;
  readonly onDisk: Uint8Array;
  readonly receiving: Uint8Array;
  readonly chunks: (Chunk | null)[];
  receivedCount = 0;
  diskCount = 0;
  receivingCount = 0;
  /** Spills that are queued or running. */
  writes = 0;
  phase: PiecePhase = 'filling';
  /** Some blocks were left on disk by an earlier opening: nobody knows what they were. */
  isRestored = false;
  /** Null before the first spill. */
  #spilled: Spilled | null = null;

  constructor(piece: number, size: number, chunkBlocks: number) {
    this.piece = piece;
    this.size = size;
    this.blocks = Math.ceil(size / BLOCK_LENGTH);
    this.chunkBlocks = chunkBlocks;
    this.received = makeBits(this.blocks);
    this.onDisk = makeBits(this.blocks);
    this.receiving = makeBits(this.blocks);
    this.chunks = Array.from({ length: Math.ceil(this.blocks / chunkBlocks) }, () => null);
  }

  /** Whether every block came. */
  get full(): boolean {
    return this.receivedCount === this.blocks;
  }

  /** Whether nothing at all depends on this state. */
  get idle(): boolean {
    return this.writes === 0 && this.receivingCount === 0;
  }

  /** Forget what was received; memory that is in use stays until it is not. */
  doom(): void {
    this.phase = 'doomed';
    this.received.fill(0);
    this.onDisk.fill(0);
    this.receivedCount = 0;
    this.diskCount = 0;
    for (const chunk of this.chunks) if (chunk !== null) chunk.held = chunk.landed = 0;
  }

  /** Remember what blocks were when they were written; `digests` in the order of `blocks`. */
  noteSpilled(blocks: readonly number[], digests: Uint8Array): void {
    this.#spilled ??= new Spilled(this.blocks);
    this.#spilled.note(blocks, digests);
  }

  /** Whether the disk may have spoilt a block; `digests` are those of the whole piece as it is now. */
  isDiskSuspect(digests: Uint8Array): boolean {
    if (this.isRestored) return true;
    if (this.#spilled === null) return false;
    for (let block = 0; block < this.blocks; block++) {
      if (hasBit(this.onDisk, block) && this.#spilled.differs(block, digests)) return true;
    }
    return false;
  }

  /** First block of a chunk, and the one after its last. */
  span(index: number): { readonly first: number; readonly end: number } {
    const first = index * this.chunkBlocks;
    return { first, end: Math.min(first + this.chunkBlocks, this.blocks) };
  }

  /** Runs of received blocks of one chunk that are only in memory. */
  memorySegments(chunk: Chunk): Segment[] {
    const segments: Segment[] = [];
    const { first, end } = this.span(chunk.index);
    for (let block = first; block < end; block++) {
      if (!this.#inMemory(block)) continue;
      const from = block;
      while (block + 1 < end && this.#inMemory(block + 1)) block++;
      segments.push(this.#segment(from, block + 1, chunk.place + (from - first) * BLOCK_LENGTH));
    }
    return segments;
  }

  /** The whole piece in order; only for a full piece. */
  allSegments(): Segment[] {
    const segments: Segment[] = [];
    let block = 0;
    while (block < this.blocks) {
      const from = block;
      const index = Math.floor(block / this.chunkBlocks);
      if (this.#inMemory(block)) {
        const { first, end } = this.span(index);
        while (block < end && this.#inMemory(block)) block++;
        const place = this.chunks[index]?.place ?? 0;
        segments.push(this.#segment(from, block, place + (from - first) * BLOCK_LENGTH));
      } else {
        while (block < this.blocks && !this.#inMemory(block)) block++;
        segments.push(this.#segment(from, block, -1));
      }
    }
    return segments;
  }

  #inMemory(block: number): boolean {
    return hasBit(this.received, block) && !hasBit(this.onDisk, block);
  }

  #segment(from: number, end: number, memory: number): Segment {
    const offset = from * BLOCK_LENGTH;
    return { offset, length: Math.min(end * BLOCK_LENGTH, this.size) - offset, memory };
  }
}
