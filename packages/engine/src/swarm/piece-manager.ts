/**
 * The pieces of one torrent: what we have, what is under way, and which blocks to ask of whom. It turns everything that
 * can happen to a block into ledger, picker and request changes; it does not decide who is connected or unchoked.
 */
import { LIMITS } from '../limits.ts';
import { BLOCK_LENGTH } from '../ports.ts';
import type { PartialPiece as SavedPartial, Random } from '../ports.ts';
import type { SourceId } from '../rules/blame.ts';
import type { PieceMath } from '../rules/layout.ts';
import { Ledger, PIECE_HASHING, PIECE_HAVE, PIECE_MISSING, PIECE_PARTIAL } from '../rules/ledger.ts';
import { Picker } from '../rules/picker.ts';
import type { WorkingPiece } from '../views.ts';
import { findDuplicates, type EndgameRules } from './endgame.ts';
import { PartialPiece } from './partial-piece.ts';
import { checkPieces } from './piece-invariants.ts';
import { choosePiece, type PieceTable } from './piece-choice.ts';
import { pieceStatus, workingPieces, type PieceStatus } from './piece-status.ts';
import type { Peer } from './peer.ts';
import { askFor } from './send.ts';
import type { Turn } from './turn.ts';

/** New requests are sent in batches of this many blocks, or a quarter of a small window. */
const REFILL_BLOCKS = 64;

/** Consecutive blocks of a piece. */
interface Run {
  readonly block: number;
  readonly count: number;
}

export class PieceManager implements PieceTable {
  readonly math: PieceMath;
  readonly ledger: Ledger;
  readonly picker: Picker;
  readonly #neededBits: Uint8Array;
  readonly #partials = new Map<number, PartialPiece>();
  readonly withFree = new Set<PartialPiece>();
  readonly #peers = new Set<Peer>();
  readonly #interestChanged = new Set<Peer>();
  #received = 0;

  constructor(math: PieceMath, random: Random) {
    this.math = math;
    this.ledger = new Ledger(math.pieceCount);
    this.picker = new Picker(math.pieceCount, random);
    this.#neededBits = new Uint8Array(Math.ceil(math.pieceCount / 8));
    for (let piece = 0; piece < math.pieceCount; piece += 1) {
      this.picker.open(piece);
      this.#setNeededBit(piece, true);
    }
  }

  /** Bytes still to be received of what is wanted, requested or not. */
  get bytesLeft(): number {
    let left = (this.ledger.wantedCount - this.ledger.wantedHaveCount) * this.math.pieceLength;
    const last = this.math.pieceCount - 1;
    if (this.ledger.needed(last)) left -= this.math.pieceLength - this.math.lengthOf(last);
    return Math.max(0, left - this.#received * BLOCK_LENGTH);
  }

  /** Nothing needed is unrequested. */
  get allRequested(): boolean {
    return this.picker.openCount === 0 && this.withFree.size === 0;
  }

  /** Peers whose interest to us changed since the last call. */
  takeInterestChanges(): Peer[] {
    const changed = [...this.#interestChanged];
    this.#interestChanged.clear();
    return changed;
  }

  status(piece: number): PieceStatus {
    return pieceStatus(this, piece, this.#partials.get(piece), this.#peers);
  }

  /** Pieces that are arriving, in order, at most so many. */
  working(most: number): WorkingPiece[] {
    return workingPieces(this.#partials.values(), most);
  }

  // --- what we have -------------------------------------------------------------------------------------------------

  /** Found on disk by a check or told by resume data. */
  setHave(piece: number, have: boolean): void {
    if (have) this.#becomeOurs(piece);
    else if (this.ledger.has(piece)) this.#becomeMissing(piece);
  }

  /** Blocks of unfinished pieces that are on disk from an earlier run. */
  restorePartials(saved: readonly SavedPartial[]): void {
    for (const { piece, blocks } of saved) {
      if (piece >= this.math.pieceCount || this.ledger.state(piece) !== PIECE_MISSING) continue;
      const partial = this.begin(piece);
      partial.restore(blocks);
      this.#received += partial.receivedCount;
      if (partial.freeCount === 0) this.withFree.delete(partial);
      if (partial.complete) this.ledger.setState(piece, PIECE_HASHING);
    }
  }

  /** Forget all pieces and all requests: the data is checked anew. */
  reset(): void {
    for (const peer of this.#peers) this.releaseAll(peer);
    for (const partial of this.#partials.values()) this.#received -= partial.receivedCount;
    this.#partials.clear();
    this.withFree.clear();
    for (let piece = 0; piece < this.math.pieceCount; piece += 1) {
      if (this.ledger.state(piece) !== PIECE_MISSING) this.#becomeMissing(piece);
    }
  }

  /** Pieces by class: 0 is not wanted. */
  setClasses(classes: Uint8Array): void {
    for (let piece = 0; piece < classes.length; piece += 1) {
      const level = classes[piece] as number;
      this.picker.setClass(piece, level);
      const before = this.ledger.needed(piece);
      this.ledger.setWanted(piece, level > 0);
      this.#neededChanged(piece, before);
    }
  }

  /** The store verified a piece; returns who sent each block. */
  onVerified(piece: number): SourceId[] {
    const sources = this.#partials.get(piece)?.sources() ?? [];
    this.#becomeOurs(piece);
    return sources;
  }

  /** The store found a piece corrupt; returns who sent each block. */
  onCorrupt(piece: number): SourceId[] {
    const partial = this.#partials.get(piece);
    this.#becomeMissing(piece);
    return partial?.sources() ?? [];
  }

  // --- what peers have ----------------------------------------------------------------------------------------------

  /** A peer's pieces are known (bitfield, have-all, have-none, or metadata came). */
  addPeer(peer: Peer): void {
    this.#peers.add(peer);
    const have = peer.have;
    if (have === null) return;
    if (peer.isSeed) this.picker.addSeeds(1);
    else this.picker.countPeer(have.indices(), have.count, 1);
    peer.interesting = have.countShared(this.#neededBits);
    this.#interestChanged.add(peer);
  }

  /** The peer is gone: its requests are free, its pieces count no more. */
  removePeer(peer: Peer): void {
    if (!this.#peers.delete(peer)) return;
    this.releaseAll(peer);
    this.#interestChanged.delete(peer);
    if (peer.have === null) return;
    if (peer.isSeed) this.picker.addSeeds(-1);
    else this.picker.countPeer(peer.have.indices(), peer.have.count, -1);
  }

  /** HAVE: the peer got a piece. */
  onPeerHave(peer: Peer, piece: number): void {
    const have = peer.have;
    if (have === null || have.get(piece)) return;
    have.set(piece);
    if (peer.isSeed) {
      this.picker.onHave(piece);
      this.picker.countPeer(have.indices(), have.count, -1);
      this.picker.addSeeds(1);
    } else {
      this.picker.onHave(piece);
    }
    if (!this.ledger.needed(piece)) return;
    peer.interesting += 1;
    if (peer.interesting === 1) this.#interestChanged.add(peer);
  }

  /** lt_donthave (BEP 54): the peer lost a piece. */
  onPeerLost(peer: Peer, piece: number): void {
    const have = peer.have;
    if (have === null || !have.get(piece)) return;
    if (peer.isSeed) {
      this.picker.addSeeds(-1);
      this.picker.countPeer(have.indices(), have.count, 1);
    }
    have.clear(piece);
    this.picker.onLost(piece);
    if (!this.ledger.needed(piece)) return;
    peer.interesting -= 1;
    if (peer.interesting === 0) this.#interestChanged.add(peer);
  }

  // --- requests -----------------------------------------------------------------------------------------------------

  /** Ask the peer for as much as its window has room for; returns whether it wanted more than there is. */
  fill(peer: Peer, turn: Turn): boolean {
    if (!peer.canRequest || peer.interesting === 0) return false;
    let room = peer.window.size - peer.outstanding;
    if (room <= 0 || (peer.outstanding > 0 && room < Math.min(REFILL_BLOCKS, peer.window.size >> 2)))
      return false;
    while (room > 0) {
      const partial = choosePiece(this, peer);
      if (partial === null) return true;
      const run = partial.freeRun(room);
      partial.request(peer, run.block, run.count);
      if (partial.freeCount === 0) this.withFree.delete(partial);
      this.#send(peer, partial, run, turn);
      room -= run.count;
    }
    return false;
  }

  /** Ask an idle peer for blocks that others hold (endgame, or a holder much slower than it). */
  fillDuplicates(peer: Peer, rules: EndgameRules, turn: Turn): void {
    if (!peer.canRequest) return;
    const room = Math.min(peer.window.size, LIMITS.endgameWindow) - peer.outstanding;
    if (room <= 0) return;
    for (const { partial, block } of findDuplicates(
      this.#partials.values(),
      peer,
      { ...rules, room },
      turn.nowMs,
    )) {
      partial.requestAgain(peer, block);
      this.#send(peer, partial, { block, count: 1 }, turn);
    }
  }

  /** Payload arrived; returns the bytes of it. */
  onBlocks(
    peer: Peer,
    range: { readonly piece: number; readonly block: number; readonly count: number },
    turn: Turn,
  ): number {
    const { piece, block, count } = range;
    const state = this.ledger.state(piece);
    if (state === PIECE_HAVE || state === PIECE_HASHING) return 0;
    const partial = this.#partials.get(piece) ?? this.begin(piece);
    let answered = 0;
    for (let i = block; i < block + count; i += 1) {
      if (partial.receiveFrom(peer, i)) {
        answered += 1;
        this.#received += 1;
      } else if (!partial.isReceived(i)) {
        this.#received += 1;
        if (this.#receiveShared(peer, partial, i, turn)) answered += 1;
      }
    }
    if (answered > 0) peer.removeOutstanding(partial, answered);
    peer.window.onBlocks(count);
    peer.waitingSinceMs = turn.nowMs;
    peer.snubbed = false;
    peer.rejectsInARow = 0;
    this.#measure(peer, range, turn.nowMs);
    if (partial.freeCount === 0) this.withFree.delete(partial);
    if (partial.complete) this.ledger.setState(piece, PIECE_HASHING);
    return this.math.bytesOf(piece, block, count);
  }

  /** The peer will not send this block (reject, or its payload was dropped). True when it had been asked. */
  onReject(peer: Peer, piece: number, block: number): boolean {
    const partial = this.#partials.get(piece);
    if (partial === undefined || !partial.release(peer, block)) return false;
    peer.removeOutstanding(partial, 1);
    this.#released(partial);
    return true;
  }

  /** Choked, snubbed or gone: all requests of the peer are free for others. Returns how many. */
  releaseAll(peer: Peer): number {
    let released = 0;
    for (const [partial, count] of peer.requested) {
      partial.releaseAll(peer);
      released += count;
      this.#released(partial);
    }
    for (const partial of this.#partials.values()) partial.leave(peer);
    peer.requested.clear();
    peer.outstanding = 0;
    peer.probe = null;
    return released;
  }

  /** Download whole pieces alone from now on (or no longer). */
  setParole(peer: Peer, on: boolean): void {
    if (on && !peer.onParole) this.releaseAll(peer);
    peer.onParole = on;
  }

  #send(peer: Peer, partial: PartialPiece, run: Run, turn: Turn): void {
    peer.addOutstanding(partial, run.count, turn.nowMs);
    peer.probe ??= { piece: partial.piece, block: run.block, sentMs: turn.nowMs };
    askFor(peer, { piece: partial.piece, block: run.block, count: run.count }, turn);
  }

  #measure(peer: Peer, range: Run & { readonly piece: number }, nowMs: number): void {
    const probe = peer.probe;
    if (probe === null || probe.piece !== range.piece) return;
    if (probe.block < range.block || probe.block >= range.block + range.count) return;
    peer.window.onResponse(nowMs - probe.sentMs);
    peer.probe = null;
  }

  /** A block that somebody else was asked for too. True when `peer` was asked. */
  #receiveShared(peer: Peer, partial: PartialPiece, block: number, turn: Turn): boolean {
    let wasAsked = false;
    for (const asked of partial.receive(block, peer.source)) {
      if (asked === peer) {
        wasAsked = true;
        continue;
      }
      asked.removeOutstanding(partial, 1);
      if (asked.probe?.piece === partial.piece && asked.probe.block === block) asked.probe = null;
      turn.push({ type: 'cancel', link: asked.link, piece: partial.piece, block, count: 1 });
    }
    return wasAsked;
  }

  begin(piece: number): PartialPiece {
    const partial = new PartialPiece(piece, this.math.blocksIn(piece));
    this.#partials.set(piece, partial);
    this.withFree.add(partial);
    this.picker.close(piece);
    this.ledger.setState(piece, PIECE_PARTIAL);
    return partial;
  }

  /** Some blocks of a piece became free. */
  #released(partial: PartialPiece): void {
    if (partial.freeCount === partial.blockCount && this.#partials.get(partial.piece) === partial) {
      this.#becomeMissing(partial.piece);
    } else if (partial.freeCount > 0) {
      this.withFree.add(partial);
    }
  }

  #becomeOurs(piece: number): void {
    const before = this.ledger.needed(piece);
    this.#dropPartial(piece);
    this.picker.close(piece);
    this.ledger.setState(piece, PIECE_HAVE);
    this.#neededChanged(piece, before);
  }

  #becomeMissing(piece: number): void {
    const before = this.ledger.needed(piece);
    this.#dropPartial(piece);
    this.ledger.setState(piece, PIECE_MISSING);
    this.picker.open(piece);
    this.#neededChanged(piece, before);
  }

  #dropPartial(piece: number): void {
    const partial = this.#partials.get(piece);
    if (partial === undefined) return;
    for (const peer of this.#peers) {
      const count = peer.requested.get(partial) ?? 0;
      if (count > 0) peer.removeOutstanding(partial, count);
    }
    this.#received -= partial.receivedCount;
    this.#partials.delete(piece);
    this.withFree.delete(partial);
  }

  #neededChanged(piece: number, before: boolean): void {
    const needed = this.ledger.needed(piece);
    if (needed === before) return;
    this.#setNeededBit(piece, needed);
    for (const peer of this.#peers) {
      if (!peer.has(piece)) continue;
      peer.interesting += needed ? 1 : -1;
      if (peer.interesting === (needed ? 1 : 0)) this.#interestChanged.add(peer);
    }
  }

  #setNeededBit(piece: number, on: boolean): void {
    const mask = 0x80 >> (piece & 7);
    const byte = this.#neededBits[piece >> 3] as number;
    this.#neededBits[piece >> 3] = on ? byte | mask : byte & ~mask;
  }

  /** Recompute every counter; throws when one disagrees. */
  checkInvariants(): void {
    checkPieces({
      table: this,
      partials: this.#partials.values(),
      peers: this.#peers,
      neededBits: this.#neededBits,
      received: this.#received,
    });
  }
}
