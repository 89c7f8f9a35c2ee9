/**
 * One connected peer: what it said, what we said, what is under way. A record with the few operations that keep its
 * own fields consistent; decisions about it are made by the managers.
 */
import type { Bitfield } from '@jstorrent/protocol';
import { LIMITS } from '../limits.ts';
import type { LinkId, WebPart } from '../ports.ts';
import { UNKNOWN_SOURCE, type SourceId } from '../rules/blame.ts';
import type { ChokeCandidate } from '../rules/choker.ts';
import { RateMeter } from '../rules/rate.ts';
import { RequestWindow } from '../rules/request-window.ts';
import type { TurnoverPeer } from '../rules/turnover.ts';
import type { Address } from './addresses.ts';
import type { PartialPiece } from './partial-piece.ts';
import type { BlockRange } from './web-files.ts';

/** Consecutive requests of one piece that were accepted. */
export interface ServedRange {
  readonly piece: number;
  offset: number;
  length: number;
  readonly blockLength: number;
}

const NO_BITS = new Uint8Array(0);

/** What the handshake settled. */
export interface PeerIdentity {
  readonly link: LinkId;
  readonly address: Address;
  readonly incoming: boolean;
  readonly peerId: Uint8Array;
  /** BEP 6 on both sides. */
  readonly fast: boolean;
  /** BEP 10 on both sides. */
  readonly extended: boolean;
  /** For a web seed (BEP 19): the files, and what of them, a request for blocks consists of. */
  readonly parts?: (range: BlockRange) => readonly WebPart[];
}

/** Extension ids the peer chose (BEP 10), 0 = not supported. */
export interface PeerExtensions {
  utMetadata: number;
}

/** A peer after its handshake. */
export class Peer implements ChokeCandidate, TurnoverPeer {
  readonly identity: PeerIdentity;
  readonly connectedAtMs: number;
  /** Number of this peer as a source of blocks. */
  source: SourceId = UNKNOWN_SOURCE;
  client = '';

  amChoking = true;
  amInterested = false;
  peerChoking = true;
  peerInterested = false;

  /** Pieces it has; null until the piece count is known. */
  have: Bitfield | null = null;
  /** Said before the metadata was known, replayed then. */
  early: Uint8Array[] = [];
  earlyBytes = 0;
  /** Said which pieces it has: from now on it only adds to them. */
  announcedPieces = false;
  /** Needed pieces it has. */
  interesting = 0;

  /** Unanswered requests by piece: what it owes us. */
  readonly requested = new Map<PartialPiece, number>();
  /** Sum of the above, in blocks. */
  outstanding = 0;
  readonly window = new RequestWindow();
  /** The piece that it began last, -1 before the first. */
  lastPiece = -1;
  /** When requests went out while none were, or the last block came. */
  waitingSinceMs = 0;
  /** The block whose round trip is being measured. */
  probe: { readonly piece: number; readonly block: number; readonly sentMs: number } | null = null;
  snubbed = false;
  /** Suspected of a corrupt piece: downloads whole pieces alone. */
  onParole = false;
  rejectsInARow = 0;
  readonly allowedFast = new Set<number>();
  readonly suggested: number[] = [];

  /** Pieces it may ask for while choked. */
  grantedFast: ReadonlySet<number> = new Set();
  /** Requests accepted and not yet answered, in order. */
  readonly serving: ServedRange[] = [];
  servingBlocks = 0;
  /** Requests refused beyond those accepted since. */
  refusedBlocks = 0;
  unchokedAtMs = 0;
  tookAtMs = 0;
  optimisticAtMs = -Infinity;

  readonly extensions: PeerExtensions = { utMetadata: 0 };
  /** Its claim of the metadata's size, 0 = none. */
  metadataSize = 0;
  /** It gave us a part of the metadata. */
  gaveMetadata = false;

  readonly down: RateMeter;
  readonly up: RateMeter;
  lastReceivedMs: number;
  lastSentMs: number;
  /** Time it had us unchoked, closed spans only, and the open span's start. */
  #unchokedMs = 0;
  #unchokedSinceMs = 0;

  constructor(identity: PeerIdentity, nowMs: number) {
    this.identity = identity;
    this.connectedAtMs = nowMs;
    this.lastReceivedMs = nowMs;
    this.lastSentMs = nowMs;
    this.down = new RateMeter(nowMs);
    this.up = new RateMeter(nowMs);
  }

  get link(): LinkId {
    return this.identity.link;
  }

  /** A web server that has everything (BEP 19): no peer of the protocol. */
  get isWebSeed(): boolean {
    return this.identity.parts !== undefined;
  }

  get haveCount(): number {
    return this.have?.count ?? 0;
  }

  get haveBits(): Uint8Array {
    return this.have?.bits ?? NO_BITS;
  }

  has(piece: number): boolean {
    return this.have?.get(piece) ?? false;
  }

  get isSeed(): boolean {
    return this.have !== null && this.have.count === this.have.length;
  }

  get interested(): boolean {
    return this.peerInterested;
  }

  get unchoked(): boolean {
    return !this.amChoking;
  }

  get downloadRate(): number {
    return this.down.rate;
  }

  get uploadRate(): number {
    return this.up.rate;
  }

  /** Bytes per second over all time it had us unchoked. */
  get lifetimeRate(): number {
    return this.#unchokedMs === 0 ? 0 : (this.down.total * 1000) / this.#unchokedMs;
  }

  /** May ask it for something. */
  get canRequest(): boolean {
    return this.have !== null && (!this.peerChoking || this.allowedFast.size > 0);
  }

  setPeerChoking(choking: boolean, nowMs: number): void {
    if (this.peerChoking === choking) return;
    this.peerChoking = choking;
    if (choking) this.#unchokedMs += nowMs - this.#unchokedSinceMs;
    else this.#unchokedSinceMs = nowMs;
  }

  /** `count` requests of a piece went out. */
  addOutstanding(piece: PartialPiece, count: number, nowMs: number): void {
    if (this.outstanding === 0) this.waitingSinceMs = nowMs;
    this.requested.set(piece, (this.requested.get(piece) ?? 0) + count);
    this.outstanding += count;
  }

  /** `count` requests of a piece are answered or given up. */
  removeOutstanding(piece: PartialPiece, count: number): void {
    const left = (this.requested.get(piece) ?? 0) - count;
    if (left > 0) this.requested.set(piece, left);
    else this.requested.delete(piece);
    this.outstanding -= count;
  }

  /** Remember a suggestion (BEP 6), newest last, bounded. */
  suggest(piece: number): void {
    if (this.suggested.includes(piece)) return;
    this.suggested.push(piece);
    if (this.suggested.length > LIMITS.suggested) this.suggested.shift();
  }

  /** Fold the traffic since the last tick into rates and window. */
  tick(nowMs: number): void {
    this.down.tick(nowMs);
    this.up.tick(nowMs);
    if (!this.peerChoking) {
      this.#unchokedMs += nowMs - this.#unchokedSinceMs;
      this.#unchokedSinceMs = nowMs;
    }
    if (this.outstanding > 0) this.window.tick(this.down.rate);
  }
}
