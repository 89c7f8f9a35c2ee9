/**
 * The peers' side of one torrent: connections, what they say and send, metadata and downloading, each handed to its
 * manager. Whether the torrent runs at all, its store and its trackers are the torrent's business.
 */
import { classifyIp, clientName, concatBytes, encodeHave } from '@jstorrent/protocol';
import type { Endpoint, Info } from '@jstorrent/protocol';
import type { Settings } from '../limits.ts';
import type { LinkEvent, StoreEvent, StoreId } from '../ports.ts';
import type { SourceId } from '../rules/blame.ts';
import type { TorrentHost, TorrentSource } from '../torrent-parts.ts';
import type { Address, AddressPolicy, AddressSource } from './addresses.ts';
import { Content } from './content.ts';
import { greet, hear, replayEarly, sendExtendedHandshake, type Swarm } from './conversation.ts';
import { DownloadManager, type DownloadOwner, type DownloadState } from './download-manager.ts';
import { MetadataManager, type MetadataOwner } from './metadata-manager.ts';
import { PeerManager, type DropCode, type PeerOwner } from './peer-manager.ts';
import type { Peer, PeerIdentity } from './peer.ts';
import type { Progress } from './progress.ts';
import { sendTo } from './send.ts';
import type { Turn } from './turn.ts';
import type { RequestVerdict } from './upload-manager.ts';
import { WebSeeds, type WebSeedOwner } from './web-seeds.ts';

/** What the swarm needs of its torrent. */
export interface SwarmOwner {
  /** Peers may be connected. */
  readonly isOnline: boolean;
  /** Peers may be served and asked. */
  readonly isActive: boolean;
  /** 0 while the store is not open. */
  readonly storeId: StoreId;
  /** Those of the engine, with what this torrent has of its own. */
  readonly settings: Settings;
  /** Bytes whose SHA-1 is the info-hash. */
  onMetadata(info: Uint8Array, turn: Turn): void;
  touched(): void;
}

export class TorrentSwarm implements PeerOwner, DownloadOwner, MetadataOwner, WebSeedOwner, Swarm {
  readonly infoHash: Uint8Array;
  readonly peerId: Uint8Array;
  readonly metadata: MetadataManager;
  readonly peerManager: PeerManager;
  readonly webSeeds: WebSeeds;
  readonly #id: string;
  readonly #owner: SwarmOwner;
  readonly #host: TorrentHost;
  readonly #progress: Progress;
  #content: Content | null = null;
  #downloads: DownloadManager | null = null;
  /** Since the last time that everybody was let go. */
  #hasBegun = false;

  constructor(
    source: TorrentSource,
    peerId: Uint8Array,
    progress: Progress,
    owner: SwarmOwner,
    host: TorrentHost,
  ) {
    this.#id = source.id;
    this.infoHash = source.infoHash;
    this.peerId = peerId;
    this.#owner = owner;
    this.#host = host;
    this.#progress = progress;
    this.metadata = new MetadataManager(this, source.infoHash, source.info?.raw ?? null);
    this.peerManager = new PeerManager(this, host.connections, host.random);
    this.webSeeds = new WebSeeds(source.webSeeds, this, host);
  }

  get content(): Content | null {
    return this.#content;
  }

  get peers(): ReadonlySet<Peer> {
    return this.peerManager.peers;
  }

  get givers(): Iterable<Peer> {
    return this.webSeeds.count === 0 ? this.peers : [...this.peers, ...this.webSeeds.peers];
  }

  get settings(): Settings {
    return this.#owner.settings;
  }

  get isFetching(): boolean {
    return this.#owner.isActive && !(this.#content?.pieces.ledger.complete ?? true);
  }

  get storeId(): StoreId {
    return this.#owner.storeId;
  }

  /** What is on disk is known: pieces may be offered. */
  get hasStore(): boolean {
    return this.#owner.storeId !== 0;
  }

  get dialing(): boolean {
    return this.#owner.isOnline;
  }

  get listenPort(): number {
    return this.#host.listenPort;
  }

  get clientVersion(): string {
    return this.#host.clientVersion;
  }

  get isSeeding(): boolean {
    return this.#owner.isActive && (this.#content?.pieces.ledger.complete ?? false);
  }

  /** Payload bytes received in vain. */
  get wasted(): number {
    return this.#downloads?.wasted ?? 0;
  }

  /** The metadata is known. */
  setInfo(info: Info): Content {
    this.#content = new Content(info, this.infoHash, this.#host.random);
    this.#downloads = new DownloadManager(this.#content, this);
    return this.#content;
  }

  /** The store is open and what we have is known: peers from the time before get to know it too. */
  onStoreOpen(storeId: StoreId, turn: Turn): void {
    const content = this.#content;
    if (content === null) return;
    const { ledger } = content.pieces;
    const have: Uint8Array[] = [];
    for (let piece = 0; piece < ledger.pieceCount; piece += 1)
      if (ledger.has(piece)) have.push(encodeHave(piece));
    for (const peer of this.peers) {
      turn.push({ type: 'attach', link: peer.link, store: storeId });
      if (peer.have === null) {
        if (peer.identity.extended) sendExtendedHandshake(peer, this, turn);
        replayEarly(peer, this, turn);
      }
      if (have.length > 0) sendTo(peer, concatBytes(have), turn);
    }
  }

  // --- connections ----------------------------------------------------------------------------------------------------

  addPeers(peers: readonly Endpoint[], source: AddressSource, policy: AddressPolicy, turn: Turn): void {
    for (const { host, port } of peers) {
      if (classifyIp(host) === null) this.#resolve(host, port, source, turn);
      else this.peerManager.addAddress(host, port, source, policy);
    }
    this.peerManager.dial(this.#owner.settings, turn);
  }

  /** A peer that is named, not numbered; what a name leads to is only trusted as far as its source. */
  #resolve(host: string, port: number, source: AddressSource, turn: Turn): void {
    const request = this.#host.asks.ask((event, later) => {
      if (event.type !== 'resolved') return;
      const peers = event.addresses.map((address) => ({ host: address, port }));
      this.addPeers(peers, source, { allowLoopback: source === 'user' }, later);
    });
    turn.push({ type: 'resolve', request, host });
  }

  addressOfIncoming(host: string, port: number): Address | null {
    return this.dialing ? this.peerManager.addressOfIncoming(host, port) : null;
  }

  onConnected(identity: PeerIdentity, turn: Turn): Peer | null {
    if (!this.dialing) return null;
    const peer = this.peerManager.accept(identity, this.#owner.settings, turn);
    if (peer === null) return null;
    peer.client = clientName(identity.peerId) ?? '';
    greet(peer, this, turn);
    if (this.#content !== null) {
      replayEarly(peer, this, turn);
      if (this.hasStore) this.#content.uploads.grantFast(peer, turn);
    }
    this.#host.changed(this.#id);
    this.#host.emit({ type: 'peerConnected', torrent: this.#id, peer: nameOf(peer) });
    return peer;
  }

  onConnectFailed(address: Address, turn: Turn): void {
    this.peerManager.onConnectFailed(address, turn.nowMs);
  }

  drop(peer: Peer, code: DropCode, turn: Turn): void {
    this.peerManager.drop(peer, code, turn);
  }

  onPeerGone(peer: Peer, code: DropCode, turn: Turn): void {
    this.#downloads?.onPeerGone(peer);
    this.metadata.removePeer(peer, turn);
    this.#host.changed(this.#id);
    this.#host.emit({ type: 'peerDropped', torrent: this.#id, peer: nameOf(peer), code });
  }

  /** The user bans a host: nobody there is talked to any more. */
  banHost(host: string, turn: Turn): void {
    this.peerManager.banHost(host, turn);
    this.#host.emit({ type: 'peerBanned', torrent: this.#id, host, port: 0 });
  }

  ban(source: SourceId, turn: Turn): void {
    const address = this.peerManager.addressOf(source);
    if (address === null || this.webSeeds.ban(address, turn)) return;
    this.peerManager.ban(source, turn);
    this.#host.emit({ type: 'peerBanned', torrent: this.#id, host: address.host, port: address.port });
  }

  /** Begin or go on: connect with whom we may. */
  begin(turn: Turn): void {
    this.peerManager.dial(this.#owner.settings, turn);
    if (this.#hasBegun) this.webSeeds.open(turn);
    else this.webSeeds.restart(turn);
    this.#hasBegun = true;
  }

  /** Let everybody go, of our own will. */
  dropAll(turn: Turn): void {
    this.#hasBegun = false;
    this.peerManager.dropAll('STOPPED', turn);
    this.webSeeds.closeAll(turn);
  }

  /** The plane is gone, and every connection with it. */
  lost(turn: Turn): void {
    this.peerManager.lost(turn);
    this.webSeeds.lost();
  }

  /** We slept: nobody was silent meanwhile. */
  excuse(lateMs: number, nowMs: number): void {
    this.peerManager.excuse(lateMs, nowMs);
    this.webSeeds.excuse(lateMs, nowMs);
  }

  sourceOf(address: Address): SourceId {
    return this.peerManager.sourceOf(address);
  }

  onWebSeedGone(peer: Peer): void {
    this.#downloads?.onPeerGone(peer);
    this.#host.changed(this.#id);
  }

  onWebSeedFailed(url: string, message: string): void {
    this.#host.emit({ type: 'webSeedFailed', torrent: this.#id, url, message });
  }

  // --- what peers say and send ----------------------------------------------------------------------------------------

  onLinkEvent(peer: Peer, event: LinkEvent, turn: Turn): void {
    peer.lastReceivedMs = turn.nowMs;
    const uploads = this.#content?.uploads;
    switch (event.type) {
      case 'blocks':
        if (this.#downloads !== null)
          this.#progress.received(this.#downloads.onBlocks(peer, event, turn), turn.nowMs);
        return;
      case 'requested':
        if (uploads === undefined || !this.#owner.isActive) return;
        this.#onVerdict(peer, uploads.onRequested(peer, event, turn), turn);
        return;
      case 'message':
        hear(peer, event.bytes, this, turn);
        return;
      case 'served':
        this.#progress.sent(event.bytes, turn.nowMs);
        uploads?.onServed(peer, event.blocks, event.bytes, turn.nowMs);
        return;
      case 'unserved':
        uploads?.onUnserved(peer, event, turn);
        return;
      case 'unwanted':
        if (this.#downloads?.onUnwanted(peer, event) === false && !peer.isWebSeed)
          this.drop(peer, 'BAD_MESSAGE', turn);
        return;
      case 'closed':
        this.peerManager.drop(peer, 'CLOSED', turn);
        return;
      case 'webClosed':
        this.webSeeds.onClosed(peer, event, turn);
        return;
      default:
    }
  }

  onLateBlocks(peer: Peer, event: Extract<LinkEvent, { type: 'blocks' }>, turn: Turn): void {
    if (this.#owner.isActive) this.#downloads?.onLateBlocks(peer, event, turn);
  }

  #onVerdict(peer: Peer, verdict: RequestVerdict, turn: Turn): void {
    if (verdict === 'violation') this.drop(peer, 'BAD_REQUEST', turn);
    else if (verdict === 'flood') this.drop(peer, 'FLOOD', turn);
  }

  onMetadata(info: Uint8Array, turn: Turn): void {
    this.#owner.onMetadata(info, turn);
  }

  onMetadataLie(peer: Peer, turn: Turn): void {
    this.ban(peer.source, turn);
  }

  touch(peer: Peer): void {
    this.#downloads?.touch(peer);
  }

  touchAll(): void {
    this.#downloads?.touchAll();
  }

  touched(): void {
    this.#owner.touched();
  }

  // --- pieces ---------------------------------------------------------------------------------------------------------

  onVerified(event: Extract<StoreEvent, { type: 'verified' }>, turn: Turn): void {
    this.#downloads?.onVerified(event.piece, event.digests, turn);
    this.#host.emit({ type: 'pieceComplete', torrent: this.#id, piece: event.piece });
  }

  onCorrupt(event: Extract<StoreEvent, { type: 'corrupt' }>, turn: Turn): void {
    this.#downloads?.onCorrupt(event, turn);
    this.#host.emit({ type: 'pieceCorrupt', torrent: this.#id, piece: event.piece });
  }

  /** Seeds are of no use to a seed. */
  dropSeeds(turn: Turn): void {
    this.webSeeds.closeAll(turn);
    for (const peer of this.peers) if (peer.isSeed) this.drop(peer, 'BOTH_SEEDS', turn);
  }

  // --- time -----------------------------------------------------------------------------------------------------------

  tick(seeding: boolean, turn: Turn): void {
    this.peerManager.tick(this.#owner.settings, turn);
    this.metadata.tick(turn);
    this.webSeeds.tick(turn);
    if (!this.#owner.isActive) return;
    this.#content?.uploads.tick(this.peers, seeding, turn);
    if (seeding) return;
    this.#downloads?.noticeSilence(turn);
    this.touchAll();
  }

  /** After all inputs of a turn; null while there is nothing to download yet. */
  endTurn(fetching: boolean, turn: Turn): DownloadState | null {
    return this.#downloads?.endTurn(fetching, this.#owner.settings, turn) ?? null;
  }

  /** Recompute what is kept incrementally; throws when it disagrees. */
  checkInvariants(): void {
    this.#content?.pieces.checkInvariants();
    this.peerManager.checkInvariants();
  }
}

function nameOf(peer: Peer): { readonly host: string; readonly port: number; readonly client: string } {
  const { host, port } = peer.identity.address;
  return { host, port, client: peer.client };
}
