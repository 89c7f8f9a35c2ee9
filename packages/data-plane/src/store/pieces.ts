/**
 * The unverified pieces of one store: which blocks came, which are coming, and where they are. Decides what happens to
 * a block and when memory is given back; what is written when is decided by the store.
 */
import type { PartialPiece } from '@jstorrent/engine/ports';
import { BLOCK_LENGTH } from '@jstorrent/engine/ports';
import { assert, present } from '../assert.ts';
import { clearBit, countBits, hasBit, makeBits, setBit } from '../bits.ts';
import type { Geometry } from './layout.ts';
import { blocksIn, pieceSize } from './layout.ts';
import type { Chunk, ChunkOwner } from './piece.ts';
import { PieceState } from './piece.ts';
import type { Room, RoomAccount, RoomWaiter } from './room.ts';

/** Another link has this block, or it is in the store already: drop the payload. */
export const DUPLICATE = -1;
/** No memory now: `onRoom` of the waiter follows. */
export const NO_ROOM = -2;

/** The table of pieces. */
export class Pieces {
  /** Memory of all pieces of this table. */
  readonly account: RoomAccount = { blocks: 0 };
  readonly #geometry: Geometry;
  readonly #room: Room;
  readonly #owner: ChunkOwner;
  readonly #chunkBlocks: number;
  readonly #states = new Map<number, PieceState>();
  /** Pieces that are verified: late copies of their blocks are dropped. */
  readonly #done: Uint8Array;
  #latest: PieceState | null = null;

  constructor(geometry: Geometry, room: Room, owner: ChunkOwner, slabBlocks: number) {
    this.#geometry = geometry;
    this.#room = room;
    this.#owner = owner;
    this.#chunkBlocks = Math.max(1, Math.min(blocksIn(geometry.pieceLength), slabBlocks));
    this.#done = makeBits(geometry.pieces);
  }

  /** What is known of a piece that is being received. */
  get(piece: number): PieceState | null {
    if (this.#latest !== null && this.#latest.piece === piece) return this.#latest;
    const state = this.#states.get(piece) ?? null;
    if (state !== null) this.#latest = state;
    return state;
  }

  /** All pieces that are being received. */
  all(): IterableIterator<PieceState> {
    return this.#states.values();
  }

  /** The piece is verified: late copies of its blocks are dropped from now on. */
  setDone(piece: number): void {
    setBit(this.#done, piece);
  }

  /** What a check found on disk. A good piece needs no more blocks; what is on disk of a bad one still counts. */
  checked(piece: number, isGood: boolean): void {
    if (!isGood) {
      clearBit(this.#done, piece);
      return;
    }
    this.discard(piece);
    this.setDone(piece);
  }

  /** Take up a piece of which some blocks are on disk; false when the bits cannot be. */
  restore(partial: PartialPiece): boolean {
    const size = pieceSize(this.#geometry, partial.piece);
    const blocks = blocksIn(size);
    if (size === 0 || this.#states.has(partial.piece)) return false;
    if (partial.blocks.length !== makeBits(blocks).length) return false;
    const count = countBits(partial.blocks);
    for (let spare = blocks; spare < partial.blocks.length * 8; spare++) {
      if (hasBit(partial.blocks, spare)) return false;
    }
    if (count === 0) return true;
    const state = this.#make(partial.piece, size);
    state.received.set(partial.blocks);
    state.onDisk.set(partial.blocks);
    state.isRestored = true;
    state.receivedCount = state.diskCount = count;
    return true;
  }

  /** Where in the arena a link may put a block it begins to receive, or DUPLICATE or NO_ROOM. */
  place(waiter: RoomWaiter, piece: number, block: number): number {
    let state = this.get(piece);
    if (state === null) {
      if (hasBit(this.#done, piece)) return DUPLICATE;
    } else if (state.phase !== 'filling' || hasBit(state.received, block) || hasBit(state.receiving, block)) {
      return DUPLICATE;
    }
    const index = Math.floor(block / this.#chunkBlocks);
    let chunk = state?.chunks[index] ?? null;
    if (chunk === null) {
      const place = this.#room.alloc({ waiter, account: this.account, blocks: this.#chunkBlocks });
      if (place < 0) return NO_ROOM;
      state ??= this.#make(piece, pieceSize(this.#geometry, piece));
      chunk = this.#addChunk(state, index, place);
    }
    const held = present(state, 'a chunk belongs to a piece');
    setBit(held.receiving, block);
    held.receivingCount++;
    chunk.receivers.push(waiter);
    chunk.sinceMs = this.#room.now();
    return chunk.place + (block - index * this.#chunkBlocks) * BLOCK_LENGTH;
  }

  /** The payload of a placed block is complete; null when the piece was forgotten meanwhile. */
  commit(waiter: RoomWaiter, piece: number, block: number): PieceState | null {
    const { state, chunk } = this.#unpin(waiter, piece, block);
    if (state.phase === 'doomed') {
      this.#tidy(state, chunk);
      return null;
    }
    setBit(state.received, block);
    state.receivedCount++;
    chunk.landed++;
    chunk.held++;
    if (!chunk.writing && chunk.landed === chunk.capacity) this.#room.track(chunk);
    if (this.#room.waiting > 0) this.#room.relieve();
    return state;
  }

  /** A placed block will not be complete: it is missing again. */
  abandon(waiter: RoomWaiter, piece: number, block: number): void {
    const { state, chunk } = this.#unpin(waiter, piece, block);
    this.#tidy(state, chunk);
    if (this.#room.waiting > 0) this.#room.relieve();
  }

  /** Forget what was received of a piece, unless the disk is deciding about it. */
  discard(piece: number): void {
    clearBit(this.#done, piece);
    const state = this.get(piece);
    if (state === null || state.phase !== 'filling') return;
    state.doom();
    for (const chunk of state.chunks) if (chunk !== null) this.#tidy(state, chunk);
    if (state.idle) this.#drop(state);
  }

  /** A write of a chunk begins to wait or to run. */
  writing(chunk: Chunk): void {
    chunk.writing = true;
    chunk.piece.writes++;
    this.#room.untrack(chunk);
  }

  /** The write ended; `written` are the blocks of the piece that are on disk now, `digests` what they were, in order. */
  wrote(chunk: Chunk, written: readonly number[], digests: Uint8Array): void {
    const state = chunk.piece;
    chunk.writing = false;
    state.writes--;
    if (state.phase !== 'doomed') {
      for (const block of written) this.#toDisk(state, block);
      if (written.length > 0) state.noteSpilled(written, digests);
      chunk.held -= written.length;
    }
    if (state.phase === 'filling' && (chunk.held > 0 || chunk.receivers.length > 0)) this.#room.track(chunk);
    this.#tidy(state, chunk);
  }

  /** Everything that is in memory of a piece is on disk now. */
  wroteAll(state: PieceState): void {
    for (let block = 0; block < state.blocks; block++) {
      if (hasBit(state.received, block) && !hasBit(state.onDisk, block)) this.#toDisk(state, block);
    }
    for (const chunk of state.chunks) {
      if (chunk === null) continue;
      chunk.held = 0;
      this.#tidy(state, chunk);
    }
  }

  /** All blocks came: no chunk of it may be spilled any more. */
  finishing(state: PieceState): number {
    state.phase = 'finishing';
    let chunks = 0;
    for (const chunk of state.chunks) {
      if (chunk === null) continue;
      this.#room.untrack(chunk);
      chunks++;
    }
    return chunks;
  }

  /** The disk could not finish it and the store is being closed: it is an ordinary partial piece again. */
  unfinish(state: PieceState): void {
    state.phase = 'filling';
  }

  /** The piece is verified or empty again: give its memory back. */
  remove(state: PieceState): void {
    this.#drop(state);
  }

  /** Forget every piece. */
  clear(): void {
    for (const state of this.#states.values()) this.#drop(state);
  }

  /** What is on disk of unverified pieces. */
  partials(): PartialPiece[] {
    const partials: PartialPiece[] = [];
    for (const state of this.#states.values()) {
      if (state.diskCount > 0) partials.push({ piece: state.piece, blocks: state.onDisk.slice() });
    }
    return partials;
  }

  #make(piece: number, size: number): PieceState {
    assert(size > 0, 'a placed block lies in the torrent');
    const state = new PieceState(piece, size, this.#chunkBlocks);
    this.#states.set(piece, state);
    this.#latest = state;
    return state;
  }

  #addChunk(state: PieceState, index: number, place: number): Chunk {
    const { first, end } = state.span(index);
    let landed = 0;
    for (let block = first; block < end; block++) if (hasBit(state.received, block)) landed++;
    const chunk: Chunk = {
      owner: this.#owner,
      account: this.account,
      piece: state,
      index,
      place,
      capacity: end - first,
      landed,
      held: 0,
      receivers: [],
      sinceMs: 0,
      writing: false,
    };
    state.chunks[index] = chunk;
    this.#room.track(chunk);
    return chunk;
  }

  #unpin(
    waiter: RoomWaiter,
    piece: number,
    block: number,
  ): { readonly state: PieceState; readonly chunk: Chunk } {
    const state = present(this.get(piece), 'a block under reception has a piece');
    const chunk = present(state.chunks[Math.floor(block / this.#chunkBlocks)], 'and a chunk');
    assert(hasBit(state.receiving, block), 'and is marked');
    clearBit(state.receiving, block);
    state.receivingCount--;
    chunk.receivers.splice(chunk.receivers.indexOf(waiter), 1);
    return { state, chunk };
  }

  #toDisk(state: PieceState, block: number): void {
    setBit(state.onDisk, block);
    state.diskCount++;
  }

  /** Free the chunk, and forget the piece, when nothing needs them any more. */
  #tidy(state: PieceState, chunk: Chunk): void {
    if (
      chunk.held === 0 &&
      chunk.receivers.length === 0 &&
      !chunk.writing &&
      state.chunks[chunk.index] === chunk
    ) {
      state.chunks[chunk.index] = null;
      this.#room.free(chunk);
    }
    if (state.idle && state.receivedCount === 0) this.#drop(state);
  }

  #drop(state: PieceState): void {
    if (this.#states.get(state.piece) !== state) return;
    this.#states.delete(state.piece);
    if (this.#latest === state) this.#latest = null;
    for (const [index, chunk] of state.chunks.entries()) {
      if (chunk === null) continue;
      assert(chunk.receivers.length === 0 && !chunk.writing, 'memory in use is not freed');
      state.chunks[index] = null;
      this.#room.free(chunk);
    }
  }
}
