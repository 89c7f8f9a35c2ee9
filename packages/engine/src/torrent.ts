/**
 * One torrent: every input it can get, and where each goes. It owns the managers, which do not know each other, and
 * the effects of a change of state.
 */
import {
  classifyIp,
  clientName,
  encodeHave,
  encodeInterested,
  encodeNotInterested,
  parseInfo,
  ProtocolError,
} from '@jstorrent/protocol';
import type { Endpoint, Info } from '@jstorrent/protocol';
import type { EngineEvent, TorrentId } from './events.ts';
import { LIMITS, type Settings } from './limits.ts';
import type { FileStat, LinkEvent, PartialPiece, Random, StoreEvent, StoreId } from './ports.ts';
import { BLOCK_LENGTH } from './ports.ts';
import { next, type LifecycleEvent, type TorrentState } from './rules/lifecycle.ts';
import { RateMeter } from './rules/rate.ts';
import type { Priority } from './rules/picker.ts';
import type { ResumeData } from './rules/resume.ts';
import type { Address, AddressPolicy, AddressSource } from './swarm/addresses.ts';
import type { Asks } from './swarm/asks.ts';
import type { Connections } from './swarm/connections.ts';
import { Content, type PickingOptions } from './swarm/content.ts';
import { greet, hear, replayEarly, type Swarm } from './swarm/conversation.ts';
import { MetadataManager, type MetadataOwner } from './swarm/metadata-manager.ts';
import { PeerManager, type DropCode, type PeerOwner } from './swarm/peer-manager.ts';
import type { Peer, PeerIdentity } from './swarm/peer.ts';
import { sendTo } from './swarm/send.ts';
import { Storage, type StorageOwner } from './swarm/storage.ts';
import { TrackerManager, type TrackerOwner } from './swarm/tracker-manager.ts';
import type { Turn } from './swarm/turn.ts';
import type { UdpTrackers } from './swarm/udp-trackers.ts';

/** What the engine lends its torrents. */
export interface TorrentHost {
  readonly settings: Settings;
  readonly connections: Connections;
  readonly asks: Asks;
  readonly udp: UdpTrackers;
  readonly random: Random;
  readonly userAgent: string;
  readonly clientVersion: string;
  /** 0 while not listening. */
  readonly listenPort: number;
  emit(event: EngineEvent): void;
  /** The torrent has something to do at the end of this turn. */
  touched(torrent: Torrent): void;
  /** Slots may have to be given anew. */
  queueChanged(): void;
}

/** What a torrent is made of. */
export interface TorrentSource {
  readonly id: TorrentId;
  readonly infoHash: Uint8Array;
  readonly name: string;
  readonly info: Info | null;
  readonly trackers: readonly (readonly string[])[];
}

/** How it is to be treated. */
export interface TorrentOptions extends PickingOptions {
  readonly root: string;
  readonly storeId: StoreId;
  readonly peerId: Uint8Array;
  readonly preallocate: 'sparse' | 'full';
  readonly priorities: readonly Priority[];
  readonly resume: ResumeData | null;
}

export class Torrent implements PeerOwner, StorageOwner, MetadataOwner, TrackerOwner, Swarm {
  readonly id: TorrentId;
  readonly infoHash: Uint8Array;
  readonly peerId: Uint8Array;
  readonly metadata: MetadataManager;
  readonly trackers: TrackerManager;
  readonly storage: Storage;
  readonly peerManager: PeerManager;
  readonly down: RateMeter;
  readonly up: RateMeter;
  readonly #host: TorrentHost;
  readonly #root: string;
  readonly #preallocate: 'sparse' | 'full';
  readonly #storeId: StoreId;
  #content: Content | null = null;
  #name: string;
  #state: TorrentState = { kind: 'stopped' };
  #run = false;
  #picking: PickingOptions;
  #priorities: readonly Priority[];
  #resume: ResumeData | null;
  #wasted = 0;
  #activeSinceMs = 0;
  #savedAtMs = 0;
  #unsaved = false;
  #retryAtMs = 0;
  #trackersRunning = false;
  #storeClosed = true;
  #trackersQuiet = true;
  #downloadedHere = false;
  readonly #touched = new Set<Peer>();
  #touchedAll = false;
  readonly #newPieces: number[] = [];
  #removal: ((turn: Turn) => void) | null = null;

  constructor(source: TorrentSource, options: TorrentOptions, host: TorrentHost, nowMs: number) {
    this.id = source.id;
    this.infoHash = source.infoHash;
    this.peerId = options.peerId;
    this.#host = host;
    this.#root = options.root;
    this.#storeId = options.storeId;
    this.#preallocate = options.preallocate;
    this.#name = source.name;
    this.#picking = options;
    this.#priorities = options.priorities;
    this.#resume = options.resume;
    this.down = new RateMeter(nowMs);
    this.up = new RateMeter(nowMs);
    this.metadata = new MetadataManager(this, source.infoHash, source.info?.raw ?? null);
    this.trackers = new TrackerManager(source.trackers, this, host);
    this.storage = new Storage(options.storeId, this, host.asks);
    this.peerManager = new PeerManager(this, host.connections, host.random);
    if (source.info !== null) this.#setInfo(source.info);
  }

  // --- facts ----------------------------------------------------------------------------------------------------------

  get state(): TorrentState {
    return this.#state;
  }

  get name(): string {
    return this.#name;
  }

  get content(): Content | null {
    return this.#content;
  }

  get peers(): ReadonlySet<Peer> {
    return this.peerManager.peers;
  }

  get storeId(): StoreId {
    return this.storage.phase === 'open' ? this.#storeId : 0;
  }

  get listenPort(): number {
    return this.#host.listenPort;
  }

  get clientVersion(): string {
    return this.#host.clientVersion;
  }

  get wasted(): number {
    return this.#wasted;
  }

  get activeSinceMs(): number {
    return this.#activeSinceMs;
  }

  get downloaded(): number {
    return (this.#resume?.downloaded ?? 0) + this.down.total;
  }

  get uploaded(): number {
    return (this.#resume?.uploaded ?? 0) + this.up.total;
  }

  /** Everything wanted is ours, as far as is known. */
  get isComplete(): boolean {
    return this.#content?.pieces.ledger.complete ?? false;
  }

  /** Peers may be dialled. */
  get dialing(): boolean {
    return this.#isActive || this.#state.kind === 'metadata';
  }

  get #isActive(): boolean {
    const { kind } = this.#state;
    return kind === 'downloading' || kind === 'endgame' || kind === 'seeding';
  }

  // --- wishes of the user ---------------------------------------------------------------------------------------------

  start(turn: Turn): void {
    this.#run = true;
    this.#apply({ type: 'start' }, turn);
  }

  stop(turn: Turn): void {
    this.#run = false;
    this.#apply({ type: 'stop' }, turn);
  }

  /** Hash everything on disk again. */
  recheck(turn: Turn): void {
    if (this.#content !== null) this.#apply({ type: 'recheck' }, turn);
  }

  /** Stop for good and delete the files if wished; `removed` follows. */
  remove(deleteFiles: boolean, turn: Turn): void {
    this.#removal = (later) => this.#finishRemoval(deleteFiles, later);
    this.#run = false;
    if (this.#state.kind === 'stopped' || this.#state.kind === 'queued') this.#removal(turn);
    else this.#apply({ type: 'stop' }, turn);
  }

  choose(priorities: readonly Priority[], picking: PickingOptions, turn: Turn): void {
    this.#priorities = priorities;
    this.#picking = picking;
    if (this.#content === null) return;
    this.#content.choose(priorities, picking);
    this.storage.setWanted(this.#content.wantedFiles(), turn);
    this.#apply({ type: this.isComplete ? 'completed' : 'incomplete' }, turn);
    this.touchAll();
  }

  /** Payload limits in bytes per second, 0 = none. */
  limit(down: number, up: number, turn: Turn): void {
    turn.push({ type: 'limit', store: this.#storeId, down, up });
  }

  addPeers(peers: readonly Endpoint[], source: AddressSource, policy: AddressPolicy, turn: Turn): void {
    for (const { host, port } of peers) {
      if (classifyIp(host) === null) this.#resolvePeer(host, port, source, turn);
      else this.peerManager.addAddress(host, port, source, policy);
    }
    if (this.dialing) this.peerManager.dial(this.#host.settings, turn);
  }

  /** A peer that is named, not numbered; what a name leads to is only trusted as far as its source. */
  #resolvePeer(host: string, port: number, source: AddressSource, turn: Turn): void {
    const request = this.#host.asks.ask((event, later) => {
      if (event.type !== 'resolved') return;
      const peers = event.addresses.map((address) => ({ host: address, port }));
      this.addPeers(peers, source, { allowLoopback: source === 'user' }, later);
    });
    turn.push({ type: 'resolve', request, host });
  }

  /** The queue gave a slot. */
  grant(turn: Turn): void {
    this.#activeSinceMs = turn.nowMs;
    this.#apply({ type: 'granted', hasMetadata: this.#content !== null }, turn);
  }

  // --- life -----------------------------------------------------------------------------------------------------------

  #apply(event: LifecycleEvent, turn: Turn): void {
    const before = this.#state;
    const after = next(before, event);
    if (after === before) return;
    this.#state = after;
    this.#host.emit({ type: 'stateChanged', torrent: this.id, state: after });
    this.#host.queueChanged();
    this.#host.touched(this);
    switch (after.kind) {
      case 'metadata':
        this.#goOnline(turn);
        break;
      case 'checking':
        this.#beginCheck(turn);
        break;
      case 'downloading':
      case 'seeding':
        this.#goOnline(turn);
        if (after.kind === 'seeding') this.#becomeSeed(turn);
        break;
      case 'failed':
        this.#retryAtMs = turn.nowMs + LIMITS.diskRetryMs;
        this.peerManager.dropAll('STOPPED', turn);
        break;
      case 'stopping':
        this.#goOffline(turn);
        break;
      case 'stopped':
        this.peerManager.book.trim();
        this.#removal?.(turn);
        break;
      default:
    }
  }

  #goOnline(turn: Turn): void {
    if (!this.#trackersRunning) {
      this.#trackersRunning = true;
      this.#trackersQuiet = false;
      this.trackers.start(turn);
    }
    this.peerManager.dial(this.#host.settings, turn);
    this.touchAll();
  }

  #goOffline(turn: Turn): void {
    this.peerManager.dropAll('STOPPED', turn);
    this.#storeClosed = false;
    this.#trackersQuiet = !this.#trackersRunning;
    if (this.#trackersRunning) this.trackers.stop(turn);
    this.#trackersRunning = false;
    this.storage.close(turn);
  }

  #closedIfDone(turn: Turn): void {
    if (this.#state.kind !== 'stopping' || !this.#storeClosed || !this.#trackersQuiet) return;
    this.#apply({ type: 'closed', run: this.#run }, turn);
  }

  #beginCheck(turn: Turn): void {
    const content = this.#content;
    if (content === null) return;
    if (this.storage.phase === 'open') {
      this.peerManager.dropAll('STOPPED', turn);
      content.pieces.reset();
      this.storage.recheck(turn);
      return;
    }
    this.#openStore(turn);
  }

  #openStore(turn: Turn): void {
    const content = this.#content;
    if (content === null) return;
    const { layout, math } = content;
    const wanted = content.wantedFiles();
    const preallocate = this.#preallocate;
    content.pieces.reset();
    this.storage.open(
      { root: this.#root, layout, pieceCount: math.pieceCount, wanted, preallocate, resume: this.#resume },
      turn,
    );
  }

  #becomeSeed(turn: Turn): void {
    if (this.#downloadedHere) {
      this.#downloadedHere = false;
      this.#host.emit({ type: 'completed', torrent: this.id });
      this.trackers.onCompleted(turn);
    }
    for (const peer of this.peers) if (peer.isSeed) this.drop(peer, 'BOTH_SEEDS', turn);
    this.#save(turn);
  }

  #finishRemoval(deleteFiles: boolean, turn: Turn): void {
    const done = (detail: string): void => this.#host.emit({ type: 'removed', torrent: this.id, detail });
    const content = this.#content;
    if (!deleteFiles || content === null) return done('');
    const { layout, math } = content;
    const request = {
      root: this.#root,
      layout,
      pieceCount: math.pieceCount,
      wanted: content.wantedFiles(),
      preallocate: 'sparse' as const,
      resume: null,
    };
    this.storage.remove(request, done, turn);
  }

  // --- metadata -------------------------------------------------------------------------------------------------------

  #setInfo(info: Info): void {
    this.#name = info.name;
    this.#content = new Content(info, this.infoHash, this.#host.random);
    this.#content.choose(this.#priorities, this.#picking);
  }

  onMetadata(bytes: Uint8Array, turn: Turn): void {
    let info: Info;
    try {
      info = parseInfo(bytes, turn.digests);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#apply({ type: 'failed', code: 'BAD_METADATA', detail: error.message, missing: 0 }, turn);
      return;
    }
    this.#setInfo(info);
    this.#host.emit({ type: 'metadata', torrent: this.id, info });
    this.#apply({ type: 'metadataComplete' }, turn);
  }

  onMetadataLie(peer: Peer, turn: Turn): void {
    this.#ban(peer.source, turn);
  }

  // --- connections ----------------------------------------------------------------------------------------------------

  addressOfIncoming(host: string, port: number): Address | null {
    return this.dialing ? this.peerManager.addressOfIncoming(host, port) : null;
  }

  onConnected(identity: PeerIdentity, turn: Turn): Peer | null {
    if (!this.dialing) {
      return null;
    }
    const peer = this.peerManager.accept(identity, this.#host.settings, turn.nowMs);
    if (peer === null) return null;
    peer.client = clientName(identity.peerId) ?? '';
    greet(peer, this, turn);
    if (this.#content !== null) {
      replayEarly(peer, this, turn);
      this.#content.uploads.grantFast(peer, turn);
    }
    this.#host.emit({ type: 'peerConnected', torrent: this.id, peer: nameOf(peer) });
    return peer;
  }

  onConnectFailed(address: Address, turn: Turn): void {
    this.peerManager.onConnectFailed(address, turn.nowMs);
  }

  onLinkEvent(peer: Peer, event: LinkEvent, turn: Turn): void {
    peer.lastReceivedMs = turn.nowMs;
    switch (event.type) {
      case 'blocks':
        this.#onBlocks(peer, event, turn);
        return;
      case 'requested':
        this.#onRequested(peer, event, turn);
        return;
      case 'message':
        hear(peer, event.bytes, this, turn);
        return;
      case 'served':
        this.up.add(event.bytes);
        this.#content?.uploads.onServed(peer, event.blocks, event.bytes);
        return;
      case 'unserved':
        this.#content?.uploads.onUnserved(peer, event, turn);
        return;
      case 'unwanted':
        this.#onUnwanted(peer, event);
        return;
      case 'closed':
        this.peerManager.drop(peer, 'CLOSED', turn);
        return;
      default:
    }
  }

  #onBlocks(peer: Peer, event: Extract<LinkEvent, { type: 'blocks' }>, turn: Turn): void {
    if (this.#content === null) return;
    const bytes = this.#content.pieces.onBlocks(peer, event, turn);
    peer.down.add(bytes);
    this.down.add(bytes);
    this.#downloadedHere = true;
    this.touch(peer);
  }

  #onRequested(peer: Peer, event: Extract<LinkEvent, { type: 'requested' }>, turn: Turn): void {
    if (this.#content === null || !this.#isActive) return;
    const verdict = this.#content.uploads.onRequested(peer, event, turn);
    if (verdict === 'violation') this.drop(peer, 'BAD_REQUEST', turn);
  }

  #onUnwanted(peer: Peer, event: Extract<LinkEvent, { type: 'unwanted' }>): void {
    this.#wasted += event.length;
    const block = event.offset / BLOCK_LENGTH;
    if (this.#content === null || !Number.isInteger(block)) return;
    if (this.#content.pieces.onReject(peer, event.piece, block)) this.touchAll();
  }

  drop(peer: Peer, code: DropCode, turn: Turn): void {
    this.peerManager.drop(peer, code, turn);
  }

  onPeerGone(peer: Peer, code: DropCode, turn: Turn): void {
    this.#touched.delete(peer);
    if (this.#content !== null) {
      const held = peer.outstanding > 0;
      this.#content.pieces.removePeer(peer);
      this.#content.uploads.onPeerGone(peer);
      if (held) this.touchAll();
    }
    this.metadata.removePeer(peer, turn);
    this.#host.emit({ type: 'peerDropped', torrent: this.id, peer: nameOf(peer), code });
  }

  #ban(source: number, turn: Turn): void {
    const address = this.peerManager.addressOf(source);
    if (address === null) return;
    this.peerManager.ban(source, turn);
    this.#host.emit({ type: 'peerBanned', torrent: this.id, host: address.host, port: address.port });
  }

  touch(peer: Peer): void {
    this.#touched.add(peer);
    this.#host.touched(this);
  }

  touchAll(): void {
    this.#touchedAll = true;
    this.#host.touched(this);
  }

  // --- storage --------------------------------------------------------------------------------------------------------

  onStoreEvent(event: StoreEvent, turn: Turn): void {
    switch (event.type) {
      case 'verified':
        this.#onVerified(event.piece, event.digests, turn);
        return;
      case 'corrupt':
        this.#onCorrupt(event, turn);
        return;
      case 'storeBlocked': {
        const { code, detail, missing } = event;
        this.#apply({ type: 'failed', code, detail, missing }, turn);
        return;
      }
      case 'storeUnblocked':
        this.#apply({ type: 'recovered', complete: this.isComplete }, turn);
        return;
      case 'pieceLost':
        this.#onPieceLost(event.piece, turn);
        return;
      default:
        this.storage.onEvent(event, turn);
    }
  }

  #onVerified(piece: number, digests: Uint8Array, turn: Turn): void {
    const content = this.#content;
    if (content === null) return;
    for (const liar of content.blame.onVerified(piece, digests)) this.#ban(liar, turn);
    const sources = content.pieces.onVerified(piece);
    for (const peer of this.peers) {
      if (peer.onParole && sources.length > 0 && sources.every((source) => source === peer.source)) {
        content.pieces.setParole(peer, false);
      }
    }
    this.#unsaved = true;
    this.#newPieces.push(piece);
    this.#host.emit({ type: 'pieceComplete', torrent: this.id, piece });
    this.#host.touched(this);
  }

  #onCorrupt(event: Extract<StoreEvent, { type: 'corrupt' }>, turn: Turn): void {
    const content = this.#content;
    if (content === null) return;
    this.#wasted += content.math.lengthOf(event.piece);
    const sources = content.pieces.onCorrupt(event.piece);
    this.#host.emit({ type: 'pieceCorrupt', torrent: this.id, piece: event.piece });
    this.touchAll();
    // What went through the disk may have been spoilt there: nobody is blamed for it.
    if (event.fromDisk) return;
    const verdict = content.blame.onCorrupt(event.piece, event.digests, sources);
    if (verdict.guilty !== null) this.#ban(verdict.guilty, turn);
    for (const peer of this.peers) {
      if (verdict.suspects.includes(peer.source)) content.pieces.setParole(peer, true);
    }
  }

  /** Data that was verified cannot be read any more: it is missing, and the rest is doubtful. */
  #onPieceLost(piece: number, turn: Turn): void {
    if (this.#content === null || !this.#content.pieces.ledger.has(piece)) return;
    this.#content.pieces.setHave(piece, false);
    this.#apply({ type: 'recheck' }, turn);
  }

  onTrusted(pieces: Uint8Array, partials: readonly PartialPiece[]): void {
    const content = this.#content;
    if (content === null) return;
    for (let piece = 0; piece < content.math.pieceCount; piece += 1) {
      if (((pieces[piece >> 3] ?? 0) & (0x80 >> (piece & 7))) !== 0) content.pieces.setHave(piece, true);
    }
    content.pieces.restorePartials(partials);
  }

  onChecked(first: number, count: number, good: Uint8Array): void {
    const pieces = this.#content?.pieces;
    for (let i = 0; i < count; i += 1) {
      pieces?.setHave(first + i, ((good[i >> 3] ?? 0) & (0x80 >> (i & 7))) !== 0);
    }
  }

  onStorageReady(turn: Turn): void {
    const content = this.#content;
    if (content === null) return;
    const { haveCount: havePieces, pieceCount } = content.pieces.ledger;
    this.#host.emit({ type: 'checked', torrent: this.id, havePieces, pieceCount });
    for (const peer of this.peers) {
      turn.push({ type: 'attach', link: peer.link, store: this.#storeId });
      if (peer.have === null) replayEarly(peer, this, turn);
      for (const piece of haveList(content)) sendTo(peer, encodeHave(piece), turn);
    }
    if (this.#state.kind === 'failed') this.#apply({ type: 'recovered', complete: this.isComplete }, turn);
    else this.#apply({ type: 'checked', complete: this.isComplete, run: this.#run }, turn);
    this.#unsaved = true;
  }

  onStorageFailed(event: Extract<StoreEvent, { type: 'storeFailed' }>, turn: Turn): void {
    const { code, detail } = event;
    this.#apply({ type: 'failed', code, detail, missing: 0 }, turn);
  }

  onSynced(files: readonly FileStat[], pieces: Uint8Array): void {
    this.#keep({ files, pieces, partials: [], clean: false });
  }

  onStorageClosed(files: readonly FileStat[], partials: readonly PartialPiece[], turn: Turn): void {
    const content = this.#content;
    if (content !== null && files.length > 0) {
      this.#keep({ files, pieces: content.pieces.ledger.bitfield(), partials, clean: true });
    }
    this.#storeClosed = true;
    this.#closedIfDone(turn);
  }

  #keep(saved: Pick<ResumeData, 'files' | 'pieces' | 'partials' | 'clean'>): void {
    const totals = { downloaded: this.downloaded, uploaded: this.uploaded };
    const data: ResumeData = { infoHash: this.infoHash, ...saved, ...totals };
    // Totals of this session are added to those of the resume data in use, which therefore keep their old values.
    this.#resume = {
      ...data,
      downloaded: this.#resume?.downloaded ?? 0,
      uploaded: this.#resume?.uploaded ?? 0,
    };
    this.#host.emit({ type: 'resume', torrent: this.id, data });
  }

  #save(turn: Turn): void {
    const content = this.#content;
    if (content === null || !this.#unsaved || this.storage.phase !== 'open') return;
    this.#unsaved = false;
    this.#savedAtMs = turn.nowMs;
    this.storage.sync(content.pieces.ledger.bitfield(), turn);
  }

  // --- trackers -------------------------------------------------------------------------------------------------------

  announceFacts(): ReturnType<TrackerOwner['announceFacts']> {
    const left = this.#content?.pieces.bytesLeft ?? BLOCK_LENGTH;
    const port = this.listenPort > 0 ? this.listenPort : 1;
    const { infoHash, peerId } = this;
    return { infoHash, peerId, port, uploaded: this.up.total, downloaded: this.down.total, left };
  }

  onTrackerPeers(peers: readonly Endpoint[], policy: AddressPolicy, turn: Turn): void {
    this.addPeers(peers, 'tracker', policy, turn);
  }

  onAnnounced(url: string, peers: number): void {
    this.#host.emit({ type: 'announced', torrent: this.id, url, peers });
  }

  onAnnounceFailed(url: string, message: string): void {
    this.#host.emit({ type: 'announceFailed', torrent: this.id, url, message });
  }

  onTrackersStopped(turn: Turn): void {
    this.#trackersQuiet = true;
    this.#closedIfDone(turn);
  }

  // --- time -----------------------------------------------------------------------------------------------------------

  /** What did not happen: time-outs, retries, rounds, saving. */
  tick(turn: Turn): void {
    const { nowMs } = turn;
    this.down.tick(nowMs);
    this.up.tick(nowMs);
    this.trackers.tick(turn);
    if (this.#state.kind === 'failed') this.#retry(turn);
    if (!this.dialing) return;
    this.peerManager.tick(this.#host.settings, turn);
    this.metadata.tick(turn);
    if (this.#content === null || !this.#isActive) return;
    this.#content.uploads.tick(this.peers, this.#state.kind === 'seeding', turn);
    this.#noticeSilence(turn);
    if (nowMs - this.#savedAtMs >= LIMITS.saveMs) this.#save(turn);
    if (this.#state.kind !== 'seeding') this.touchAll();
  }

  #retry(turn: Turn): void {
    if (turn.nowMs < this.#retryAtMs) return;
    this.#retryAtMs = turn.nowMs + LIMITS.diskRetryMs;
    if (this.storage.phase === 'open') this.storage.retry(turn);
    else if (this.storage.phase === 'closed' && this.#content !== null) this.#openStore(turn);
  }

  /** Peers that owe us blocks and send none. */
  #noticeSilence(turn: Turn): void {
    const content = this.#content as Content;
    for (const peer of this.peers) {
      if (peer.outstanding === 0 || peer.snubbed) continue;
      const silentMs = turn.nowMs - peer.waitingSinceMs;
      if (silentMs < Math.min(peer.window.timeoutMs, LIMITS.snubbedMs)) continue;
      peer.identity.address.timeouts += 1;
      peer.snubbed = true;
      peer.window.onSnubbed();
      content.pieces.releaseAll(peer);
      this.touchAll();
    }
  }

  /** The plane is gone: links and stores with it. What is verified stays verified. */
  onPlaneLost(turn: Turn): void {
    this.peerManager.lost(turn);
    this.storage.lost();
    if (this.#state.kind === 'stopping') {
      this.#storeClosed = true;
      this.#closedIfDone(turn);
    }
  }

  /** A new plane is there: go on where we were. */
  onPlaneReady(turn: Turn): void {
    const { kind } = this.#state;
    if (kind !== 'checking' && kind !== 'failed' && !this.#isActive) return;
    const content = this.#content;
    if (content !== null && this.#isActive) {
      const { ledger } = content.pieces;
      const base = this.#resume ?? { downloaded: 0, uploaded: 0 };
      this.#resume = {
        ...base,
        infoHash: this.infoHash,
        pieces: ledger.bitfield(),
        partials: [],
        files: [],
        clean: false,
      };
    }
    this.#openStore(turn);
  }

  /** After all inputs of a turn: requests, interest, HAVEs, and whether the download is complete. */
  endTurn(turn: Turn): void {
    const content = this.#content;
    if (content === null) return;
    this.#announcePieces(turn);
    for (const peer of content.pieces.takeInterestChanges()) this.#showInterest(peer, turn);
    if (this.#state.kind === 'downloading' || this.#state.kind === 'endgame') {
      if (content.pieces.ledger.complete) {
        this.#apply({ type: 'completed' }, turn);
      } else {
        this.#requestMore(content, turn);
      }
    }
    this.#touched.clear();
    this.#touchedAll = false;
  }

  #announcePieces(turn: Turn): void {
    if (this.#newPieces.length === 0) return;
    for (const peer of this.peers) {
      for (const piece of this.#newPieces) if (!peer.has(piece)) sendTo(peer, encodeHave(piece), turn);
    }
    this.#newPieces.length = 0;
  }

  #showInterest(peer: Peer, turn: Turn): void {
    const wanted = peer.interesting > 0;
    if (wanted === peer.amInterested || !this.peers.has(peer)) return;
    peer.amInterested = wanted;
    sendTo(peer, wanted ? encodeInterested() : encodeNotInterested(), turn);
  }

  #requestMore(content: Content, turn: Turn): void {
    const { pieces } = content;
    const idle: Peer[] = [];
    for (const peer of this.#touchedAll ? this.peers : this.#touched) {
      if (pieces.fill(peer, turn)) idle.push(peer);
    }
    const { settings } = this.#host;
    const threshold = Math.min(
      (content.info.totalLength * settings.endgamePercent) / 100,
      settings.endgameBytes,
    );
    const endgame = pieces.allRequested && pieces.bytesLeft <= threshold;
    this.#apply({ type: 'endgame', on: endgame }, turn);
    const maxHolders = endgame ? settings.endgameHolders : 2;
    for (const peer of idle) pieces.fillDuplicates(peer, { endgame, maxHolders }, turn);
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

function haveList(content: Content): number[] {
  const have: number[] = [];
  for (let piece = 0; piece < content.math.pieceCount; piece += 1) {
    if (content.pieces.ledger.has(piece)) have.push(piece);
  }
  return have;
}
