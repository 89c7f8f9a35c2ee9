/**
 * Downloading one torrent: what is asked of whom at the end of each turn, and what follows from payload, verified and
 * corrupt pieces. Which piece and block comes next is the piece manager's business.
 */
import { encodeHave, encodeInterested, encodeNotInterested } from '@jstorrent/protocol';
import { LIMITS, type Settings } from '../limits.ts';
import type { LinkEvent, StoreEvent } from '../ports.ts';
import { BLOCK_LENGTH } from '../ports.ts';
import type { SourceId } from '../rules/blame.ts';
import type { Content } from './content.ts';
import type { Peer } from './peer.ts';
import { sendTo } from './send.ts';
import type { Turn } from './turn.ts';

/** What downloading needs of its torrent. */
export interface DownloadOwner {
  readonly peers: ReadonlySet<Peer>;
  /** Peers and web seeds: everybody who may be asked for blocks. */
  readonly givers: Iterable<Peer>;
  /** The source sent wrong bytes. */
  ban(source: SourceId, turn: Turn): void;
  /** There is something to do at the end of this turn. */
  touched(): void;
}

/** How far the download is at the end of a turn. */
export type DownloadState = 'downloading' | 'endgame' | 'complete';

export class DownloadManager {
  readonly #content: Content;
  readonly #owner: DownloadOwner;
  /** Peers that may be asked for more. */
  readonly #touched = new Set<Peer>();
  #touchedAll = false;
  readonly #newPieces: number[] = [];
  #wasted = 0;

  constructor(content: Content, owner: DownloadOwner) {
    this.#content = content;
    this.#owner = owner;
  }

  /** Payload bytes received in vain. */
  get wasted(): number {
    return this.#wasted;
  }

  /** The peer may be asked for more, or what it has changed. */
  touch(peer: Peer): void {
    this.#touched.add(peer);
    this.#owner.touched();
  }

  /** Blocks became free that anybody may be asked for. */
  touchAll(): void {
    this.#touchedAll = true;
    this.#owner.touched();
  }

  onPeerGone(peer: Peer): void {
    this.#touched.delete(peer);
    const held = peer.outstanding > 0;
    this.#content.pieces.removePeer(peer);
    this.#content.uploads.onPeerGone(peer);
    if (held) this.touchAll();
  }

  /** Payload is in the store; returns its bytes. */
  onBlocks(peer: Peer, event: Extract<LinkEvent, { type: 'blocks' }>, turn: Turn): number {
    const bytes = this.#content.pieces.onBlocks(peer, event, turn);
    peer.down.add(bytes);
    this.touch(peer);
    return bytes;
  }

  /** The same of a peer that was let go meanwhile: it is not asked for more. */
  onLateBlocks(peer: Peer, event: Extract<LinkEvent, { type: 'blocks' }>, turn: Turn): void {
    this.#content.pieces.onBlocks(peer, event, turn);
    this.touchAll();
  }

  /**
   * Payload was dropped: if it had been asked for, somebody must be asked again. False when a block that was asked for
   * came in another length: whoever answers so would answer so for ever.
   */
  onUnwanted(peer: Peer, event: Extract<LinkEvent, { type: 'unwanted' }>): boolean {
    this.#wasted += event.length;
    const { pieces, math } = this.#content;
    const { piece, length, reason } = event;
    const block = event.offset / BLOCK_LENGTH;
    if (!Number.isInteger(block) || !pieces.onReject(peer, piece, block)) return true;
    this.touchAll();
    return reason === 'duplicate' || length === math.blockLength(piece, block);
  }

  onVerified(piece: number, digests: Uint8Array, turn: Turn): void {
    const { blame, pieces } = this.#content;
    for (const liar of blame.onVerified(piece, digests)) this.#owner.ban(liar, turn);
    const sources = pieces.onVerified(piece);
    for (const peer of this.#owner.givers) {
      const alone = sources.length > 0 && sources.every((source) => source === peer.source);
      if (peer.onParole && alone) pieces.setParole(peer, false);
    }
    this.#newPieces.push(piece);
    this.#owner.touched();
  }

  onCorrupt(event: Extract<StoreEvent, { type: 'corrupt' }>, turn: Turn): void {
    const { blame, pieces, math } = this.#content;
    this.#wasted += math.lengthOf(event.piece);
    const sources = pieces.onCorrupt(event.piece);
    this.touchAll();
    // What went through the disk may have been spoilt there: nobody is blamed for it.
    if (event.fromDisk) return;
    const verdict = blame.onCorrupt(event.piece, event.digests, sources);
    if (verdict.guilty !== null) this.#owner.ban(verdict.guilty, turn);
    for (const peer of this.#owner.givers) {
      if (verdict.suspects.includes(peer.source)) pieces.setParole(peer, true);
    }
  }

  /** Peers that owe us blocks and send none: others are asked instead. */
  noticeSilence(turn: Turn): void {
    for (const peer of this.#owner.givers) {
      if (peer.outstanding === 0 || peer.snubbed) continue;
      const silentMs = turn.nowMs - peer.waitingSinceMs;
      if (silentMs < Math.min(peer.window.timeoutMs, LIMITS.snubbedMs)) continue;
      peer.identity.address.timeouts += 1;
      peer.snubbed = true;
      peer.window.onSnubbed();
      this.#content.pieces.releaseAll(peer);
      this.touchAll();
    }
  }

  /** After all inputs of a turn: HAVEs, interest and, while `fetching`, requests. */
  endTurn(fetching: boolean, settings: Settings, turn: Turn): DownloadState {
    const { pieces } = this.#content;
    this.#announcePieces(turn);
    for (const peer of pieces.takeInterestChanges()) this.#showInterest(peer, turn);
    let state: DownloadState = 'complete';
    if (!pieces.ledger.complete) state = fetching ? this.#requestMore(settings, turn) : 'downloading';
    this.#touched.clear();
    this.#touchedAll = false;
    return state;
  }

  #announcePieces(turn: Turn): void {
    if (this.#newPieces.length === 0) return;
    for (const peer of this.#owner.peers) {
      for (const piece of this.#newPieces) if (!peer.has(piece)) sendTo(peer, encodeHave(piece), turn);
    }
    this.#newPieces.length = 0;
  }

  #showInterest(peer: Peer, turn: Turn): void {
    const wanted = peer.interesting > 0;
    if (wanted === peer.amInterested || !this.#owner.peers.has(peer)) return;
    peer.amInterested = wanted;
    sendTo(peer, wanted ? encodeInterested() : encodeNotInterested(), turn);
  }

  #requestMore(settings: Settings, turn: Turn): DownloadState {
    const { pieces, info } = this.#content;
    const idle: Peer[] = [];
    for (const peer of this.#touchedAll ? this.#owner.givers : this.#touched) {
      if (pieces.fill(peer, turn)) idle.push(peer);
    }
    const threshold = Math.min((info.totalLength * settings.endgamePercent) / 100, settings.endgameBytes);
    const endgame = pieces.allRequested && pieces.bytesLeft <= threshold;
    const maxHolders = endgame ? settings.endgameHolders : 2;
    for (const peer of idle) pieces.fillDuplicates(peer, { endgame, maxHolders }, turn);
    return endgame ? 'endgame' : 'downloading';
  }
}
