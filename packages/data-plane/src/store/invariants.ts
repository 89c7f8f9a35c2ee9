/**
 * Recomputes every counter of the stores from what it counts. For the simulator, which calls it after every turn.
 */
import { assert } from '../assert.ts';
import { countBits, hasBit } from '../bits.ts';
import type { Arena } from './arena.ts';
import type { Chunk, PieceState } from './piece.ts';
import type { Room } from './room.ts';
import type { Store } from './store.ts';

/** Throws when the pieces of a store contradict themselves. */
export function checkStore(store: Store): void {
  let blocks = 0;
  for (const state of store.pieces.all()) {
    checkPiece(state, store.pieceSize(state.piece));
    for (const chunk of state.chunks) if (chunk !== null) blocks += state.chunkBlocks;
  }
  assert(blocks === store.pieces.account.blocks, 'memory of a store');
}

/** Throws when the arena, the pieces of all stores and the blocks that links receive do not add up. */
export function checkRoom(stores: readonly Store[], arena: Arena, room: Room, receiving: number): void {
  let blocks = 0;
  let pinned = 0;
  let idle = 0;
  const places = new Set<number>();
  for (const store of stores) {
    for (const state of store.pieces.all()) {
      pinned += state.receivingCount;
      for (const chunk of state.chunks) {
        if (chunk === null) continue;
        blocks += state.chunkBlocks;
        assert(!places.has(chunk.place), 'two chunks in one place');
        places.add(chunk.place);
        if (state.phase !== 'finishing' && !chunk.writing) idle++;
      }
    }
  }
  assert(blocks === arena.usedBlocks, `arena: ${blocks} blocks in pieces, ${arena.usedBlocks} counted`);
  assert(pinned === receiving, `${pinned} blocks marked as coming, ${receiving} links receive one`);
  assert(room.tracked <= idle, `${room.tracked} chunks may be spilled, ${idle} could be`);
  assert(room.leaving >= 0, 'chunks leave that do not exist');
}

function checkPiece(state: PieceState, size: number): void {
  const name = `piece ${state.piece}`;
  assert(state.size === size, `${name}: size`);
  assert(countBits(state.received) === state.receivedCount, `${name}: received`);
  assert(countBits(state.onDisk) === state.diskCount, `${name}: on disk`);
  assert(countBits(state.receiving) === state.receivingCount, `${name}: receiving`);
  assert(!state.idle || state.receivedCount > 0, `${name}: empty state kept`);
  let writes = 0;
  for (const [index, chunk] of state.chunks.entries()) {
    if (chunk === null) checkAbsent(state, index, name);
    else checkChunk(state, chunk, `${name} chunk ${index}`);
    if (chunk?.writing === true) writes++;
  }
  assert(writes === state.writes, `${name}: writes`);
}

function checkAbsent(state: PieceState, index: number, name: string): void {
  const { first, end } = state.span(index);
  for (let block = first; block < end; block++) {
    assert(!hasBit(state.receiving, block), `${name}: block ${block} comes without memory`);
    assert(hasBit(state.received, block) === hasBit(state.onDisk, block), `${name}: block ${block} lost`);
  }
}

function checkChunk(state: PieceState, chunk: Chunk, name: string): void {
  const { first, end } = state.span(chunk.index);
  let landed = 0;
  let held = 0;
  let receiving = 0;
  for (let block = first; block < end; block++) {
    if (hasBit(state.received, block)) landed++;
    if (hasBit(state.received, block) && !hasBit(state.onDisk, block)) held++;
    if (hasBit(state.receiving, block)) receiving++;
  }
  assert(chunk.capacity === end - first, `${name}: capacity`);
  assert(chunk.landed === landed, `${name}: landed`);
  assert(chunk.held === held, `${name}: held`);
  assert(chunk.receivers.length === receiving, `${name}: receiving`);
  assert(held > 0 || receiving > 0 || chunk.writing, `${name}: empty chunk kept`);
}
