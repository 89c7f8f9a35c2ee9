/**
 * The events of one turn: collects them in order, merges what belongs together, and hands them over when the turn is
 * done. Decides what is merged with what; does not decide what happens.
 */
import type { LinkEvent, LinkId, PlaneEvent, PlaneEventHandler } from '@jstorrent/engine/ports';
import type { Scheduler } from './ports.ts';

type Open<Type extends LinkEvent['type']> = {
  -readonly [Key in keyof Extract<LinkEvent, { type: Type }>]: Extract<LinkEvent, { type: Type }>[Key];
};

/** One batch per turn; the receiver owns the array it gets. */
export class EventBatch {
  readonly #scheduler: Scheduler;
  readonly #onEvents: PlaneEventHandler;
  #events: PlaneEvent[] = [];
  #epoch = 0;

  constructor(scheduler: Scheduler, onEvents: PlaneEventHandler) {
    this.#scheduler = scheduler;
    this.#onEvents = onEvents;
  }

  /** Changes when events pushed before may no longer be extended. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Add an event that nothing later may overtake. */
  push(event: PlaneEvent): void {
    this.#epoch++;
    this.append(event);
  }

  /** Add an event of one link; later events of other links may still be merged into earlier ones. */
  append(event: PlaneEvent): void {
    if (this.#events.length === 0) this.#scheduler.afterTurn(this.#flush);
    this.#events.push(event);
  }

  /** Replace the newest event by what `merge` makes of it; null or an empty batch leaves it and gives false. */
  amend(merge: (newest: PlaneEvent) => PlaneEvent | null): boolean {
    const newest = this.#events.at(-1);
    const merged = newest === undefined ? null : merge(newest);
    if (merged === null) return false;
    this.#events[this.#events.length - 1] = merged;
    return true;
  }

  readonly #flush = (): void => {
    const events = this.#events;
    this.#events = [];
    this.#epoch++;
    this.#onEvents(events);
  };
}

/**
 * The events of one link. Blocks that came are merged while consecutive, requests of the peer likewise, and payload
 * that was sent is summed; a message in between ends the first two, a dropped range the third.
 */
export class LinkEvents {
  readonly #batch: EventBatch;
  readonly #link: LinkId;
  readonly #maxMergedRequests: number;
  #blocks: Open<'blocks'> | null = null;
  #requested: Open<'requested'> | null = null;
  #served: Open<'served'> | null = null;
  #epoch = -1;

  constructor(batch: EventBatch, link: LinkId, maxMergedRequests: number) {
    this.#batch = batch;
    this.#link = link;
    this.#maxMergedRequests = maxMergedRequests;
  }

  /** The payload of one block is in the store. */
  block(piece: number, block: number): void {
    this.#renew();
    const open = this.#blocks;
    if (open !== null && open.piece === piece && open.block + open.count === block) {
      open.count++;
      return;
    }
    this.#blocks = { type: 'blocks', link: this.#link, piece, block, count: 1 };
    this.#batch.append(this.#blocks);
  }

  /** The peer asks for one block. */
  request(piece: number, offset: number, length: number): void {
    this.#renew();
    const open = this.#requested;
    if (open !== null && this.#extends(open, piece, offset) && length <= open.blockLength) {
      open.length += length;
      return;
    }
    this.#requested = { type: 'requested', link: this.#link, piece, offset, length, blockLength: length };
    this.#batch.append(this.#requested);
  }

  /** Payload went to the socket. */
  served(blocks: number, bytes: number): void {
    this.#renew();
    const open = this.#served;
    if (open !== null) {
      open.blocks += blocks;
      open.bytes += bytes;
      return;
    }
    this.#served = { type: 'served', link: this.#link, blocks, bytes };
    this.#batch.append(this.#served);
  }

  /** Part of a serve will not be sent. */
  unserved(event: Omit<Extract<LinkEvent, { type: 'unserved' }>, 'type' | 'link'>): void {
    this.#renew();
    this.#served = null;
    this.#batch.append({ type: 'unserved', link: this.#link, ...event });
  }

  /** Anything else of this link; keeps its place among the blocks and requests. */
  push(event: LinkEvent): void {
    this.#renew();
    this.#blocks = null;
    this.#requested = null;
    this.#batch.append(event);
  }

  #extends(open: Open<'requested'>, piece: number, offset: number): boolean {
    return (
      open.piece === piece &&
      open.offset + open.length === offset &&
      open.length % open.blockLength === 0 &&
      open.length < open.blockLength * this.#maxMergedRequests
    );
  }

  #renew(): void {
    if (this.#epoch === this.#batch.epoch) return;
    this.#epoch = this.#batch.epoch;
    this.#blocks = null;
    this.#requested = null;
    this.#served = null;
  }
}
