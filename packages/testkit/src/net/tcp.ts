/**
 * TCP of the in-memory internet: one endpoint is one end of a connection. Decides chunking, the send window and how
 * connections end; not who reaches whom (internet.ts) nor how long it takes (routes.ts).
 */
import type { AcceptedSocket, Socket, SocketEvents } from '@jstorrent/data-plane';
import type { LinkCode } from '@jstorrent/engine/ports';
import type { VirtualClock } from '../clock.ts';
import type { SeededRandom } from '../random.ts';
import type { RouteEnd, Routes } from './routes.ts';

/** What a host counts of its connections. */
export interface ConnectionStats {
  /** Calls of `dial`. */
  dialled: number;
  /** Dialled connections that opened. */
  opened: number;
  /** Connections that listeners were given. */
  accepted: number;
  /** Connections open or opening now. */
  openNow: number;
  /** The most that were ever open at once. */
  openMax: number;
  /** Stream bytes handed to the line and read from it. */
  bytesSent: number;
  bytesReceived: number;
}

/** The host an endpoint lives on. */
export interface EndpointHost extends RouteEnd {
  readonly stats: ConnectionStats;
  readonly endpoints: Set<Endpoint>;
}

/** What all endpoints of one internet share. */
export interface TcpGround {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly routes: Routes;
  /** Memory that every read goes through, spoilt after the read as the port allows. */
  readonly scratch: Uint8Array;
}

type Item =
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'open' | 'end' | 'reset' };

/** Bytes of one direction that may be on the line or unread at the far end: a generous socket buffer. */
const WINDOW_BYTES = 512 * 1024;
/** One chunk in this many is cut short at a random place. */
const SHORT_CHUNK_PROBABILITY = 0.125;
/** How often a pause comes too late for the next read. */
const LATE_PAUSE_PROBABILITY = 0.1;
/** What is left in read memory after the read. */
const SPOILT = 0xdd;

/** One end of a connection. */
export class Endpoint implements Socket {
  readonly host: EndpointHost;
  readonly #ground: TcpGround;
  #events: SocketEvents | null;
  #peer: Endpoint | null = null;
  #state: 'connecting' | 'open' | 'closed' = 'connecting';
  /** Written and not yet on the line. */
  readonly #outbox: Uint8Array[] = [];
  #outboxBytes = 0;
  /** Bytes ever put on the line. */
  #sentBytes = 0;
  /** Writers that want their bytes back once so many bytes are on the line, in order. */
  readonly #loans: { readonly endBytes: number; readonly onTaken: () => void }[] = [];
  /** Sent and not yet read by the far end. */
  #windowBytes = 0;
  #lastArrivalMs = 0;
  /** On the line towards us but held back by a partition; nothing overtakes it. */
  #stalled: Item[] = [];
  readonly #inbox: Uint8Array[] = [];
  #inboxBytes = 0;
  #hasEnd = false;
  #isPaused = false;
  #isReadDue = false;
  #isPauseLate = false;

  constructor(ground: TcpGround, host: EndpointHost, events: SocketEvents | null) {
    this.#ground = ground;
    this.host = host;
    this.#events = events;
    host.endpoints.add(this);
    host.stats.openNow++;
    host.stats.openMax = Math.max(host.stats.openMax, host.stats.openNow);
  }

  get queuedBytes(): number {
    return this.#outboxBytes;
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  write(bytes: Uint8Array, onTaken?: () => void): void {
    if (this.#state === 'closed' || bytes.length === 0) return;
    this.#outbox.push(bytes);
    this.#outboxBytes += bytes.length;
    if (onTaken !== undefined) this.#loans.push({ endBytes: this.#sentBytes + this.#outboxBytes, onTaken });
    this.#pump();
  }

  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#isPauseLate = this.#isReadDue && this.#ground.random.chance(LATE_PAUSE_PROBABILITY);
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#readSoon();
  }

  /** As `close(2)`: what is on the line still arrives, then the far end sees the end; a reset when data was unread. */
  destroy(): void {
    if (this.#state === 'closed') return;
    const peer = this.#peer;
    const isUnread = this.#inboxBytes > 0;
    this.#retire();
    if (peer !== null) this.#carry({ kind: isUnread ? 'reset' : 'end' });
  }

  /** Join the two ends when the listener's host has said yes; the dialling end opens when that news arrives. */
  accept(dialler: Endpoint, host: string, port: number): AcceptedSocket {
    this.#peer = dialler;
    dialler.#peer = this;
    this.#state = 'open';
    this.host.stats.accepted++;
    this.#carry({ kind: 'open' });
    return {
      host,
      port,
      take: (events) => {
        if (this.#events !== null) throw new Error('take: the socket was taken before');
        this.#events = events;
        this.#readSoon();
        return this;
      },
      destroy: () => this.destroy(),
    };
  }

  /** Tell the owner in a later step that the connection is over, and forget it. */
  fail(code: LinkCode): void {
    if (this.#state === 'closed') return;
    const events = this.#events;
    this.#ground.clock.after(0, () => {
      if (this.#state === 'closed') return;
      this.#retire();
      events?.onClose(code);
    });
  }

  /** The network broke it: both ends see a reset. */
  reset(): void {
    this.#peer?.fail('RESET');
    this.fail('RESET');
  }

  /** The host went down: no event here, a reset there. */
  vanish(): void {
    if (this.#state === 'closed') return;
    this.#retire();
    if (this.#peer !== null) this.#carry({ kind: 'reset' });
  }

  /** Deliver what a partition held back. */
  resumeStalled(): void {
    if (this.#stalled.length === 0 || this.#isCut()) return;
    const items = this.#stalled;
    this.#stalled = [];
    for (const item of items) this.#take(item);
  }

  get isStalled(): boolean {
    return this.#stalled.length > 0;
  }

  #isCut(): boolean {
    const peer = this.#peer;
    return peer !== null && this.#ground.routes.isCut(this.host.name, peer.host.name);
  }

  #retire(): void {
    this.#state = 'closed';
    this.#outbox.length = 0;
    this.#outboxBytes = 0;
    this.#loans.length = 0;
    this.#inbox.length = 0;
    this.#inboxBytes = 0;
    this.#stalled = [];
    this.host.endpoints.delete(this);
    this.host.stats.openNow--;
  }

  /** Put as much of the outbox on the line as the window allows. */
  #pump(): void {
    const peer = this.#peer;
    if (this.#state !== 'open' || peer === null) return;
    const { random, routes } = this.#ground;
    const { chunkBytes } = routes.settings(this.host.name, peer.host.name);
    while (this.#outboxBytes > 0) {
      const most = Math.min(this.#outboxBytes, WINDOW_BYTES - this.#windowBytes, chunkBytes);
      // No crumbs while more is on its way: the window opens further.
      if (this.#windowBytes > 0 && most < Math.min(this.#outboxBytes, chunkBytes, WINDOW_BYTES / 2)) break;
      const length = random.chance(SHORT_CHUNK_PROBABILITY) ? random.between(1, most) : most;
      const bytes = this.#takeOutbox(length);
      this.#windowBytes += length;
      this.host.stats.bytesSent += length;
      this.#carry({ kind: 'data', bytes });
    }
  }

  /** `length` bytes from the outbox as one array; copies across writes, and what a writer wants back. */
  #takeOutbox(length: number): Uint8Array {
    const first = this.#outbox[0]!;
    this.#outboxBytes -= length;
    this.#sentBytes += length;
    const isLent = this.#loans.length > 0;
    if (isLent) this.#giveBack();
    if (first.length >= length && !isLent) {
      if (first.length === length) this.#outbox.shift();
      else this.#outbox[0] = first.subarray(length);
      return first.subarray(0, length);
    }
    const bytes = new Uint8Array(length);
    moveBytes(this.#outbox, bytes, length);
    return bytes;
  }

  /** Let writers have what is on the line, in a later step. */
  #giveBack(): void {
    while (this.#loans.length > 0 && this.#loans[0]!.endBytes <= this.#sentBytes) {
      const { onTaken } = this.#loans.shift()!;
      this.#ground.clock.after(0, onTaken);
    }
  }

  /** Send an item to the far end, behind everything sent before. */
  #carry(item: Item): void {
    const peer = this.#peer!;
    const { clock, routes } = this.#ground;
    const length = item.kind === 'data' ? item.bytes.length : 40;
    const atMs = routes.streamArrivalMs(this.host, peer.host, length, clock.now());
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, atMs);
    clock.schedule(this.#lastArrivalMs, () => peer.#arrive(item));
  }

  #arrive(item: Item): void {
    if (this.#isCut() || this.#stalled.length > 0) this.#stalled.push(item);
    else this.#take(item);
  }

  #take(item: Item): void {
    const peer = this.#peer!;
    if (this.#state === 'closed') {
      if (item.kind === 'data' && peer.#state === 'open') this.#carry({ kind: 'reset' });
      return;
    }
    switch (item.kind) {
      case 'open':
        this.#state = 'open';
        this.host.stats.opened++;
        this.#events?.onOpen();
        this.#pump();
        break;
      case 'data':
        this.#inbox.push(item.bytes);
        this.#inboxBytes += item.bytes.length;
        this.#readSoon();
        break;
      case 'end':
        this.#hasEnd = true;
        this.#readSoon();
        break;
      case 'reset':
        this.fail('RESET');
        break;
    }
  }

  #readSoon(): void {
    if (this.#isReadDue || this.#events === null || this.#state !== 'open') return;
    if (this.#isPaused || (this.#inboxBytes === 0 && !this.#hasEnd)) return;
    this.#isReadDue = true;
    this.#ground.clock.after(0, () => this.#read());
  }

  #read(): void {
    this.#isReadDue = false;
    const events = this.#events;
    if (this.#state !== 'open' || events === null || (this.#isPaused && !this.#isPauseLate)) return;
    this.#isPauseLate = false;
    if (this.#inboxBytes === 0) {
      if (!this.#hasEnd || this.#isPaused) return;
      this.#retire();
      events.onClose('ENDED');
      return;
    }
    const { scratch } = this.#ground;
    const length = Math.min(this.#inboxBytes, scratch.length);
    moveBytes(this.#inbox, scratch, length);
    this.#inboxBytes -= length;
    this.host.stats.bytesReceived += length;
    this.#peer!.#acknowledge(length);
    events.onData(scratch.subarray(0, length));
    scratch.fill(SPOILT, 0, length);
    this.#readSoon();
  }

  /** The far end read `length` bytes. */
  #acknowledge(length: number): void {
    this.#windowBytes -= length;
    if (this.#outboxBytes === 0) return;
    this.#pump();
    if (this.#outboxBytes > 0) return;
    this.#ground.clock.after(0, () => {
      if (this.#state === 'open' && this.#outboxBytes === 0) this.#events?.onDrain();
    });
  }
}

/** Move exactly `length` bytes from the front of `chunks` to the start of `target`. */
const moveBytes = (chunks: Uint8Array[], target: Uint8Array, length: number): void => {
  let filled = 0;
  let used = 0;
  while (filled < length) {
    const chunk = chunks[used]!;
    const part = chunk.length <= length - filled ? chunk : chunk.subarray(0, length - filled);
    target.set(part, filled);
    filled += part.length;
    if (part.length === chunk.length) used++;
    else chunks[used] = chunk.subarray(part.length);
  }
  chunks.splice(0, used);
};
