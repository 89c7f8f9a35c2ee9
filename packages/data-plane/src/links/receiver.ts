/**
 * What one link receives in the message phase: payload that was requested here goes into the store, other payload is
 * dropped and told, control messages pass through. Decides what is wanted and when the link has to wait.
 */
import type { LinkCode, LinkId } from '@jstorrent/engine/ports';
import { BLOCK_LENGTH } from '@jstorrent/engine/ports';
import { assert } from '../assert.ts';
import type { LinkEvents } from '../events.ts';
import type { Limits } from '../limits.ts';
import type { Permit } from '../pacing/permit.ts';
import { DUPLICATE, NO_ROOM } from '../store/pieces.ts';
import type { RoomWaiter } from '../store/room.ts';
import { AcceptSet } from './accepts.ts';
import type { SplitterSink } from './splitter.ts';
import { SKIP, WAIT } from './splitter.ts';
import { PIECE_HEADER_LENGTH, readU32, REJECT } from './wire.ts';

/** What the receiver needs of the store. */
export interface BlockTarget {
  blockLength(piece: number, block: number): number;
  place(waiter: RoomWaiter, piece: number, block: number): number;
  commit(waiter: RoomWaiter, piece: number, block: number): boolean;
  abandon(waiter: RoomWaiter, piece: number, block: number): void;
  leaveRoom(waiter: RoomWaiter): void;
}

/** What a receiver is built from. */
export interface ReceiverParts {
  readonly link: LinkId;
  readonly events: LinkEvents;
  readonly limits: Limits;
  readonly permit: Permit;
  /** Read no more until memory (`room`) or tokens are there. */
  readonly onWait: (reason: 'room' | 'tokens') => void;
  /** There is memory again. */
  readonly onRoom: () => void;
  /** The payload that is coming must not be stored any further. */
  readonly onEvicted: () => void;
  readonly onBroken: (code: LinkCode) => void;
}

/** How far the piece header at the front of the stream has come: each step is taken once, however often it waits. */
type Step = 'fresh' | 'accepted' | 'paid';
/** The payload that is coming: none, dropped, or on its way into the store. */
type Payload = 'none' | 'unrequested' | 'duplicate' | 'placed';

/** The download of one link. */
export class Receiver implements SplitterSink, RoomWaiter {
  readonly accepts: AcceptSet;
  readonly #parts: ReceiverParts;
  #target: BlockTarget | null = null;
  #step: Step = 'fresh';
  #payload: Payload = 'none';
  #piece = 0;
  #offset = 0;
  #length = 0;
  #requestedBytes = 0;
  #unwantedBytes = 0;

  constructor(parts: ReceiverParts) {
    this.#parts = parts;
    this.accepts = new AcceptSet(parts.limits.maxAcceptedRanges);
  }

  /** Whether a block is on its way into the store. */
  get isPlacing(): boolean {
    return this.#payload === 'placed';
  }

  /** Where payload goes from now on. */
  attach(target: BlockTarget): void {
    this.#target = target;
  }

  /** Consecutive blocks of a piece were requested on this link. */
  accept(piece: number, block: number, count: number): void {
    this.accepts.add(piece, block, count);
    this.#requestedBytes += count * BLOCK_LENGTH;
  }

  /** The link is gone: give back what it holds. */
  stop(): void {
    this.#parts.permit.leave();
    if (this.#payload === 'placed') this.#giveUp('none');
    this.#target?.leaveRoom(this);
  }

  onRoom(): void {
    this.#parts.onRoom();
  }

  onEvicted(): void {
    this.#parts.onEvicted();
    this.#giveUp('duplicate');
  }

  pieceStart(piece: number, offset: number, length: number): number {
    if (this.#step === 'fresh') {
      this.#piece = piece;
      this.#offset = offset;
      this.#length = length;
      if (!this.#isWanted()) return this.#skip('unrequested');
      this.#step = 'accepted';
    }
    if (this.#step === 'accepted') {
      if (!this.#parts.permit.take(length)) {
        this.#parts.onWait('tokens');
        return WAIT;
      }
      this.#step = 'paid';
    }
    assert(this.#target !== null, 'an accepted block has a store');
    const place = this.#target.place(this, piece, offset / BLOCK_LENGTH);
    if (place === NO_ROOM) {
      this.#parts.onWait('room');
      return WAIT;
    }
    this.#step = 'fresh';
    if (place === DUPLICATE) return this.#skip('duplicate');
    this.#payload = 'placed';
    return place;
  }

  pieceEnd(): void {
    const payload = this.#payload;
    this.#payload = 'none';
    if (payload === 'placed') {
      const block = this.#offset / BLOCK_LENGTH;
      if (this.#target?.commit(this, this.#piece, block) === true)
        this.#parts.events.block(this.#piece, block);
      else this.#tellUnwanted('duplicate');
    } else if (payload !== 'none') {
      this.#tellUnwanted(payload);
    }
  }

  request(piece: number, offset: number, length: number): void {
    this.#parts.events.request(piece, offset, length);
  }

  message(bytes: Uint8Array): void {
    if (bytes[0] === REJECT) {
      const offset = readU32(bytes, 5);
      if (offset % BLOCK_LENGTH === 0) this.accepts.take(readU32(bytes, 1), offset / BLOCK_LENGTH);
    }
    this.#parts.events.push({ type: 'message', link: this.#parts.link, bytes });
  }

  broken(code: LinkCode): void {
    this.#parts.onBroken(code);
  }

  #isWanted(): boolean {
    if (this.#target === null || this.#offset % BLOCK_LENGTH !== 0) return false;
    const block = this.#offset / BLOCK_LENGTH;
    if (this.#target.blockLength(this.#piece, block) !== this.#length) return false;
    return this.accepts.take(this.#piece, block);
  }

  /** The block that is coming will not be complete in the store. */
  #giveUp(payload: Payload): void {
    this.#payload = payload;
    this.#target?.abandon(this, this.#piece, this.#offset / BLOCK_LENGTH);
  }

  #skip(payload: 'unrequested' | 'duplicate'): number {
    this.#payload = payload;
    this.#unwantedBytes += this.#length + PIECE_HEADER_LENGTH;
    if (this.#unwantedBytes > Math.max(this.#parts.limits.maxUnwanted, 2 * this.#requestedBytes)) {
      this.#parts.onBroken('FLOOD');
    }
    return SKIP;
  }

  #tellUnwanted(reason: 'unrequested' | 'duplicate'): void {
    this.#parts.events.push({
      type: 'unwanted',
      link: this.#parts.link,
      piece: this.#piece,
      offset: this.#offset,
      length: this.#length,
      reason,
    });
  }
}
