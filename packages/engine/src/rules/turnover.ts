/** Which connected peer makes room for a candidate. */
import { LIMITS } from '../limits.ts';

/** What turnover knows of a peer. */
export interface TurnoverPeer {
  readonly connectedAtMs: number;
  /** Bytes per second it gave us over its life while it had us unchoked. */
  readonly lifetimeRate: number;
  readonly downloadRate: number;
  readonly uploadRate: number;
  readonly peerChoking: boolean;
  readonly amInterested: boolean;
  readonly peerInterested: boolean;
}

/** The peer worth least, or null when every peer is young or better than what may come. */
export function worstPeer<Peer extends TurnoverPeer>(peers: Iterable<Peer>, nowMs: number): Peer | null {
  let worst: Peer | null = null;
  let worstValue = Infinity;
  let sum = 0;
  let count = 0;
  for (const peer of peers) {
    sum += peer.downloadRate;
    count += 1;
    if (nowMs - peer.connectedAtMs < LIMITS.turnoverGraceMs) continue;
    const value = valueOf(peer);
    if (value < worstValue) {
      worst = peer;
      worstValue = value;
    }
  }
  if (worst === null) return null;
  const average = sum / count;
  const giving = worst.amInterested && !worst.peerChoking;
  // A peer that gives at least a tenth of the average is not bad, only not the best.
  return giving && worst.downloadRate > average / 10 ? null : worst;
}

function valueOf(peer: TurnoverPeer): number {
  let value = peer.downloadRate + peer.lifetimeRate + peer.uploadRate / 4;
  if (peer.amInterested && !peer.peerChoking) value += 1;
  if (!peer.amInterested && !peer.peerInterested) value -= 2;
  return value;
}
