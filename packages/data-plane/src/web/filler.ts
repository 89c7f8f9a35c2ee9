/**
 * Puts the bytes that come for a queue of blocks where they belong. Decides where blocks begin and end in the stream; whether
 * a block is wanted and has room is the receiver's decision.
 */
import { BLOCK_LENGTH } from '@jstorrent/engine/ports';
import type { Receiver } from '../links/receiver.ts';
import { SKIP, WAIT } from '../links/splitter.ts';
import type { CopyBytes } from '../ports.ts';
import type { WebQueue } from './queue.ts';

/** The front of a queue and where in the arena it goes. */
export class Filler {
  readonly #queue: WebQueue;
  readonly #receiver: Receiver;
  readonly #arena: Uint8Array;
  readonly #copy: CopyBytes;
  /** Where the next byte goes; null between two blocks. */
  #place: number | null = null;
  #isStopped = false;

  constructor(queue: WebQueue, receiver: Receiver, arena: Uint8Array, copy: CopyBytes) {
    this.#queue = queue;
    this.#receiver = receiver;
    this.#arena = arena;
    this.#copy = copy;
  }

  /** The first block of the queue is on its way. */
  get hasBegun(): boolean {
    return this.#place !== null;
  }

  /** Drop the rest of the block that is coming. */
  skipRest(): void {
    this.#place = SKIP;
  }

  /** Make no further calls; also from inside of one. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Take bytes up to `end` or the end of a block; gives where it stopped: at `from` when they have to wait. */
  take(bytes: Uint8Array, from: number, end: number): number {
    const block = this.#queue.first;
    if (block === null) return end;
    if (this.#place === null) {
      const place = this.#receiver.pieceStart(block.piece, block.block * BLOCK_LENGTH, block.length);
      if (this.#isStopped) return end;
      if (place === WAIT) return from;
      this.#place = place;
    }
    const length = Math.min(block.length - this.#queue.filled, end - from);
    if (this.#place !== SKIP) {
      this.#copy(bytes, from, this.#arena, this.#place, length);
      this.#place += length;
    }
    if (this.#queue.use(length)) {
      this.#place = null;
      this.#receiver.pieceEnd();
    }
    return from + length;
  }
}
