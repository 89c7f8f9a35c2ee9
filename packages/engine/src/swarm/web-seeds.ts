/**
 * The web seeds of one torrent (BEP 19): which of them are asked, and what becomes of one that ends. To the piece manager
 * each is a peer that has everything and never chokes; how its bytes come is the plane's business.
 */
import { Bitfield, parseWebUrl } from '@jstorrent/protocol';
import { LIMITS, type Settings } from '../limits.ts';
import type { LinkEvent, Random, StoreId } from '../ports.ts';
import { BLOCK_LENGTH } from '../ports.ts';
import { jittered } from '../rules/backoff.ts';
import type { SourceId } from '../rules/blame.ts';
import { endText, retryAfter, type WebSeedEnd } from '../rules/web-seed-end.ts';
import { newAddress, type Address } from './addresses.ts';
import type { ConnectionOwner, Connections } from './connections.ts';
import type { Content } from './content.ts';
import { Peer } from './peer.ts';
import type { Turn } from './turn.ts';
import { fitsWebSeed, WebFiles } from './web-files.ts';

/** A web seed as the user wishes it. */
export interface WebSeed {
  readonly url: string;
  /** Named by the user and not by the torrent: it may be on this machine or in its networks. */
  readonly byUser: boolean;
}

/** One web seed at one moment. */
export interface WebSeedView extends WebSeed {
  /** `idle`: not asked now; `waiting`: tried again after `retryMs`; `dropped`: not before the torrent starts anew. */
  readonly status: 'idle' | 'working' | 'waiting' | 'dropped';
  /** Why it was not asked any further; empty while nothing is wrong. */
  readonly message: string;
  readonly retryMs: number | null;
  /** Bytes per second, and in this session. */
  readonly downloadRate: number;
  readonly downloaded: number;
}

/** What web seeds need of their torrent. */
export interface WebSeedOwner extends ConnectionOwner {
  readonly content: Content | null;
  readonly storeId: StoreId;
  /** Blocks may be asked for. */
  readonly isFetching: boolean;
  readonly settings: Settings;
  sourceOf(address: Address): SourceId;
  onWebSeedGone(peer: Peer): void;
  onWebSeedFailed(url: string, message: string): void;
  /** It may be asked for blocks. */
  touch(peer: Peer): void;
}

/** What the engine lends. */
export interface WebSeedPorts {
  readonly connections: Connections;
  readonly random: Random;
  readonly userAgent: string;
}

/** One web seed and its record. */
interface Known extends WebSeed {
  /** What blame finds it by. */
  readonly address: Address;
  peer: Peer | null;
  failures: number;
  notBeforeMs: number;
  isDropped: boolean;
  message: string;
}

const NO_ID = new Uint8Array(0);

export class WebSeeds {
  readonly #owner: WebSeedOwner;
  readonly #ports: WebSeedPorts;
  readonly #peers = new Map<Peer, Known>();
  #known: Known[];
  #files: WebFiles | null = null;

  constructor(seeds: readonly WebSeed[], owner: WebSeedOwner, ports: WebSeedPorts) {
    this.#owner = owner;
    this.#ports = ports;
    this.#known = seeds.map(begin);
  }

  /** Those that are asked now. */
  get peers(): Iterable<Peer> {
    return this.#peers.keys();
  }

  get count(): number {
    return this.#peers.size;
  }

  /** Other web seeds from now on; those that stay go on as they are, but a dropped one is tried again. */
  replace(seeds: readonly WebSeed[], turn: Turn): void {
    const before = new Map(this.#known.map((known) => [known.url, known]));
    this.#known = seeds.map((seed) => {
      const known = before.get(seed.url);
      if (known === undefined || known.byUser !== seed.byUser) return begin(seed);
      before.delete(seed.url);
      if (known.isDropped && !known.address.banned) forgive(known);
      return known;
    });
    for (const known of before.values()) this.#close(known, turn);
    this.open(turn);
  }

  /** The torrent starts: who was dropped gets another chance, but for liars. */
  restart(turn: Turn): void {
    for (const known of this.#known) if (!known.address.banned) forgive(known);
    this.open(turn);
  }

  /** Ask as many as may be asked at once. */
  open(turn: Turn): void {
    const { content, isFetching, storeId, settings } = this.#owner;
    if (content === null || !isFetching || storeId === 0) return;
    const { connections } = this.#ports;
    for (const known of this.#known) {
      if (this.#peers.size >= LIMITS.webSeedsAtOnce || connections.count >= settings.connections) return;
      if (known.peer !== null || known.isDropped || turn.nowMs < known.notBeforeMs) continue;
      this.#open(known, content, turn);
    }
  }

  #open(known: Known, content: Content, turn: Turn): void {
    const { url, address, byUser } = known;
    const { connections, userAgent } = this.#ports;
    if (!fitsWebSeed(content.info, url))
      return this.#failed(known, 0, { code: 'TOO_MANY_FILES', status: 0, retryMs: 0, detail: '' }, turn);
    const files = (this.#files ??= new WebFiles(content.info, content.math));
    const link = connections.newLink();
    const peer = new Peer(
      {
        link,
        address,
        incoming: false,
        peerId: NO_ID,
        fast: true,
        extended: false,
        parts: (range) => files.parts(url, range),
      },
      turn.nowMs,
    );
    peer.source = this.#owner.sourceOf(address);
    peer.have = Bitfield.full(content.math.pieceCount);
    peer.setPeerChoking(false, turn.nowMs);
    peer.window.begin(LIMITS.webWindow, LIMITS.windowMax);
    known.peer = peer;
    known.address.state = 'connected';
    this.#peers.set(peer, known);
    content.pieces.addPeer(peer);
    connections.openWeb(this.#owner, peer);
    turn.push({ type: 'webOpen', link, store: this.#owner.storeId, userAgent, mayBeLocal: byUser });
    this.#owner.touch(peer);
  }

  /** Its link ended by itself. */
  onClosed(peer: Peer, event: Extract<LinkEvent, { type: 'webClosed' }>, turn: Turn): void {
    const known = this.#peers.get(peer);
    if (known === undefined) return;
    this.#forget(known);
    if (event.code !== 'STORE_CLOSED') this.#failed(known, peer.down.total, event, turn);
  }

  /** `got`: bytes that it gave since it was opened. */
  #failed(known: Known, got: number, end: WebSeedEnd, turn: Turn): void {
    if (got > 0) known.failures = 0;
    known.failures += 1;
    known.message = endText(end);
    const waitMs = retryAfter(end, known.failures);
    if (waitMs === null) known.isDropped = true;
    else known.notBeforeMs = turn.nowMs + (end.retryMs > 0 ? waitMs : jittered(waitMs, this.#ports.random));
    this.#owner.onWebSeedFailed(known.url, known.message);
  }

  /** Whether this is a web seed; if so it sent wrong bytes, and is never asked again. */
  ban(address: Address, turn: Turn): boolean {
    const known = this.#known.find((one) => one.address === address);
    if (known === undefined) return false;
    address.banned = true;
    address.hashFailures += 1;
    const { peer } = known;
    this.#close(known, turn);
    if (peer !== null) this.#failed(known, 0, { code: 'LIED', status: 0, retryMs: 0, detail: '' }, turn);
    known.isDropped = true;
    return true;
  }

  /** We want nothing now. */
  closeAll(turn: Turn): void {
    for (const known of this.#peers.values()) this.#close(known, turn);
  }

  /** The plane is gone and all links with it. */
  lost(): void {
    for (const known of this.#peers.values()) this.#forget(known);
    for (const known of this.#known) known.notBeforeMs = 0;
  }

  /** We slept for a while: the silence of that time is nobody's fault. */
  excuse(lateMs: number, nowMs: number): void {
    for (const peer of this.#peers.keys()) {
      peer.lastReceivedMs = Math.min(nowMs, peer.lastReceivedMs + lateMs);
      peer.waitingSinceMs = Math.min(nowMs, peer.waitingSinceMs + lateMs);
    }
  }

  /** Rates, silence, and who is to be asked again. */
  tick(turn: Turn): void {
    const patienceMs = this.#patienceMs();
    for (const [peer, known] of this.#peers) {
      peer.tick(turn.nowMs);
      // One that is snubbed owes us what others may have been asked for since.
      if (peer.outstanding === 0 && !peer.snubbed) peer.lastReceivedMs = turn.nowMs;
      if (turn.nowMs - peer.lastReceivedMs < patienceMs) continue;
      this.#close(known, turn);
      this.#failed(known, peer.down.total, { code: 'TIMED_OUT', status: 0, retryMs: 0, detail: '' }, turn);
    }
    if (this.#owner.isFetching) this.open(turn);
    else this.closeAll(turn);
  }

  /** Longest wait for the next block. Under a limit each block waits for those of all others. */
  #patienceMs(): number {
    const { downloadLimit } = this.#owner.settings;
    if (downloadLimit === 0) return LIMITS.webSilenceMs;
    const roundMs = (BLOCK_LENGTH * this.#ports.connections.count * 1000) / downloadLimit;
    return LIMITS.webSilenceMs + 2 * roundMs;
  }

  #close(known: Known, turn: Turn): void {
    const { peer } = known;
    if (peer === null) return;
    this.#forget(known);
    this.#ports.connections.close(peer, turn);
  }

  #forget(known: Known): void {
    const { peer, address } = known;
    if (peer === null) return;
    known.peer = null;
    address.state = 'idle';
    address.received += peer.down.total;
    this.#peers.delete(peer);
    this.#owner.onWebSeedGone(peer);
  }

  /** In the order in which they are wished. */
  views(nowMs: number): WebSeedView[] {
    return this.#known.map(({ url, byUser, peer, isDropped, message, notBeforeMs, address }) => {
      const isWaiting = peer === null && !isDropped && notBeforeMs > nowMs;
      const isFine = peer !== null && peer.down.total > 0;
      return {
        url,
        byUser,
        status: isDropped ? 'dropped' : peer !== null ? 'working' : isWaiting ? 'waiting' : 'idle',
        message: isFine ? '' : message,
        retryMs: isWaiting ? notBeforeMs - nowMs : null,
        downloadRate: peer?.down.rate ?? 0,
        downloaded: address.received + (peer?.down.total ?? 0),
      };
    });
  }
}

function begin({ url, byUser }: WebSeed): Known {
  const { host = '', port = 0 } = parseWebUrl(url) ?? {};
  const address = newAddress(host, port, 'user');
  return { url, byUser, address, peer: null, failures: 0, notBeforeMs: 0, isDropped: false, message: '' };
}

function forgive(known: Known): void {
  Object.assign(known, { failures: 0, notBeforeMs: 0, isDropped: false, message: '' });
}
