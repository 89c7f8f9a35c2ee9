/**
 * Which piece a peer takes its next blocks from. Fast peers take whole pieces alone, so that requests stay in order and
 * blame stays simple; slow peers share pieces, so that pieces get finished. What it decides nothing about: how many.
 */
import { BLOCK_LENGTH } from '../ports.ts';
import type { Ledger } from '../rules/ledger.ts';
import type { PieceMath } from '../rules/layout.ts';
import type { Picker } from '../rules/picker.ts';
import type { PartialPiece } from './partial-piece.ts';
import type { Peer } from './peer.ts';

/** A peer takes whole pieces alone when it is asked for at least this part of a piece at once. */
const AFFINITY_PART = 4;

/** The pieces there are to choose from. */
export interface PieceTable {
  readonly math: PieceMath;
  readonly ledger: Ledger;
  readonly picker: Picker;
  /** Pieces under way that have free blocks. */
  readonly withFree: ReadonlySet<PartialPiece>;
  /** Take up an open piece. */
  begin(piece: number): PartialPiece;
}

/** One question, with the pieces the peer may be asked for. */
class Choice {
  readonly #table: PieceTable;
  readonly #peer: Peer;

  constructor(table: PieceTable, peer: Peer) {
    this.#table = table;
    this.#peer = peer;
  }

  next(): PartialPiece | null {
    const own = this.#own();
    if (own !== null) return own;
    // On parole: whole pieces alone, as long as there are any; then what is begun, but by no other suspect.
    if (this.#peer.onParole)
      return this.#fresh(true) ?? this.#fullest((partial) => partial.suits(this.#peer));
    if (!this.#takesWholePieces()) {
      return (
        this.#fullest((partial) => partial.owner === null) ?? this.#fresh(false) ?? this.#fullest(() => true)
      );
    }
    const orphan = this.#fullest(isOrphan);
    if (orphan === null) return this.#fresh(true) ?? this.#fullest(() => true);
    orphan.owner = this.#peer;
    return orphan;
  }

  #takesWholePieces(): boolean {
    if (this.#peer.isWebSeed) return true;
    const { math } = this.#table;
    const bytes = Math.min(math.pieceLength, math.totalLength);
    return this.#peer.window.size * AFFINITY_PART >= bytes / BLOCK_LENGTH;
  }

  /** While choked, only what the peer allowed (BEP 6). */
  #allows(piece: number): boolean {
    return !this.#peer.peerChoking || this.#peer.allowedFast.has(piece);
  }

  /** The piece of its own that it is in the middle of. */
  #own(): PartialPiece | null {
    for (const partial of this.#peer.requested.keys()) {
      if (partial.owner === this.#peer && partial.freeCount > 0 && this.#allows(partial.piece))
        return partial;
    }
    return null;
  }

  /** A piece that nobody has begun: one the peer suggested (BEP 6), or what the picker says. */
  #fresh(alone: boolean): PartialPiece | null {
    const { picker } = this.#table;
    const peer = this.#peer;
    const suggested = peer.suggested.find((piece) => this.#pickable(piece));
    const picked = suggested ?? (peer.peerChoking ? picker.best(this.#allowed()) : picker.pick(peer));
    if (picked === -1) return null;
    const piece = peer.isWebSeed ? this.#onwards(picked) : picked;
    peer.lastPiece = piece;
    const partial = this.#table.begin(piece);
    if (alone) partial.owner = peer;
    partial.exclusive = peer.onParole;
    return partial;
  }

  /** A web seed goes on where it is, so that its requests become one, unless something else is wished more. */
  #onwards(picked: number): number {
    const { picker } = this.#table;
    const next = this.#peer.lastPiece + 1;
    const goesOn = next > 0 && this.#pickable(next) && picker.classOf(next) >= picker.classOf(picked);
    return goesOn ? next : picked;
  }

  /** Pieces that it has and lets us have while it chokes us (BEP 6): few, whatever the torrent. */
  #allowed(): number[] {
    return [...this.#peer.allowedFast].filter((piece) => this.#peer.has(piece));
  }

  #pickable(piece: number): boolean {
    const { picker, ledger } = this.#table;
    return picker.isOpen(piece) && ledger.needed(piece) && this.#peer.has(piece) && this.#allows(piece);
  }

  /** The fullest piece with free blocks that the peer may help with. */
  #fullest(fits: (partial: PartialPiece) => boolean): PartialPiece | null {
    const { withFree, ledger } = this.#table;
    let best: PartialPiece | null = null;
    for (const partial of withFree) {
      if (partial.exclusive && partial.owner !== null && partial.owner !== this.#peer) continue;
      if (!ledger.wanted(partial.piece) || !this.#peer.has(partial.piece) || !fits(partial)) continue;
      if (!this.#allows(partial.piece)) continue;
      if (best === null || partial.receivedCount > best.receivedCount) best = partial;
    }
    return best;
  }
}

/** Begun, but nobody is asked for any of it now. */
function isOrphan(partial: PartialPiece): boolean {
  return partial.freeCount + partial.receivedCount === partial.blockCount;
}

/** The piece with free blocks to ask this peer for next, or null when it can help with none. */
export function choosePiece(table: PieceTable, peer: Peer): PartialPiece | null {
  return new Choice(table, peer).next();
}
