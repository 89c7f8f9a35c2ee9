/**
 * Serving: which peers are unchoked, and what becomes of their requests. The plane reads and sends the payload; this
 * file decides whether it may.
 */
import {
  allowedFastSet,
  encodeAllowedFast,
  encodeChoke,
  encodeReject,
  encodeUnchoke,
} from '@jstorrent/protocol';
import { LIMITS } from '../limits.ts';
import { chokeRound, nextInLine, uploadSlots } from '../rules/choker.ts';
import type { Peer, ServedRange } from './peer.ts';
import { sendTo } from './send.ts';
import type { Turn } from './turn.ts';

/** What serving must know of the torrent. */
export interface UploadFacts {
  readonly infoHash: Uint8Array;
  readonly pieceCount: number;
  lengthOf(piece: number): number;
  has(piece: number): boolean;
}

/** What became of a request. */
export type RequestVerdict = 'accepted' | 'refused' | 'violation' | 'flood';

const SLOT_REVIEW_MS = 1000;

/** Slots and queues of one torrent. */
export class UploadManager {
  readonly #facts: UploadFacts;
  #optimistic: Peer | null = null;
  #roundAtMs = 0;
  #optimisticAtMs = 0;
  #reviewAtMs = 0;
  #slots: number = LIMITS.uploadSlots;

  constructor(facts: UploadFacts) {
    this.#facts = facts;
  }

  /** Who is unchoked to find out whether it is worth it. */
  get optimistic(): Peer | null {
    return this.#optimistic;
  }

  /** A peer that may ask for a few pieces while choked, to have something to trade (BEP 6). */
  grantFast(peer: Peer, turn: Turn): void {
    if (!peer.identity.fast || peer.haveCount > LIMITS.allowedFastOut) return;
    const { infoHash, pieceCount } = this.#facts;
    const options = { host: peer.identity.address.host, infoHash, pieceCount, size: LIMITS.allowedFastOut };
    const granted = allowedFastSet(options, turn.digests).filter((piece) => this.#facts.has(piece));
    peer.grantedFast = new Set(granted);
    for (const piece of granted) sendTo(peer, encodeAllowedFast(piece), turn);
  }

  /** A request, or several merged: [offset, offset + length) in requests of `blockLength`. */
  onRequested(peer: Peer, range: Readonly<ServedRange>, turn: Turn): RequestVerdict {
    const { piece, offset, length, blockLength } = range;
    if (piece >= this.#facts.pieceCount || length === 0 || blockLength === 0) return 'violation';
    if (blockLength > LIMITS.servedBlockMax || offset + length > this.#facts.lengthOf(piece))
      return 'violation';
    const blocks = Math.ceil(length / blockLength);
    const permitted = !peer.amChoking || peer.grantedFast.has(piece);
    if (!permitted || !this.#facts.has(piece) || peer.servingBlocks + blocks > LIMITS.windowMax) {
      peer.refusedBlocks += blocks;
      if (peer.refusedBlocks > LIMITS.refusedRequests) return 'flood';
      this.#reject(peer, range, turn);
      return 'refused';
    }
    peer.refusedBlocks = Math.max(0, peer.refusedBlocks - blocks);
    peer.serving.push({ piece, offset, length, blockLength });
    peer.servingBlocks += blocks;
    turn.push({ type: 'serve', link: peer.link, piece, offset, length, blockLength });
    return 'accepted';
  }

  /** The peer no longer wants a block. */
  onCancel(
    peer: Peer,
    range: { readonly piece: number; readonly offset: number; readonly length: number },
    turn: Turn,
  ): void {
    if (peer.servingBlocks === 0) return;
    turn.push({
      type: 'unserve',
      link: peer.link,
      piece: range.piece,
      offset: range.offset,
      length: range.length,
    });
  }

  /** Payload is in the socket. */
  onServed(peer: Peer, blocks: number, bytes: number, nowMs: number): void {
    peer.up.add(bytes);
    peer.tookAtMs = nowMs;
    peer.servingBlocks = Math.max(0, peer.servingBlocks - blocks);
    let left = bytes;
    while (left > 0) {
      const range = peer.serving[0];
      if (range === undefined) return;
      const taken = Math.min(left, range.length);
      range.offset += taken;
      range.length -= taken;
      left -= taken;
      if (range.length === 0) peer.serving.shift();
    }
  }

  /** The plane will not send this. */
  onUnserved(peer: Peer, range: Readonly<ServedRange>, turn: Turn): void {
    peer.servingBlocks = Math.max(0, peer.servingBlocks - Math.ceil(range.length / range.blockLength));
    const end = range.offset + range.length;
    for (const [index, held] of peer.serving.entries()) {
      if (held.piece !== range.piece || held.offset >= end || held.offset + held.length <= range.offset)
        continue;
      const after = held.offset + held.length - end;
      held.length = Math.max(0, range.offset - held.offset);
      if (after > 0) peer.serving.splice(index + 1, 0, { ...held, offset: end, length: after });
      if (held.length === 0) peer.serving.splice(index, 1);
      break;
    }
    this.#reject(peer, range, turn);
  }

  /** The peer wants something now: it gets a free slot at once. */
  onInterested(peer: Peer, peers: Iterable<Peer>, turn: Turn): void {
    if (!peer.amChoking) return;
    let used = 0;
    for (const other of peers) if (!other.amChoking && other.peerInterested) used += 1;
    if (used < this.#slots) this.#unchoke(peer, turn);
  }

  onPeerGone(peer: Peer): void {
    if (this.#optimistic === peer) this.#optimistic = null;
  }

  /** Rounds and slot reviews that are due. */
  tick(peers: ReadonlySet<Peer>, seeding: boolean, turn: Turn): void {
    const { nowMs } = turn;
    if (nowMs - this.#reviewAtMs >= SLOT_REVIEW_MS) {
      this.#reviewAtMs = nowMs;
      const rates = [...peers].filter((peer) => !peer.amChoking).map((peer) => peer.up.rate);
      const slots = uploadSlots(rates);
      const grew = slots > this.#slots;
      this.#slots = slots;
      if (grew || nowMs - this.#roundAtMs >= LIMITS.chokeRoundMs) this.#round(peers, seeding, turn);
      else for (const peer of nextInLine(peers, slots)) this.#unchoke(peer, turn);
    }
  }

  #round(peers: ReadonlySet<Peer>, seeding: boolean, turn: Turn): void {
    const { nowMs } = turn;
    this.#roundAtMs = nowMs;
    const rotateOptimistic = nowMs - this.#optimisticAtMs >= LIMITS.optimisticMs;
    if (rotateOptimistic) this.#optimisticAtMs = nowMs;
    const round = { seeding, slots: this.#slots, rotateOptimistic, optimistic: this.#optimistic };
    const decision = chokeRound(peers, round, nowMs);
    if (decision.optimistic !== this.#optimistic && decision.optimistic !== null) {
      decision.optimistic.optimisticAtMs = nowMs;
    }
    this.#optimistic = decision.optimistic;
    for (const peer of peers) {
      if (decision.unchoke.has(peer)) this.#unchoke(peer, turn);
      else this.choke(peer, turn);
    }
  }

  #unchoke(peer: Peer, turn: Turn): void {
    if (!peer.amChoking) return;
    peer.amChoking = false;
    peer.unchokedAtMs = turn.nowMs;
    sendTo(peer, encodeUnchoke(), turn);
  }

  /** Choke and drop what was accepted but not sent. */
  choke(peer: Peer, turn: Turn): void {
    if (peer.amChoking) return;
    peer.amChoking = true;
    sendTo(peer, encodeChoke(), turn);
    for (const range of peer.serving) {
      if (peer.grantedFast.has(range.piece)) continue;
      const { piece, offset, length } = range;
      turn.push({ type: 'unserve', link: peer.link, piece, offset, length });
    }
  }

  /** With BEP 6 every request is answered; without it silence says the same. */
  #reject(peer: Peer, range: Readonly<ServedRange>, turn: Turn): void {
    if (!peer.identity.fast) return;
    const end = range.offset + range.length;
    for (let offset = range.offset; offset < end; offset += range.blockLength) {
      const length = Math.min(range.blockLength, end - offset);
      sendTo(peer, encodeReject({ piece: range.piece, offset, length }), turn);
    }
  }
}
