/** A network of which a test plays the other side: sockets deliver in chunks from one reused buffer. */
import type { LinkCode } from '@jstorrent/engine/ports';
import { assert } from '../assert.ts';
import type {
  AcceptedSocket,
  HttpRequest,
  ListenerEvents,
  Network,
  Socket,
  SocketEvents,
  UdpEvents,
  WebStreamEvents,
  WebTarget,
} from '../ports.ts';
import { joined } from './bytes.ts';
import type { Timeline } from './timeline.ts';

/** One connection, seen from the peer. */
export class FakeSocket implements Socket {
  readonly host: string;
  readonly port: number;
  isPaused = false;
  isDestroyed = false;
  /** While true, what is written stays queued. */
  isStalled = false;
  queuedBytes = 0;
  /** Longest chunk of one delivery. */
  chunkBytes = 65_536;
  /** Whether a chunk still comes after a pause, as if it had been read already. */
  deliversLate = false;
  /** Number of write calls. */
  writes = 0;
  #sent: Uint8Array[] = [];
  #queued: { readonly bytes: Uint8Array; readonly onTaken: (() => void) | undefined }[] = [];
  #inbound: Uint8Array[] = [];
  #scheduled = false;
  #late = false;
  readonly #buffer = new Uint8Array(262_144);
  readonly #events: SocketEvents;
  readonly #timeline: Timeline;

  constructor(timeline: Timeline, events: SocketEvents, host: string, port: number) {
    this.#timeline = timeline;
    this.#events = events;
    this.host = host;
    this.port = port;
  }

  write(bytes: Uint8Array, onTaken?: () => void): void {
    assert(!this.isDestroyed, 'write after destroy');
    this.writes++;
    this.#queued.push({ bytes, onTaken });
    if (this.isStalled) this.queuedBytes += bytes.length;
    else this.#timeline.later(() => this.#take());
  }

  pause(): void {
    assert(!this.isPaused, 'paused twice');
    this.isPaused = true;
    this.#late = this.deliversLate;
    this.#schedule();
  }

  resume(): void {
    assert(this.isPaused, 'resumed twice');
    this.isPaused = false;
    this.#schedule();
  }

  destroy(): void {
    this.isDestroyed = true;
  }

  /** The connection is made. */
  open(): void {
    this.#timeline.later(() => this.#events.onOpen());
  }

  /** The peer sends. */
  send(bytes: Uint8Array): void {
    this.#inbound.push(bytes);
    this.#schedule();
  }

  /** The peer or the network ends the connection. */
  end(code: LinkCode): void {
    this.#timeline.later(() => {
      if (this.isDestroyed) return;
      this.isDestroyed = true;
      this.#events.onClose(code);
    });
  }

  /** Everything queued is taken. */
  drain(): void {
    this.isStalled = false;
    this.queuedBytes = 0;
    this.#take();
    this.#timeline.later(() => {
      if (!this.isDestroyed) this.#events.onDrain();
    });
  }

  /** What was written since the last call. */
  takeSent(): Uint8Array {
    const sent = joined(...this.#sent);
    this.#sent = [];
    return sent;
  }

  /** The system takes what is queued, and the memory may be used again. */
  #take(): void {
    if (this.isStalled) return;
    const queued = this.#queued;
    this.#queued = [];
    for (const { bytes, onTaken } of queued) {
      this.#sent.push(bytes.slice());
      onTaken?.();
    }
  }

  #schedule(): void {
    if (this.#scheduled || this.#inbound.length === 0) return;
    this.#scheduled = true;
    this.#timeline.later(() => {
      this.#scheduled = false;
      if (this.isDestroyed || (this.isPaused && !this.#late)) return;
      this.#late = false;
      this.#deliver();
      this.#schedule();
    });
  }

  #deliver(): void {
    const first = this.#inbound.shift();
    if (first === undefined) return;
    const length = Math.min(first.length, this.chunkBytes);
    if (length < first.length) this.#inbound.unshift(first.subarray(length));
    this.#buffer.set(first.subarray(0, length));
    this.#events.onData(this.#buffer.subarray(0, length));
    this.#buffer.fill(0xee, 0, length);
  }
}

/** Records what is asked of it; answers when the test says so. */
export class FakeNetwork implements Network {
  readonly sockets: FakeSocket[] = [];
  readonly web: { readonly target: WebTarget; readonly socket: FakeSocket }[] = [];
  readonly listeners: ListenerEvents[] = [];
  readonly udp: (UdpEvents & { readonly sent: Uint8Array[]; isClosed: boolean })[] = [];
  readonly gets: {
    readonly request: HttpRequest;
    readonly reply: (status: number, body: Uint8Array) => void;
    isCancelled: boolean;
  }[] = [];
  readonly #timeline: Timeline;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  dial(host: string, port: number, events: SocketEvents): FakeSocket {
    const socket = new FakeSocket(this.#timeline, events, host, port);
    this.sockets.push(socket);
    return socket;
  }

  /** A socket as of `dial`, noted in `web` with where it leads; it is on the internet. */
  openWeb(target: WebTarget, events: WebStreamEvents): FakeSocket {
    const socket = new FakeSocket(
      this.#timeline,
      {
        onOpen: () => events.onOpen(target.host !== 'localhost'),
        onData: (bytes) => events.onData(bytes),
        onDrain: () => {},
        onClose: (code) => events.onClose(code === 'REFUSED' ? 'CONNECT_FAILED' : 'CUT_OFF', code),
      },
      target.host,
      target.port,
    );
    this.web.push({ target, socket });
    return socket;
  }

  listen(_host: string, _port: number, events: ListenerEvents): { close(): void } {
    this.listeners.push(events);
    return { close: () => {} };
  }

  /** Somebody connects to the first listener. */
  connect(host: string, port: number): { isRefused: boolean } {
    const outcome = { isRefused: false };
    const accepted: AcceptedSocket = {
      host,
      port,
      take: (events) => this.dial(host, port, events),
      destroy: () => {
        outcome.isRefused = true;
      },
    };
    this.#timeline.later(() => this.listeners[0]?.onAccept(accepted));
    return outcome;
  }

  bindUdp(_host: string, _port: number, events: UdpEvents): ReturnType<Network['bindUdp']> {
    const socket = { ...events, sent: [] as Uint8Array[], isClosed: false };
    this.udp.push(socket);
    return {
      send: (_to, _toPort, bytes) => socket.sent.push(bytes),
      close: () => {
        socket.isClosed = true;
      },
    };
  }

  httpGet(
    request: HttpRequest,
    reply: (status: number, body: Uint8Array) => void,
  ): ReturnType<Network['httpGet']> {
    const get = { request, reply, isCancelled: false };
    this.gets.push(get);
    return {
      cancel: () => {
        get.isCancelled = true;
      },
    };
  }

  resolve(host: string, onResolved: (addresses: readonly string[]) => void): void {
    this.#timeline.later(() => onResolved([host === 'localhost' ? '127.0.0.1' : '192.0.2.1']));
  }
}
