/**
 * Which piece to begin next: the order among pieces that nobody has begun. It does not know blocks or requests.
 *
 * Every open piece stands in one bucket, chosen by its priority class and by how many peers have it. A piece changes
 * bucket in constant time, so a HAVE costs the same in a torrent of ten or of a million pieces. Many changes at once
 * (a bitfield, all pieces opened) leave the buckets stale until the next pick. Inside a bucket the order is random, so
 * that clients of one swarm do not all begin with the same piece.
 */
import type { Random } from '../ports.ts';

/** File priorities as a user sets them; 0 is not wanted at all. */
export type Priority = 0 | 1 | 2 | 3;
/** The class pieces begin in: the normal priority. */
const NORMAL: Priority = 2;
/** One class above the highest file priority: first and last pieces of files, when asked for. */
const CLASSES = 5;

/** From this part of the open pieces on, filling all buckets anew is cheaper than moving pieces one by one. */
const BULK_PART = 16;
/** Pieces looked at one by one before the pieces of a peer are compared with the open ones as a whole. */
const SCAN_PIECES = 64;
const SCAN_PART = 32;

/** What the picker must know of a peer: which pieces it has, and how many. */
export interface PieceHolder {
  has(piece: number): boolean;
  readonly haveCount: number;
  /** The same as bits in BEP 3 order; only read. */
  readonly haveBits: Uint8Array;
}

/** Picks pieces rarest first or in order. */
export class Picker {
  readonly #random: Random;
  readonly #pieceCount: number;
  /** Priority class, 0 = never picked. */
  readonly #class: Uint8Array;
  /** Connected peers that have the piece, seeds not counted (they have them all). */
  readonly #availability: Uint16Array;
  /** Place in its bucket, -1 when not open, -2 when open but in no class that is picked; 0 while stale. */
  readonly #place: Int32Array;
  /** Pieces that can be picked now, BEP 3 bit order. */
  readonly #openBits: Uint8Array;
  /** buckets[class][availability] */
  readonly #buckets: number[][][] = Array.from({ length: CLASSES }, () => []);
  /** The buckets say nothing: places are to be given anew. */
  #stale = true;
  #openCount = 0;
  #seeds = 0;
  #sequential = false;
  #cursor = 0;

  constructor(pieceCount: number, random: Random) {
    this.#random = random;
    this.#pieceCount = pieceCount;
    this.#class = new Uint8Array(pieceCount).fill(NORMAL);
    this.#availability = new Uint16Array(pieceCount);
    this.#place = new Int32Array(pieceCount).fill(-1);
    this.#openBits = new Uint8Array(Math.ceil(pieceCount / 8));
  }

  /** Pieces that can be picked now. */
  get openCount(): number {
    return this.#openCount;
  }

  /** Peers that have this piece. */
  availability(piece: number): number {
    return (this.#availability[piece] ?? 0) + this.#seeds;
  }

  setSequential(on: boolean): void {
    this.#sequential = on;
    this.#cursor = 0;
  }

  /** Change the class of a piece (0 to 4); it stays open or closed as it was. */
  setClass(piece: number, value: number): void {
    if (this.#class[piece] === value) return;
    const isOpen = this.isOpen(piece);
    if (isOpen) this.close(piece);
    this.#class[piece] = value;
    if (isOpen) this.open(piece);
  }

  /** The class of a piece, 0 to 4. */
  classOf(piece: number): number {
    return this.#class[piece] ?? 0;
  }

  isOpen(piece: number): boolean {
    return this.#place[piece] !== -1;
  }

  /** The piece is missing and nobody has begun it. */
  open(piece: number): void {
    if (this.#place[piece] !== -1) return;
    this.#insert(piece);
    if (piece < this.#cursor) this.#cursor = piece;
  }

  /** The piece was begun, or is ours. */
  close(piece: number): void {
    if (this.#place[piece] === -1) return;
    this.#remove(piece);
  }

  /** A peer got one piece more. */
  onHave(piece: number): void {
    this.#count(piece, 1);
  }

  /** A peer with this piece left, or lost it. */
  onLost(piece: number): void {
    this.#count(piece, -1);
  }

  /** A peer with these `size` pieces came (1) or left (-1). */
  countPeer(pieces: Iterable<number>, size: number, change: 1 | -1): void {
    if (size * BULK_PART >= this.#openCount) this.#stale = true;
    for (const piece of pieces) this.#count(piece, change);
  }

  /** A peer that has everything came (+1) or left (-1): changes no order. */
  addSeeds(count: number): void {
    this.#seeds += count;
  }

  /** The best open piece that the peer has; -1 when there is none. Does not close it. */
  pick(peer: PieceHolder): number {
    if (this.#openCount === 0 || peer.haveCount === 0) return -1;
    this.#settle();
    if (this.#sequential) return this.#pickInOrder(peer);
    let looks = SCAN_PIECES + Math.floor(this.#pieceCount / SCAN_PART);
    for (let level = CLASSES - 1; level > 0; level -= 1) {
      for (const bucket of this.#buckets[level] ?? []) {
        for (let i = bucket.length - 1; i >= 0; i -= 1) {
          const piece = bucket[i] as number;
          if (peer.has(piece)) return piece;
          looks -= 1;
          if (looks === 0) return this.#pickShared(peer.haveBits);
        }
      }
    }
    return -1;
  }

  /** The best of some pieces, those that are not open left out; -1 when there is none. */
  best(pieces: Iterable<number>): number {
    this.#settle();
    let best = -1;
    for (const piece of pieces) {
      if ((this.#place[piece] ?? -1) >= 0 && (best === -1 || this.#isBefore(piece, best))) best = piece;
    }
    return best;
  }

  /** What a look at each bucket in turn would find, from the bits of the peer: the same piece. */
  #pickShared(haveBits: Uint8Array): number {
    let best = -1;
    for (let i = 0; i < this.#openBits.length; i += 1) {
      let shared = (this.#openBits[i] as number) & (haveBits[i] ?? 0);
      while (shared !== 0) {
        const bit = Math.clz32(shared) - 24;
        shared &= ~(0x80 >> bit);
        const piece = i * 8 + bit;
        if (best === -1 || this.#isBefore(piece, best)) best = piece;
      }
    }
    return best;
  }

  /** Whether an open piece is picked before another one. */
  #isBefore(piece: number, other: number): boolean {
    const level = (this.#class[piece] as number) - (this.#class[other] as number);
    if (level !== 0) return level > 0;
    if (this.#sequential) return piece < other;
    const rarer = (this.#availability[other] as number) - (this.#availability[piece] as number);
    if (rarer !== 0) return rarer > 0;
    return (this.#place[piece] as number) > (this.#place[other] as number);
  }

  #pickInOrder(peer: PieceHolder): number {
    while (this.#cursor < this.#pieceCount && !this.isOpen(this.#cursor)) this.#cursor += 1;
    let best = -1;
    let bestClass = 0;
    const topClass = this.#topClass();
    for (let piece = this.#cursor; piece < this.#pieceCount; piece += 1) {
      const level = this.#class[piece] as number;
      if (level <= bestClass || !this.isOpen(piece) || !peer.has(piece)) continue;
      best = piece;
      bestClass = level;
      if (level === topClass) break;
    }
    return best;
  }

  #topClass(): number {
    for (let level = CLASSES - 1; level > 0; level -= 1) {
      if (this.#buckets[level]?.some((bucket) => bucket.length > 0)) return level;
    }
    return 0;
  }

  #count(piece: number, change: 1 | -1): void {
    const moves = !this.#stale && this.isOpen(piece);
    if (moves) this.#remove(piece);
    this.#availability[piece] = Math.max(0, (this.#availability[piece] as number) + change);
    if (moves) this.#insert(piece);
  }

  #insert(piece: number): void {
    if (this.#class[piece] === 0) {
      this.#place[piece] = -2;
      return;
    }
    this.#openCount += 1;
    this.#setOpenBit(piece, true);
    if (this.#stale) {
      this.#place[piece] = 0;
      return;
    }
    const bucket = this.#bucketOf(piece);
    const place = this.#random.below(bucket.length + 1);
    const displaced = bucket[place];
    if (displaced === undefined) {
      bucket.push(piece);
    } else {
      bucket[place] = piece;
      this.#place[displaced] = bucket.length;
      bucket.push(displaced);
    }
    this.#place[piece] = place;
  }

  #remove(piece: number): void {
    const place = this.#place[piece] as number;
    this.#place[piece] = -1;
    if (place === -2) return;
    this.#openCount -= 1;
    this.#setOpenBit(piece, false);
    if (this.#stale) return;
    const bucket = this.#bucketOf(piece);
    const last = bucket.pop() as number;
    if (last === piece) return;
    bucket[place] = last;
    this.#place[last] = place;
  }

  /** Fill the buckets anew if they are stale, in an order that differs between clients and times. */
  #settle(): void {
    if (!this.#stale) return;
    this.#stale = false;
    // Emptied at the end: an array that keeps its memory is filled several times faster.
    const filled: number[][] = this.#buckets.map(() => []);
    const count = this.#pieceCount;
    let piece = this.#random.below(count);
    const step = this.#coprimeStep();
    for (let i = 0; i < count; i += 1) {
      piece += step;
      if (piece >= count) piece -= count;
      if ((this.#place[piece] as number) < 0) continue;
      const counts = filled[this.#class[piece] as number] as number[];
      const availability = this.#availability[piece] as number;
      const place = counts[availability] ?? 0;
      counts[availability] = place + 1;
      this.#bucketOf(piece)[place] = piece;
      this.#place[piece] = place;
    }
    for (const [level, rows] of this.#buckets.entries()) {
      for (const [availability, bucket] of rows.entries()) bucket.length = filled[level]?.[availability] ?? 0;
    }
  }

  /** Steps of this length come by every piece once. */
  #coprimeStep(): number {
    let step = 1 + this.#random.below(this.#pieceCount);
    while (greatestDivisor(this.#pieceCount, step) !== 1) step = (step % this.#pieceCount) + 1;
    return step;
  }

  #bucketOf(piece: number): number[] {
    const rows = this.#buckets[this.#class[piece] as number] as number[][];
    const availability = this.#availability[piece] as number;
    while (rows.length <= availability) rows.push([]);
    return rows[availability] as number[];
  }

  #setOpenBit(piece: number, on: boolean): void {
    const mask = 0x80 >> (piece & 7);
    const byte = this.#openBits[piece >> 3] as number;
    this.#openBits[piece >> 3] = on ? byte | mask : byte & ~mask;
  }

  /** Recompute everything that is kept incrementally; throws when something disagrees. */
  checkInvariants(): void {
    let open = 0;
    for (let piece = 0; piece < this.#pieceCount; piece += 1) {
      const place = this.#place[piece] as number;
      const isPicked = place >= 0;
      if (isPicked) open += 1;
      const bit = ((this.#openBits[piece >> 3] as number) & (0x80 >> (piece & 7))) !== 0;
      if (bit !== isPicked || (place !== -1 && (this.#class[piece] === 0) !== (place === -2)))
        throw new Error(`picker: piece ${piece} is open and is not`);
      if (isPicked && !this.#stale && this.#bucketOf(piece)[place] !== piece)
        throw new Error(`picker: piece ${piece} is not where it should be`);
    }
    const stored = this.#stale ? open : this.#buckets.flat(2).length;
    if (open !== this.#openCount || stored !== open) throw new Error('picker: open pieces miscounted');
  }
}

/** Of both numbers. */
function greatestDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestDivisor(other, one % other);
}
