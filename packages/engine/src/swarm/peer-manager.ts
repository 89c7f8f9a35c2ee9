/**
 * The peers of one torrent: whom to dial, whom to keep, whom to drop. What peers say and what is asked of them is
 * decided elsewhere.
 */
import { equalBytes, toHex } from '@jstorrent/protocol';
import { LIMITS, type Settings } from '../limits.ts';
import type { Random } from '../ports.ts';
import type { SourceId } from '../rules/blame.ts';
import { largestCrowd } from '../rules/crowd.ts';
import { worstPeer } from '../rules/turnover.ts';
import { AddressBook, type Address, type AddressPolicy, type AddressSource } from './addresses.ts';
import type { ConnectionOwner, Connections } from './connections.ts';
import { Peer, type PeerIdentity } from './peer.ts';
import { sendTo } from './send.ts';
import { Sources } from './sources.ts';
import type { Turn } from './turn.ts';

/** Why a peer was dropped. Append-only. */
export type DropCode =
  | 'CLOSED' /** The link ended. */
  | 'STOPPED' /** The torrent stopped. */
  | 'BAD_MESSAGE'
  | 'BAD_REQUEST'
  | 'DUPLICATE'
  | 'BANNED'
  | 'INACTIVE'
  | 'USELESS'
  | 'REPLACED'
  | 'BOTH_SEEDS'
  | 'REJECTS_ALL'
  | 'FLOOD';

/** Codes after which an address is not worth a quick second try. */
const FRUITLESS: ReadonlySet<DropCode> = new Set([
  'BAD_MESSAGE',
  'BAD_REQUEST',
  'FLOOD',
  'REJECTS_ALL',
  'BOTH_SEEDS',
  'USELESS',
]);
/** Close to the limit, useless peers go: this part of the connections in use. */
const NEARLY_FULL = 0.9;

/** What follows from a peer coming or going. */
export interface PeerOwner extends ConnectionOwner {
  onPeerGone(peer: Peer, code: DropCode, turn: Turn): void;
  /** More may be dialled in this state. */
  readonly dialing: boolean;
}

export class PeerManager {
  readonly book: AddressBook;
  readonly #connections: Connections;
  readonly #owner: PeerOwner;
  readonly #peers = new Set<Peer>();
  readonly #sources = new Sources();
  readonly #turnoverAtMs = { dialled: 0, incoming: 0 };
  #connecting = 0;

  constructor(owner: PeerOwner, connections: Connections, random: Random) {
    this.book = new AddressBook(random);
    this.#owner = owner;
    this.#connections = connections;
  }

  /** Peers after their handshake. */
  get peers(): ReadonlySet<Peer> {
    return this.#peers;
  }

  addAddress(host: string, port: number, source: AddressSource, policy: AddressPolicy): void {
    this.book.add(host, port, source, policy);
  }

  /** The number of an address as a block source, for blame. */
  sourceOf(address: Address): SourceId {
    return this.#sources.idOf(address);
  }

  /** The address of a block source, for blame. */
  addressOf(source: SourceId): Address | null {
    return this.#sources.addressOf(source);
  }

  addressOfIncoming(host: string, port: number): Address | null {
    if (this.book.isHostBanned(host)) return null;
    const address = this.book.forIncoming(host, port);
    return address.banned || address.state === 'connected' ? null : address;
  }

  /** A handshake is done: the peer, or null when we already have it or have no room. */
  accept(identity: PeerIdentity, settings: Settings, turn: Turn): Peer | null {
    if (!this.#hasRoomFor(identity, settings, turn)) {
      if (identity.incoming) this.book.forgetIncoming(identity.address);
      return null;
    }
    const peer = new Peer(identity, turn.nowMs);
    if (!identity.incoming) this.#connecting -= 1;
    peer.source = this.#sources.idOf(identity.address);
    this.#peers.add(peer);
    return peer;
  }

  /** One connection per peer; of two that crossed each other both sides keep the same one. */
  #hasRoomFor(identity: PeerIdentity, settings: Settings, turn: Turn): boolean {
    const twin = [...this.#peers].find((other) => equalBytes(other.identity.peerId, identity.peerId));
    if (twin !== undefined) {
      if (!this.#crossed(twin, identity, turn.nowMs)) return false;
      this.drop(twin, 'DUPLICATE', turn);
    }
    if (this.#peers.size < settings.connectionsPerTorrent) return true;
    return (
      identity.incoming &&
      (this.#makeRoomFor(identity.address.host, turn) || this.#turnOver('incoming', turn))
    );
  }

  /** Nobody fills the table from one host: the least useful that came from there goes for one of another host. */
  #makeRoomFor(host: string, turn: Turn): boolean {
    const came = [...this.#peers].filter(({ identity }) => identity.incoming);
    const crowd = largestCrowd(came, ({ identity }) => identity.address.host, host);
    if (crowd.length < 2) return false;
    const worst = crowd.reduce((least, peer) => (rateOf(peer) < rateOf(least) ? peer : least));
    this.drop(worst, 'REPLACED', turn);
    return true;
  }

  /**
   * Both sides dialled at the same time, and this connection is the one to stay: the one that the side with the greater
   * peer id dialled.
   */
  #crossed(twin: Peer, identity: PeerIdentity, nowMs: number): boolean {
    const { incoming, peerId, address } = identity;
    if (twin.identity.incoming === incoming || twin.identity.address.host !== address.host) return false;
    if (nowMs - twin.connectedAtMs >= LIMITS.handshakeTimeoutMs) return false;
    return toHex(this.#owner.peerId) < toHex(peerId) === incoming;
  }

  onConnectFailed(address: Address, nowMs: number): void {
    if (address.source === 'incoming') this.book.forgetIncoming(address);
    else {
      this.#connecting -= 1;
      this.book.failed(address, nowMs);
    }
  }

  /** Let a peer go; closes the link unless it ended by itself. */
  drop(peer: Peer, code: DropCode, turn: Turn): void {
    if (!this.#peers.delete(peer)) return;
    this.#owner.onPeerGone(peer, code, turn);
    if (code !== 'CLOSED') this.#connections.close(peer, turn);
    const { address } = peer.identity;
    address.received += peer.down.total;
    const useful = peer.down.total > 0 || peer.up.total > 0;
    if (code === 'CLOSED' && !useful && peer.gaveMetadata) this.book.releasedEarly(address, turn.nowMs);
    else if (code === 'STOPPED') this.book.left(address);
    else if (FRUITLESS.has(code) || (code === 'CLOSED' && !useful)) this.book.failed(address, turn.nowMs);
    else this.book.released(address, turn.nowMs);
    if (address.source === 'incoming') {
      this.book.forgetIncoming(address);
      if (peer.down.total === 0) this.#sources.forget(address);
    }
  }

  dropAll(code: DropCode, turn: Turn): void {
    for (const peer of this.#peers) this.drop(peer, code, turn);
    this.#connections.closePending(this.#owner, turn);
    this.#connecting = 0;
  }

  /** The plane is gone: links need not be closed, and everybody may be dialled again at once. */
  lost(turn: Turn): void {
    for (const peer of this.#peers) this.drop(peer, 'CLOSED', turn);
    this.#connecting = 0;
    this.book.forgive();
  }

  /** It sent wrong bytes: never again, and everything else it may be connected with goes too. */
  ban(source: SourceId, turn: Turn): void {
    const address = this.addressOf(source);
    if (address === null) return;
    address.hashFailures += 1;
    this.book.ban(address);
    for (const peer of this.#peers) if (peer.source === source) this.drop(peer, 'BANNED', turn);
  }

  /** Nobody on this host any more, by the user's wish. */
  banHost(host: string, turn: Turn): void {
    this.book.banHost(host);
    for (const peer of this.#peers) if (peer.identity.address.host === host) this.drop(peer, 'BANNED', turn);
  }

  /** The limit is lower than it was: those worth least go. */
  #shrink(settings: Settings, turn: Turn): void {
    const tooMany = this.#peers.size - settings.connectionsPerTorrent;
    if (tooMany <= 0) return;
    const worst = [...this.#peers].sort((a, b) => rateOf(a) - rateOf(b)).slice(0, tooMany);
    for (const peer of worst) this.drop(peer, 'REPLACED', turn);
  }

  /** Dial what the budgets allow. */
  dial(settings: Settings, turn: Turn): void {
    while (this.#owner.dialing && this.#peers.size + this.#connecting < settings.connectionsPerTorrent) {
      if (!this.#connections.canDial(settings, turn.nowMs)) return;
      const address = this.book.next(turn.nowMs);
      if (address === null) return;
      this.#connecting += 1;
      this.#connections.dial(this.#owner, address, turn);
    }
  }

  /** We slept for a while: the silence of that time is nobody's fault. */
  excuse(lateMs: number, nowMs: number): void {
    for (const peer of this.#peers) {
      peer.lastReceivedMs = Math.min(nowMs, peer.lastReceivedMs + lateMs);
      peer.waitingSinceMs = Math.min(nowMs, peer.waitingSinceMs + lateMs);
    }
  }

  /** Time-outs, keep-alives, turnover, dialling. */
  tick(settings: Settings, turn: Turn): void {
    const { nowMs } = turn;
    this.#shrink(settings, turn);
    const nearlyFull = this.#peers.size >= settings.connectionsPerTorrent * NEARLY_FULL;
    for (const peer of this.#peers) {
      peer.tick(nowMs);
      const silentMs = nowMs - peer.lastReceivedMs;
      if (silentMs >= LIMITS.inactivityMs) this.drop(peer, 'INACTIVE', turn);
      else if (nearlyFull && isUseless(peer, nowMs)) this.drop(peer, 'USELESS', turn);
      else if (nowMs - peer.lastSentMs >= LIMITS.keepAliveMs) sendTo(peer, new Uint8Array(4), turn);
    }
    if (nearlyFull && this.book.next(nowMs) !== null) this.#turnOver('dialled', turn);
    this.dial(settings, turn);
  }

  /** Now and then the peer worth least makes room for one to be dialled, and as often for one that comes. */
  #turnOver(next: 'dialled' | 'incoming', turn: Turn): boolean {
    if (turn.nowMs - this.#turnoverAtMs[next] < LIMITS.turnoverMs) return false;
    this.#turnoverAtMs[next] = turn.nowMs;
    const worst = worstPeer(this.#peers, turn.nowMs);
    if (worst !== null) this.drop(worst, 'REPLACED', turn);
    return worst !== null;
  }

  /** Recompute the states of addresses; throws when they disagree. */
  checkInvariants(): void {
    let connected = 0;
    for (const address of this.book.all()) if (address.state === 'connected') connected += 1;
    if (connected > this.#peers.size) throw new Error('peers: an address is connected to nobody');
    if (this.#connecting < 0) throw new Error('peers: connections being made miscounted');
  }
}

function rateOf(peer: Peer): number {
  return peer.down.rate + peer.up.rate;
}

function isUseless(peer: Peer, nowMs: number): boolean {
  return !peer.amInterested && !peer.peerInterested && nowMs - peer.connectedAtMs >= LIMITS.uselessMs;
}
