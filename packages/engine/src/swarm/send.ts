/** Wire messages to one peer, and questions for blocks. */
import type { Peer } from './peer.ts';
import type { Turn } from './turn.ts';
import type { BlockRange } from './web-files.ts';

/** Queue whole wire messages for a peer; the bytes belong to the plane afterwards. */
export function sendTo(peer: Peer, bytes: Uint8Array, turn: Turn): void {
  peer.lastSentMs = turn.nowMs;
  turn.push({ type: 'send', link: peer.link, bytes });
}

/** Ask a peer or a web seed for blocks. */
export function askFor(peer: Peer, range: BlockRange, turn: Turn): void {
  const { link, parts } = peer.identity;
  if (parts === undefined) turn.push({ type: 'request', link, ...range });
  else turn.push({ type: 'webRequest', link, ...range, parts: parts(range) });
}
