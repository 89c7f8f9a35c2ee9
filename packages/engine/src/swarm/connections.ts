/**
 * All links of the engine: dialling within budgets, the handshake in both directions (BEP 3), and from then on which
 * torrent and peer a link belongs to. What peers say after the handshake is not looked at here.
 */
import {
  encodeHandshake,
  equalBytes,
  HANDSHAKE_LENGTH,
  isHandshakeStart,
  parseHandshake,
} from '@jstorrent/protocol';
import type { Handshake } from '@jstorrent/protocol';
import { LIMITS, type Settings } from '../limits.ts';
import type { LinkEvent, LinkId, StoreId } from '../ports.ts';
import { FIRST_ACCEPTED_LINK } from '../ports.ts';
import { largestCrowd } from '../rules/crowd.ts';
import type { Address } from './addresses.ts';
import type { Peer, PeerIdentity } from './peer.ts';
import type { Turn } from './turn.ts';

/** The torrent's side of a connection. */
export interface ConnectionOwner {
  /** 20 bytes, on the wire. */
  readonly infoHash: Uint8Array;
  readonly peerId: Uint8Array;
  /** 0 while the metadata is unknown. */
  readonly storeId: StoreId;
  /** The record of a peer that connected to us, or null to refuse it. */
  addressOfIncoming(host: string, port: number): Address | null;
  /** Handshake done: the peer, or null to refuse it. */
  onConnected(identity: PeerIdentity, turn: Turn): Peer | null;
  onConnectFailed(address: Address, turn: Turn): void;
  onLinkEvent(peer: Peer, event: LinkEvent, turn: Turn): void;
  /** Blocks that a peer had delivered before it was let go. */
  onLateBlocks(peer: Peer, event: Extract<LinkEvent, { type: 'blocks' }>, turn: Turn): void;
}

interface Pending {
  readonly link: LinkId;
  readonly incoming: boolean;
  readonly host: string;
  readonly port: number;
  /** Known at once when dialled, after the handshake when accepted. */
  readonly owner: ConnectionOwner | null;
  readonly address: Address | null;
  deadlineMs: number;
  opened: boolean;
  received: Uint8Array;
}

interface Established {
  readonly owner: ConnectionOwner;
  readonly peer: Peer;
}

/** A link that we closed, and the store it fed. */
interface Closed extends Established {
  readonly store: StoreId;
  readonly atMs: number;
}

const FLAGS = { fast: true, extended: true, dht: false, v2: false } as const;

/** Every link by its id. */
export class Connections {
  readonly #findOwner: (infoHash: Uint8Array) => ConnectionOwner | null;
  readonly #pending = new Map<LinkId, Pending>();
  readonly #established = new Map<LinkId, Established>();
  /** The oldest first: what they delivered before they were closed is in the store, and counts. */
  readonly #closed = new Map<LinkId, Closed>();
  readonly #perHost = new Map<string, number>();
  #nextLink = 1;
  #halfOpen = 0;
  #incoming = 0;
  #dialTokens: number = LIMITS.dialBurst;
  #tokensAtMs = 0;

  constructor(findOwner: (infoHash: Uint8Array) => ConnectionOwner | null) {
    this.#findOwner = findOwner;
  }

  /** Connections made or being made. */
  get count(): number {
    return this.#pending.size + this.#established.size;
  }

  /** Whether one more may be dialled now. */
  canDial(settings: Settings, nowMs: number): boolean {
    const gained = ((nowMs - this.#tokensAtMs) * settings.dialsPerSecond) / 1000;
    this.#dialTokens = Math.min(LIMITS.dialBurst, this.#dialTokens + gained);
    this.#tokensAtMs = nowMs;
    return this.#dialTokens >= 1 && this.#halfOpen < settings.halfOpen && this.count < settings.connections;
  }

  /** A number for a link that begins with us. */
  newLink(): LinkId {
    const link = this.#nextLink;
    this.#nextLink = link + 1 === FIRST_ACCEPTED_LINK ? 1 : link + 1;
    return link;
  }

  /** The link of a web seed, which needs no handshake: its owner opens it. */
  openWeb(owner: ConnectionOwner, peer: Peer): void {
    this.#established.set(peer.link, { owner, peer });
  }

  dial(owner: ConnectionOwner, address: Address, turn: Turn): void {
    const link = this.newLink();
    this.#dialTokens -= 1;
    this.#halfOpen += 1;
    address.state = 'connecting';
    const slowest = Math.min(LIMITS.connectTimeoutMs * (1 + address.failures), LIMITS.connectTimeoutMaxMs);
    this.#pending.set(link, {
      link,
      incoming: false,
      host: address.host,
      port: address.port,
      owner,
      address,
      deadlineMs: turn.nowMs + slowest,
      opened: false,
      received: new Uint8Array(0),
    });
    turn.push({ type: 'dial', link, host: address.host, port: address.port });
  }

  /** Close a peer's link; its owner has already let go of it. */
  close(peer: Peer, turn: Turn): void {
    const established = this.#established.get(peer.link);
    if (established === undefined) return;
    this.#established.delete(peer.link);
    this.#closed.set(peer.link, { ...established, store: established.owner.storeId, atMs: turn.nowMs });
    if (peer.identity.incoming) this.#leftHost(peer.identity.address.host);
    turn.push({ type: 'close', link: peer.link });
  }

  /** Drop what an owner is still dialling. */
  closePending(owner: ConnectionOwner, turn: Turn): void {
    for (const pending of this.#pending.values()) {
      if (pending.owner !== owner) continue;
      this.#drop(pending, turn);
      if (pending.address !== null) pending.address.state = 'idle';
    }
  }

  onEvent(event: LinkEvent, settings: Settings, turn: Turn): void {
    if (event.type === 'accepted') return this.#onAccepted(event, settings, turn);
    if (!('link' in event)) return;
    const established = this.#established.get(event.link);
    if (established !== undefined) {
      if (event.type === 'closed' || event.type === 'webClosed') this.#forget(event.link, established);
      established.owner.onLinkEvent(established.peer, event, turn);
      return;
    }
    const pending = this.#pending.get(event.link);
    if (pending === undefined) return this.#onLate(event, turn);
    if (event.type === 'opened') this.#onOpened(pending, turn);
    else if (event.type === 'raw') this.#onRaw(pending, event.bytes, turn);
    else if (event.type === 'closed') this.#fail(pending, turn, false);
  }

  /** An event of a link that is ours no more. */
  #onLate(event: LinkEvent, turn: Turn): void {
    if (event.type !== 'blocks') return;
    const closed = this.#closed.get(event.link);
    if (closed === undefined || closed.store === 0 || closed.store !== closed.owner.storeId) return;
    closed.owner.onLateBlocks(closed.peer, event, turn);
  }

  /** We slept for a while: connects and handshakes get the time back. */
  excuse(lateMs: number): void {
    for (const pending of this.#pending.values()) pending.deadlineMs += lateMs;
  }

  /** Give up connects and handshakes that take too long. */
  tick(turn: Turn): void {
    for (const pending of this.#pending.values()) {
      if (turn.nowMs >= pending.deadlineMs) this.#fail(pending, turn, true);
    }
    for (const [link, { atMs }] of this.#closed) {
      if (turn.nowMs - atMs < LIMITS.lateBlocksMs) break;
      this.#closed.delete(link);
    }
  }

  /** The plane is gone and all links with it. Owners let go of their peers themselves. */
  reset(turn: Turn): void {
    for (const pending of this.#pending.values()) {
      if (pending.address !== null) pending.owner?.onConnectFailed(pending.address, turn);
    }
    this.#pending.clear();
    this.#established.clear();
    this.#closed.clear();
    this.#perHost.clear();
    this.#halfOpen = 0;
    this.#incoming = 0;
  }

  #onAccepted(event: Extract<LinkEvent, { type: 'accepted' }>, settings: Settings, turn: Turn): void {
    const fromHost = this.#perHost.get(event.host) ?? 0;
    const full = this.count >= settings.connections || fromHost >= LIMITS.connectionsPerHost;
    if (full || !this.#hasRoomToWait(event.host, turn)) {
      turn.push({ type: 'close', link: event.link });
      return;
    }
    this.#perHost.set(event.host, fromHost + 1);
    this.#incoming += 1;
    this.#pending.set(event.link, {
      link: event.link,
      incoming: true,
      host: event.host,
      port: event.port,
      owner: null,
      address: null,
      deadlineMs: turn.nowMs + LIMITS.handshakeTimeoutMs,
      opened: true,
      received: new Uint8Array(0),
    });
  }

  /** Few may come without saying who they are: the oldest of the host with most of them makes room for other hosts. */
  #hasRoomToWait(host: string, turn: Turn): boolean {
    if (this.#incoming < LIMITS.pendingIncoming) return true;
    const waiting = [...this.#pending.values()].filter(({ incoming }) => incoming);
    const [oldest] = largestCrowd(waiting, (pending) => pending.host, host);
    if (oldest === undefined) return false;
    this.#fail(oldest, turn, true);
    return true;
  }

  #onOpened(pending: Pending, turn: Turn): void {
    if (pending.owner === null || pending.opened) return;
    pending.opened = true;
    this.#halfOpen -= 1;
    pending.deadlineMs = turn.nowMs + LIMITS.handshakeTimeoutMs;
    this.#sendHandshake(pending.link, pending.owner, turn);
  }

  #onRaw(pending: Pending, bytes: Uint8Array, turn: Turn): void {
    const received = new Uint8Array(pending.received.length + bytes.length);
    received.set(pending.received);
    received.set(bytes, pending.received.length);
    pending.received = received;
    if (!isHandshakeStart(received)) return this.#fail(pending, turn, true);
    if (received.length < HANDSHAKE_LENGTH) {
      turn.push({ type: 'continueRaw', link: pending.link });
      return;
    }
    const handshake = parseHandshake(received);
    const owner = pending.owner ?? this.#findOwner(handshake.infoHash);
    if (owner === null || !equalBytes(owner.infoHash, handshake.infoHash))
      return this.#fail(pending, turn, true);
    if (equalBytes(owner.peerId, handshake.peerId)) return this.#onSelf(pending, owner, turn);
    const address = pending.address ?? owner.addressOfIncoming(pending.host, pending.port);
    if (address === null) return this.#fail(pending, turn, true);
    this.#establish(pending, { owner, address, handshake }, turn);
  }

  /** We dialled ourselves: the accepted side answers, so that the dialling side learns which address that was. */
  #onSelf(pending: Pending, owner: ConnectionOwner, turn: Turn): void {
    if (pending.address === null) return this.#sendHandshake(pending.link, owner, turn);
    pending.address.self = true;
    this.#fail(pending, turn, true);
  }

  #establish(
    pending: Pending,
    met: { readonly owner: ConnectionOwner; readonly address: Address; readonly handshake: Handshake },
    turn: Turn,
  ): void {
    const { owner, address, handshake } = met;
    const { link, incoming } = pending;
    if (incoming) this.#sendHandshake(link, owner, turn);
    turn.push({
      type: 'upgrade',
      link,
      store: owner.storeId,
      rest: pending.received.slice(HANDSHAKE_LENGTH),
      cipher: null,
    });
    const identity: PeerIdentity = {
      link,
      address,
      incoming,
      peerId: handshake.peerId,
      fast: handshake.flags.fast,
      extended: handshake.flags.extended,
    };
    const peer = owner.onConnected(identity, turn);
    if (peer === null) return this.#fail(pending, turn, true);
    this.#pending.delete(link);
    if (incoming) this.#incoming -= 1;
    this.#established.set(link, { owner, peer });
    address.state = 'connected';
  }

  #sendHandshake(link: LinkId, owner: ConnectionOwner, turn: Turn): void {
    const { infoHash, peerId } = owner;
    turn.push({ type: 'send', link, bytes: encodeHandshake({ flags: FLAGS, infoHash, peerId }) });
  }

  #fail(pending: Pending, turn: Turn, close: boolean): void {
    if (close) this.#drop(pending, turn);
    else this.#remove(pending);
    if (pending.owner !== null && pending.address !== null)
      pending.owner.onConnectFailed(pending.address, turn);
  }

  #drop(pending: Pending, turn: Turn): void {
    this.#remove(pending);
    turn.push({ type: 'close', link: pending.link });
  }

  #remove(pending: Pending): void {
    this.#pending.delete(pending.link);
    if (pending.incoming) {
      this.#incoming -= 1;
      this.#leftHost(pending.host);
    } else if (!pending.opened) {
      this.#halfOpen -= 1;
    }
  }

  #forget(link: LinkId, established: Established): void {
    this.#established.delete(link);
    if (established.peer.identity.incoming) this.#leftHost(established.peer.identity.address.host);
  }

  #leftHost(host: string): void {
    const left = (this.#perHost.get(host) ?? 1) - 1;
    if (left > 0) this.#perHost.set(host, left);
    else this.#perHost.delete(host);
  }

  /** Recompute the budgets; throws when they disagree. */
  checkInvariants(): void {
    let halfOpen = 0;
    let incoming = 0;
    for (const pending of this.#pending.values()) {
      if (pending.incoming) incoming += 1;
      else if (!pending.opened) halfOpen += 1;
    }
    if (halfOpen !== this.#halfOpen || incoming !== this.#incoming)
      throw new Error('connections: miscounted');
  }
}
