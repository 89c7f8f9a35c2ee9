/** What must hold between ledger, picker, partial pieces and peers of one torrent at the end of every turn. */
import { PIECE_MISSING, PIECE_PARTIAL } from '../rules/ledger.ts';
import type { PartialPiece } from './partial-piece.ts';
import type { Peer } from './peer.ts';
import type { PieceTable } from './piece-choice.ts';

/** Everything that is kept incrementally. */
export interface PieceBooks {
  readonly table: PieceTable;
  readonly partials: Iterable<PartialPiece>;
  readonly peers: ReadonlySet<Peer>;
  readonly neededBits: Uint8Array;
  /** Blocks received of unverified pieces. */
  readonly received: number;
}

/** Recompute all of it; throws when something disagrees. */
export function checkPieces(books: PieceBooks): void {
  const { table, peers, neededBits } = books;
  table.ledger.checkInvariants();
  table.picker.checkInvariants();
  const owed = checkPartials(books);
  for (const peer of peers) {
    if ((owed.get(peer) ?? 0) !== peer.outstanding)
      throw new Error('pieces: outstanding requests miscounted');
    if (peer.have !== null && peer.have.countShared(neededBits) !== peer.interesting) {
      throw new Error('pieces: interest miscounted');
    }
  }
  for (let piece = 0; piece < table.math.pieceCount; piece += 1) {
    const isMissing = table.ledger.state(piece) === PIECE_MISSING;
    if (isMissing !== table.picker.isOpen(piece))
      throw new Error(`pieces: picker and ledger disagree on ${piece}`);
  }
}

/** Blocks that each peer owes. */
function checkPartials({ table, partials, received }: PieceBooks): Map<Peer, number> {
  let total = 0;
  const owed = new Map<Peer, number>();
  for (const partial of partials) {
    partial.checkInvariants();
    total += partial.receivedCount;
    for (let block = 0; block < partial.blockCount; block += 1) {
      for (const peer of partial.holders(block)) owed.set(peer, (owed.get(peer) ?? 0) + 1);
    }
    const isPartial = table.ledger.state(partial.piece) === PIECE_PARTIAL;
    if ((isPartial && partial.freeCount > 0) !== table.withFree.has(partial)) {
      throw new Error(`piece ${partial.piece}: free blocks are not on offer`);
    }
  }
  if (total !== received) throw new Error('pieces: received blocks miscounted');
  return owed;
}
