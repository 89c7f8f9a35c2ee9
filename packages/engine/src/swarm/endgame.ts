/**
 * Which blocks that others were asked for an idle peer is asked for too. In endgame: those that it would deliver sooner
 * than their holders. Otherwise: those of a holder that is much slower, so that one slow peer holds nobody up.
 */
import { LIMITS } from '../limits.ts';
import { BLOCK_LENGTH } from '../ports.ts';
import type { PartialPiece } from './partial-piece.ts';
import type { Peer } from './peer.ts';

/** How far duplication goes. */
export interface EndgameRules {
  readonly endgame: boolean;
  /** Peers asked for one block at most. */
  readonly maxHolders: number;
}

/** Blocks looked at in one search. */
const SCAN_BLOCKS = 4096;

/** At most `room` blocks, those that would come last first. */
export function findDuplicates(
  partials: Iterable<PartialPiece>,
  peer: Peer,
  rules: EndgameRules & { readonly room: number },
  nowMs: number,
): { readonly partial: PartialPiece; readonly block: number }[] {
  const found: { partial: PartialPiece; block: number }[] = [];
  let scanned = 0;
  for (const partial of [...partials].reverse()) {
    if (!peer.has(partial.piece) || !partial.suits(peer)) continue;
    // Whoever is on parole works alone, unless nobody else would ever finish the piece.
    const onlyStuck = peer.onParole || (partial.exclusive && partial.owner !== null);
    if (peer.peerChoking && !peer.allowedFast.has(partial.piece)) continue;
    for (let block = partial.blockCount - 1; block >= 0; block -= 1) {
      scanned += 1;
      if (scanned > SCAN_BLOCKS || found.length >= rules.room) return found;
      if (!partial.isRequested(block)) continue;
      const holders = partial.holders(block);
      // Who stalls serves nobody: however many of them hold a block, one who sends may be asked for it.
      const serving = holders.filter((holder) => !holder.snubbed).length;
      if (serving >= rules.maxHolders || holders.includes(peer)) continue;
      if (onlyStuck && serving > 0) continue;
      const queued = peer.outstanding + found.length;
      if (holders.every((holder) => worthwhile(peer, holder, { ...rules, queued }, nowMs)))
        found.push({ partial, block });
    }
  }
  return found;
}

/** The peer would deliver before this holder does. */
function worthwhile(
  peer: Peer,
  holder: Peer,
  rules: { readonly endgame: boolean; readonly queued: number },
  nowMs: number,
): boolean {
  if (holder.snubbed || holder.peerChoking) return true;
  const silentMs = nowMs - holder.waitingSinceMs;
  if (holder.down.rate === 0) return silentMs > LIMITS.requestTimeoutMinMs;
  const holderSeconds = (holder.outstanding * BLOCK_LENGTH) / holder.down.rate;
  const peerSeconds = ((rules.queued + 1) * BLOCK_LENGTH) / Math.max(1, peer.down.rate);
  if (rules.endgame) return peerSeconds < holderSeconds || silentMs > holder.window.timeoutMs;
  const factor = silentMs > LIMITS.stealLateMs ? LIMITS.stealFactorLate : LIMITS.stealFactor;
  return peer.down.rate >= holder.down.rate * factor && peerSeconds < holderSeconds;
}
