/** One piece under way: which block is free, requested from whom, received from whom. */
import type { SourceId } from '../rules/blame.ts';
import { UNKNOWN_SOURCE } from '../rules/blame.ts';
import type { Peer } from './peer.ts';

const FREE = 0;
const REQUESTED = 1;
const RECEIVED = 2;

/** Blocks of a piece that is neither missing nor ours. */
export class PartialPiece {
  readonly piece: number;
  readonly blockCount: number;
  /** The peer that takes this piece alone while it is fast enough; null when everybody helps. */
  owner: Peer | null = null;
  /** Only the owner may add blocks (parole). */
  exclusive = false;
  /** The peer on parole that was asked for blocks: no other suspect helps, so that a failure names one. */
  #suspect: Peer | null = null;
  #free: number;
  #received = 0;
  readonly #state: Uint8Array;
  readonly #holder: (Peer | null)[];
  /** Further peers asked for a block (endgame). */
  readonly #extra = new Map<number, Peer[]>();
  readonly #sources: Uint32Array;
  /** No free block stands before this one. */
  #cursor = 0;

  constructor(piece: number, blockCount: number) {
    this.piece = piece;
    this.blockCount = blockCount;
    this.#free = blockCount;
    this.#state = new Uint8Array(blockCount);
    this.#holder = Array.from({ length: blockCount }, () => null);
    this.#sources = new Uint32Array(blockCount);
  }

  get freeCount(): number {
    return this.#free;
  }

  get receivedCount(): number {
    return this.#received;
  }

  get complete(): boolean {
    return this.#received === this.blockCount;
  }

  isReceived(block: number): boolean {
    return this.#state[block] === RECEIVED;
  }

  isRequested(block: number): boolean {
    return this.#state[block] === REQUESTED;
  }

  /** Who sent each block. */
  sources(): SourceId[] {
    return [...this.#sources];
  }

  /** The first run of free blocks, at most `most` long: [block, count]; count 0 when none is free. */
  freeRun(most: number): { readonly block: number; readonly count: number } {
    let block = this.#cursor;
    while (block < this.blockCount && this.#state[block] !== FREE) block += 1;
    this.#cursor = block;
    let count = 0;
    while (count < most && block + count < this.blockCount && this.#state[block + count] === FREE) count += 1;
    return { block, count };
  }

  /** Whether a peer may help without mixing with another suspect. */
  suits(peer: Peer): boolean {
    const suspect = this.#suspect;
    return !peer.onParole || suspect === null || suspect === peer || !suspect.onParole;
  }

  /** `peer` is asked for free blocks. */
  request(peer: Peer, block: number, count: number): void {
    if (peer.onParole) this.#suspect = peer;
    for (let i = block; i < block + count; i += 1) {
      this.#state[i] = REQUESTED;
      this.#holder[i] = peer;
    }
    this.#free -= count;
  }

  /** `peer` is asked too for a block that another holds. */
  requestAgain(peer: Peer, block: number): void {
    if (peer.onParole) this.#suspect = peer;
    const extra = this.#extra.get(block);
    if (extra === undefined) this.#extra.set(block, [peer]);
    else extra.push(peer);
  }

  /** Every peer asked for this block and not yet answered. */
  holders(block: number): readonly Peer[] {
    const holder = this.#holder[block] ?? null;
    const extra = this.#extra.get(block);
    if (holder === null) return extra ?? [];
    return extra === undefined ? [holder] : [holder, ...extra];
  }

  /** The peer asked first. */
  holder(block: number): Peer | null {
    return this.#holder[block] ?? null;
  }

  /** A block is received; returns the peers that were asked for it, the sender included if it was. */
  receive(block: number, source: SourceId): readonly Peer[] {
    const asked = this.holders(block);
    if (this.#state[block] === FREE) this.#free -= 1;
    this.#state[block] = RECEIVED;
    this.#holder[block] = null;
    if (this.#extra.size > 0) this.#extra.delete(block);
    this.#sources[block] = source;
    this.#received += 1;
    return asked;
  }

  /** The fast path of `receive`: true when only `peer` was asked and the block is now taken. */
  receiveFrom(peer: Peer, block: number): boolean {
    if (this.#holder[block] !== peer || this.#extra.size > 0) return false;
    this.#state[block] = RECEIVED;
    this.#holder[block] = null;
    this.#sources[block] = peer.source;
    this.#received += 1;
    return true;
  }

  /** `peer` will not send this block; true when it had been asked. */
  release(peer: Peer, block: number): boolean {
    const extra = this.#extra.get(block);
    const index = extra?.indexOf(peer) ?? -1;
    if (extra !== undefined && index !== -1) {
      extra.splice(index, 1);
      if (extra.length === 0) this.#extra.delete(block);
      return true;
    }
    if (this.#holder[block] !== peer) return false;
    const heir = extra?.shift() ?? null;
    if (extra?.length === 0) this.#extra.delete(block);
    this.#holder[block] = heir;
    if (heir === null) {
      this.#state[block] = FREE;
      this.#free += 1;
      if (block < this.#cursor) this.#cursor = block;
    }
    return true;
  }

  /** `peer` will send none of its blocks; returns how many it had been asked for. */
  releaseAll(peer: Peer): number {
    let released = 0;
    for (let block = 0; block < this.blockCount; block += 1) {
      if (this.#state[block] === REQUESTED && this.release(peer, block)) released += 1;
    }
    this.leave(peer);
    return released;
  }

  /** `peer` works on it no more. */
  leave(peer: Peer): void {
    if (this.owner === peer) this.owner = null;
    if (this.#suspect === peer) this.#suspect = null;
  }

  /** Blocks restored from disk after a restart. */
  restore(bits: Uint8Array): void {
    for (let block = 0; block < this.blockCount; block += 1) {
      if (((bits[block >> 3] ?? 0) & (0x80 >> (block & 7))) !== 0) this.receive(block, UNKNOWN_SOURCE);
    }
  }

  /** Recompute the counters; throws when they disagree. */
  checkInvariants(): void {
    let free = 0;
    let received = 0;
    for (let block = 0; block < this.blockCount; block += 1) {
      const state = this.#state[block];
      if (state === FREE) free += 1;
      if (state === RECEIVED) received += 1;
      if ((state === REQUESTED) !== (this.#holder[block] !== null)) {
        throw new Error(`piece ${this.piece}: block ${block} is requested from nobody`);
      }
      if (state === FREE && block < this.#cursor)
        throw new Error(`piece ${this.piece}: free block before cursor`);
    }
    if (free !== this.#free || received !== this.#received) {
      throw new Error(`piece ${this.piece}: blocks miscounted`);
    }
  }
}
