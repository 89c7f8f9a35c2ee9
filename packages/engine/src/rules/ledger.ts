/** The one state of every piece, and what is wanted. */

/** A piece is in exactly one of these. */
export const PIECE_MISSING = 0;
/** Some blocks are requested or received. */
export const PIECE_PARTIAL = 1;
/** All blocks are received; the store hashes and writes it. */
export const PIECE_HASHING = 2;
/** Verified and on disk. */
export const PIECE_HAVE = 3;

/** State numbers as a type. */
export type PieceState = 0 | 1 | 2 | 3;

/** Counts pieces by state, wanted or not. */
export class Ledger {
  readonly #state: Uint8Array;
  readonly #wanted: Uint8Array;
  #have = 0;
  #wantedCount = 0;
  #wantedHave = 0;

  constructor(pieceCount: number) {
    this.#state = new Uint8Array(pieceCount);
    this.#wanted = new Uint8Array(pieceCount).fill(1);
    this.#wantedCount = pieceCount;
  }

  get pieceCount(): number {
    return this.#state.length;
  }

  /** Pieces we have, wanted or not. */
  get haveCount(): number {
    return this.#have;
  }

  get wantedCount(): number {
    return this.#wantedCount;
  }

  get wantedHaveCount(): number {
    return this.#wantedHave;
  }

  /** Everything wanted is ours. */
  get complete(): boolean {
    return this.#wantedHave === this.#wantedCount;
  }

  state(piece: number): PieceState {
    return this.#state[piece] as PieceState;
  }

  has(piece: number): boolean {
    return this.#state[piece] === PIECE_HAVE;
  }

  wanted(piece: number): boolean {
    return this.#wanted[piece] === 1;
  }

  /** Wanted and not ours. */
  needed(piece: number): boolean {
    return this.#wanted[piece] === 1 && this.#state[piece] !== PIECE_HAVE;
  }

  setState(piece: number, state: PieceState): void {
    const before = this.#state[piece];
    if (before === state) return;
    this.#state[piece] = state;
    const change = state === PIECE_HAVE ? 1 : before === PIECE_HAVE ? -1 : 0;
    this.#have += change;
    if (this.#wanted[piece] === 1) this.#wantedHave += change;
  }

  setWanted(piece: number, wanted: boolean): void {
    if ((this.#wanted[piece] === 1) === wanted) return;
    this.#wanted[piece] = wanted ? 1 : 0;
    const change = wanted ? 1 : -1;
    this.#wantedCount += change;
    if (this.has(piece)) this.#wantedHave += change;
  }

  /** A fresh bitfield (BEP 3 order) of the pieces we have. */
  bitfield(): Uint8Array {
    const bits = new Uint8Array(Math.ceil(this.#state.length / 8));
    for (let piece = 0; piece < this.#state.length; piece += 1) {
      if (this.#state[piece] === PIECE_HAVE)
        bits[piece >> 3] = (bits[piece >> 3] as number) | (0x80 >> (piece & 7));
    }
    return bits;
  }

  /** Recompute the counts; throws when they disagree. */
  checkInvariants(): void {
    let have = 0;
    let wanted = 0;
    let both = 0;
    for (let piece = 0; piece < this.#state.length; piece += 1) {
      if (this.has(piece)) have += 1;
      if (this.wanted(piece)) wanted += 1;
      if (this.has(piece) && this.wanted(piece)) both += 1;
    }
    if (have !== this.#have || wanted !== this.#wantedCount || both !== this.#wantedHave) {
      throw new Error('ledger: counts disagree with states');
    }
  }
}
