/**
 * Which piece to begin next: the order among pieces that nobody has begun. It does not know blocks or requests.
 *
 * Every open piece stands in one bucket, chosen by its priority class and by how many peers have it. A piece changes
 * bucket in constant time, so a HAVE costs the same in a torrent of ten or of a million pieces. Inside a bucket the
 * order is random, so that clients of one swarm do not all begin with the same piece.
 */
import type { Random } from '../ports.ts';

/** File priorities as a user sets them; 0 is not wanted at all. */
export type Priority = 0 | 1 | 2 | 3;
/** The class pieces begin in: the normal priority. */
const NORMAL: Priority = 2;
/** One class above the highest file priority: first and last pieces of files, when asked for. */
const CLASSES = 5;

/** What the picker must know of a peer: which pieces it has, and how many. */
export interface PieceHolder {
  has(piece: number): boolean;
  readonly haveCount: number;
}

/** Picks pieces rarest first or in order. */
export class Picker {
  readonly #random: Random;
  readonly #pieceCount: number;
  /** Priority class, 0 = never picked. */
  readonly #class: Uint8Array;
  /** Connected peers that have the piece, seeds not counted (they have them all). */
  readonly #availability: Uint16Array;
  /** Place in its bucket, -1 when not open, -2 when open but in no class that is picked. */
  readonly #place: Int32Array;
  /** buckets[class][availability] */
  readonly #buckets: number[][][] = Array.from({ length: CLASSES }, () => []);
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
  }

  /** Pieces that can be picked now. */
  get openCount(): number {
    return this.#openCount;
  }

  /** Peers that have this piece. */
  availability(piece: number): number {
    return (this.#availability[piece] ?? 0) + this.#seeds;
  }

  /** The class a piece is picked in; 0 means never. */
  classOf(piece: number): number {
    return this.#class[piece] ?? 0;
  }

  setSequential(on: boolean): void {
    this.#sequential = on;
    this.#cursor = 0;
  }

  /** Change the class of a piece (0 to 4); it stays open or closed as it was. */
  setClass(piece: number, value: number): void {
    const isOpen = this.isOpen(piece);
    if (isOpen) this.close(piece);
    this.#class[piece] = value;
    if (isOpen) this.open(piece);
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
    const isOpen = this.isOpen(piece);
    if (isOpen) this.#remove(piece);
    this.#availability[piece] = (this.#availability[piece] ?? 0) + 1;
    if (isOpen) this.#insert(piece);
  }

  /** A peer with this piece left. */
  onLost(piece: number): void {
    const isOpen = this.isOpen(piece);
    if (isOpen) this.#remove(piece);
    this.#availability[piece] = Math.max(0, (this.#availability[piece] ?? 0) - 1);
    if (isOpen) this.#insert(piece);
  }

  /** A peer that has everything came (+1) or left (-1): changes no order. */
  addSeeds(count: number): void {
    this.#seeds += count;
  }

  /** The best open piece that the peer has and `allowed` admits; -1 when there is none. Does not close it. */
  pick(peer: PieceHolder, allowed?: (piece: number) => boolean): number {
    if (this.#openCount === 0 || peer.haveCount === 0) return -1;
    if (this.#sequential) return this.#pickInOrder(peer, allowed);
    for (let level = CLASSES - 1; level > 0; level -= 1) {
      for (const bucket of this.#buckets[level] ?? []) {
        for (let i = bucket.length - 1; i >= 0; i -= 1) {
          const piece = bucket[i] as number;
          if (peer.has(piece) && (allowed === undefined || allowed(piece))) return piece;
        }
      }
    }
    return -1;
  }

  #pickInOrder(peer: PieceHolder, allowed?: (piece: number) => boolean): number {
    while (this.#cursor < this.#pieceCount && !this.isOpen(this.#cursor)) this.#cursor += 1;
    let best = -1;
    let bestClass = 0;
    const topClass = this.#topClass();
    for (let piece = this.#cursor; piece < this.#pieceCount; piece += 1) {
      const level = this.#class[piece] as number;
      if (level <= bestClass || !this.isOpen(piece) || !peer.has(piece)) continue;
      if (allowed !== undefined && !allowed(piece)) continue;
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

  #bucketOf(piece: number): number[] | null {
    const level = this.#class[piece] as number;
    if (level === 0) return null;
    const rows = this.#buckets[level] as number[][];
    const availability = this.#availability[piece] as number;
    while (rows.length <= availability) rows.push([]);
    return rows[availability] as number[];
  }

  #insert(piece: number): void {
    const bucket = this.#bucketOf(piece);
    if (bucket === null) {
      this.#place[piece] = -2;
      return;
    }
    this.#openCount += 1;
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
    const bucket = this.#bucketOf(piece) as number[];
    const last = bucket.pop() as number;
    if (last === piece) return;
    bucket[place] = last;
    this.#place[last] = place;
  }

  /** Recompute everything that is kept incrementally; throws when something disagrees. */
  checkInvariants(): void {
    let open = 0;
    for (let piece = 0; piece < this.#pieceCount; piece += 1) {
      const place = this.#place[piece] as number;
      if (place === -1) continue;
      if (place !== -2) open += 1;
      const bucket = this.#bucketOf(piece);
      if (place === -2 ? bucket !== null : bucket?.[place] !== piece) {
        throw new Error(`picker: piece ${piece} is not where it should be`);
      }
    }
    const stored = this.#buckets.flat(2).length;
    if (open !== this.#openCount || stored !== open) throw new Error('picker: open pieces miscounted');
  }
}
