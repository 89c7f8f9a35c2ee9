/** Wire messages to one peer. */
import type { Peer } from './peer.ts';
import type { Turn } from './turn.ts';

/** Queue whole wire messages for a peer; the bytes belong to the plane afterwards. */
export function sendTo(peer: Peer, bytes: Uint8Array, turn: Turn): void {
  peer.lastSentMs = turn.nowMs;
  turn.push({ type: 'send', link: peer.link, bytes });
}
