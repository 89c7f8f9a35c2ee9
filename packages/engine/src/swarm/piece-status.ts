/** What is known of single pieces, for whoever shows them. */
import type { PieceMath } from '../rules/layout.ts';
import type { Ledger } from '../rules/ledger.ts';
import type { Picker } from '../rules/picker.ts';
import type { WorkingPiece } from '../views.ts';
import type { PartialPiece } from './partial-piece.ts';
import type { Peer } from './peer.ts';

/** What is known of one piece. */
export interface PieceStatus {
  readonly complete: boolean;
  readonly blocksMissing: number;
  /** Peers asked for blocks of it now. */
  readonly requestedFrom: readonly Peer[];
  readonly availability: number;
}

/** One piece and, when it has begun, its blocks. */
export function pieceStatus(
  table: { readonly math: PieceMath; readonly ledger: Ledger; readonly picker: Picker },
  piece: number,
  partial: PartialPiece | undefined,
  peers: Iterable<Peer>,
): PieceStatus {
  const complete = table.ledger.has(piece);
  const requestedFrom = partial === undefined ? [] : [...peers].filter((peer) => peer.requested.has(partial));
  const blocksMissing = complete ? 0 : table.math.blocksIn(piece) - (partial?.receivedCount ?? 0);
  return { complete, blocksMissing, requestedFrom, availability: table.picker.availability(piece) };
}

/** Pieces that have begun, in order, at most so many. */
export function workingPieces(begun: Iterable<PartialPiece>, most: number): WorkingPiece[] {
  const pieces = [...begun].sort((a, b) => a.piece - b.piece).slice(0, most);
  return pieces.map(({ piece, blockCount: blocks, receivedCount: received, freeCount }) => {
    return { piece, blocks, received, requested: blocks - received - freeCount };
  });
}
