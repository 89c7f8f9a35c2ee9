/**
 * One peer connection: the raw phase in lock step, the upgrade, the message phase, the end. Decides when the socket is
 * read; what is received and sent is decided in `receiver.ts`, `server.ts` and `outbox.ts`.
 */
import type { LinkCode, LinkId, StoreCode } from '@jstorrent/engine/ports';
import { assert } from '../assert.ts';
import type { EventBatch } from '../events.ts';
import { LinkEvents } from '../events.ts';
import type { Limits } from '../limits.ts';
import type { Pacing } from '../pacing/pacing.ts';
import { Permit } from '../pacing/permit.ts';
import type { CopyBytes, Socket, SocketEvents, StreamCipher } from '../ports.ts';
import type { Store, StoreLink } from '../store/store.ts';
import type { FramePool } from './frame-pool.ts';
import { Held } from './held.ts';
import { Outbox } from './outbox.ts';
import { Receiver } from './receiver.ts';
import type { ServeRange } from './serve-queue.ts';
import { Server } from './server.ts';
import { Splitter } from './splitter.ts';
import { blockMessages, CANCEL, REQUEST } from './wire.ts';

/** What every link is built from. */
export interface LinkParts {
  readonly id: LinkId;
  readonly events: EventBatch;
  readonly limits: Limits;
  readonly pacing: Pacing;
  readonly copy: CopyBytes;
  readonly arena: Uint8Array;
  readonly frames: FramePool;
  /** The link ended by itself; its id is free. */
  readonly onGone: () => void;
}

/** Both directions of an agreed cipher. */
export interface LinkCiphers {
  readonly outgoing: StreamCipher;
  readonly incoming: StreamCipher;
}

type Phase = 'connecting' | 'raw' | 'messages' | 'closed';

/** Why a socket is not read; several may hold at once. */
const PAUSES = { engine: 1, tokens: 2, room: 4, store: 8, host: 16 } as const;
type Pause = keyof typeof PAUSES;

/** A connection from `dial` or `accepted` to its end. */
export class Link implements StoreLink {
  readonly id: LinkId;
  readonly #parts: LinkParts;
  readonly #events: LinkEvents;
  readonly #socket: Socket;
  readonly #outbox: Outbox;
  readonly #receiver: Receiver;
  readonly #splitter: Splitter;
  readonly #server: Server;
  readonly #held = new Held();
  readonly #down: Permit;
  readonly #up: Permit;
  #phase: Phase;
  /** The reasons that hold, as bits. */
  #paused = 0;
  /** The socket stays paused while held bytes are used, until none is left. */
  #isSocketPaused = false;
  #incoming: StreamCipher | null = null;
  #store: Store | null = null;

  /** `connect` makes the socket; `isOpen` says whether it is connected already. */
  constructor(parts: LinkParts, isOpen: boolean, connect: (events: SocketEvents) => Socket) {
    const { events, limits, pacing } = parts;
    this.id = parts.id;
    this.#parts = parts;
    this.#phase = isOpen ? 'raw' : 'connecting';
    this.#events = new LinkEvents(events, parts.id, limits.maxMergedRequests);
    this.#socket = connect({
      onOpen: () => this.#onOpen(),
      onData: (bytes) => this.#onData(bytes),
      onDrain: () => this.#server.pump(),
      onClose: (code) => this.#finish(code, false),
    });
    this.#outbox = new Outbox(this.#socket, limits);
    this.#down = new Permit(pacing.all.down, () => this.#resume('tokens'));
    this.#up = new Permit(pacing.all.up, () => this.#server.pump());
    this.#receiver = new Receiver({
      link: parts.id,
      events: this.#events,
      limits,
      permit: this.#down,
      onWait: (reason) => this.#pause(reason),
      onRoom: () => this.#resume('room'),
      onEvicted: () => this.#splitter.skipRest(),
      onBroken: (code) => this.end(code),
    });
    this.#splitter = new Splitter(this.#receiver, parts.arena, parts.copy, limits);
    this.#server = new Server({
      socket: this.#socket,
      outbox: this.#outbox,
      events: this.#events,
      limits,
      permit: this.#up,
      frames: parts.frames,
    });
  }

  /** Whether a block of this link is on its way into a store. */
  get isPlacing(): boolean {
    return this.#receiver.isPlacing;
  }

  /** Whether the link feeds a store. */
  get isAttached(): boolean {
    return this.#store !== null;
  }

  /** Read on after a `raw` event. */
  continueRaw(): void {
    assert(this.#phase === 'raw', 'continueRaw is for the raw phase');
    this.#resume('engine');
  }

  /** Enter the message phase: `rest` is parsed first, in plain text. */
  upgrade(rest: Uint8Array, ciphers: LinkCiphers | null): void {
    assert(this.#phase === 'raw', 'upgrade is for the raw phase');
    this.#phase = 'messages';
    if (ciphers !== null) {
      this.#outbox.setCipher(ciphers.outgoing);
      this.#incoming = ciphers.incoming;
      this.#held.transform(ciphers.incoming);
    }
    if (rest.length > 0) this.#held.prepend(rest);
    this.#pause('engine');
    this.#resume('engine');
  }

  /** Feed this store from now on. */
  attach(store: Store): void {
    assert(this.#store === null && this.#phase === 'messages', 'a link feeds one store');
    const { down, up } = this.#parts.pacing.of(store.id);
    this.#store = store;
    store.links.add(this);
    this.#down.attach(down);
    this.#up.attach(up);
    this.#receiver.attach(store);
    this.halt(store.isHalted);
    this.#server.attach({
      get isReadable() {
        return store.isReadable;
      },
      isServable: (piece, offset, length) => store.isServable(piece, offset, length),
      read: (piece, offset, targets, answer) => store.read(piece, offset, targets, answer),
      lost: (piece: number, code: StoreCode) =>
        store.tell({ type: 'pieceLost', store: store.id, piece, code }),
    });
  }

  /** Send bytes as they are, at the next `flush`. */
  send(bytes: Uint8Array): void {
    this.#outbox.push(bytes);
  }

  /** Write what was sent; closes a link whose peer leaves too much unread. */
  flush(): void {
    if (this.#phase === 'closed') return;
    this.#outbox.flush();
    if (this.#outbox.isOverfull) this.end('BACKLOG');
  }

  /** Request consecutive blocks and accept them. */
  request(piece: number, block: number, count: number): void {
    this.#sendBlocks(REQUEST, piece, block, count);
    this.#receiver.accept(piece, block, count);
  }

  /** Cancel requests; the blocks stay accepted. */
  cancel(piece: number, block: number, count: number): void {
    this.#sendBlocks(CANCEL, piece, block, count);
  }

  /** Send piece messages. */
  serve(range: ServeRange): void {
    this.#server.serve(range);
  }

  /** Drop piece messages that are not read yet. */
  unserve(piece: number, offset: number, length: number): void {
    this.#server.unserve(piece, offset, length);
  }

  /** Stop or go on reading because of the host. */
  holdForHost(held: boolean): void {
    if (held) this.#pause('host');
    else this.#resume('host');
  }

  halt(halted: boolean): void {
    if (halted) this.#pause('store');
    else this.#resume('store');
  }

  onReadable(): void {
    this.#server.pump();
  }

  end(code: LinkCode): void {
    this.#finish(code, true);
  }

  /** Close without telling: the engine asked for it. */
  close(): void {
    if (this.#phase === 'closed') return;
    this.#outbox.flush();
    this.#finish(null, true);
  }

  /** Throws when a counter disagrees with what it counts. */
  checkInvariants(): void {
    assert(this.#phase !== 'closed', 'a closed link is forgotten');
    assert(this.#held.isEmpty || this.#paused !== 0, 'bytes are held without a reason');
    assert(this.#isSocketPaused === (this.#paused !== 0), 'the socket is paused for a reason');
    assert(this.#store === null || this.#store.links.has(this), 'a store knows its links');
    this.#receiver.accepts.checkInvariants();
    this.#server.checkInvariants();
  }

  #sendBlocks(id: number, piece: number, block: number, count: number): void {
    const size = this.#store?.pieceSize(piece) ?? 0;
    assert(
      count > 0 && block >= 0 && (this.#store?.blockLength(piece, block + count - 1) ?? 0) > 0,
      'no such block',
    );
    this.#outbox.push(blockMessages(id, size, { piece, block, count }));
  }

  #onOpen(): void {
    if (this.#phase !== 'connecting') return;
    this.#phase = 'raw';
    this.#events.push({ type: 'opened', link: this.id });
  }

  #onData(bytes: Uint8Array): void {
    if (this.#phase === 'closed') return;
    if (this.#phase === 'messages') this.#incoming?.(bytes);
    if (this.#paused !== 0) this.#held.add(bytes, 0);
    else if (this.#phase === 'raw') this.#tellRaw(bytes.slice());
    else {
      const used = this.#splitter.push(bytes, 0);
      if (used < bytes.length) this.#held.add(bytes, used);
    }
  }

  #tellRaw(bytes: Uint8Array): void {
    this.#pause('engine');
    this.#events.push({ type: 'raw', link: this.id, bytes });
  }

  #pause(reason: Pause): void {
    this.#paused |= PAUSES[reason];
    if (this.#isSocketPaused) return;
    this.#isSocketPaused = true;
    this.#socket.pause();
  }

  #resume(reason: Pause): void {
    if ((this.#paused & PAUSES[reason]) === 0 || this.#phase === 'closed') return;
    this.#paused &= ~PAUSES[reason];
    if (this.#paused !== 0) return;
    this.#useHeld();
    if (this.#paused !== 0 || this.#isClosed) return;
    this.#isSocketPaused = false;
    this.#socket.resume();
  }

  get #isClosed(): boolean {
    return this.#phase === 'closed';
  }

  /** Use what was read before, until something makes the link wait again. */
  #useHeld(): void {
    while (this.#paused === 0 && !this.#isClosed) {
      const { first } = this.#held;
      if (first === null) return;
      if (this.#phase === 'raw') {
        this.#held.use(first.length);
        this.#tellRaw(first);
      } else {
        this.#held.use(this.#splitter.push(first, this.#held.from));
      }
    }
  }

  #finish(code: LinkCode | null, destroy: boolean): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#splitter.stop();
    if (destroy) this.#socket.destroy();
    this.#held.clear();
    this.#server.stop();
    this.#store?.links.delete(this);
    this.#parts.onGone();
    if (code !== null) this.#events.push({ type: 'closed', link: this.id, code });
    this.#receiver.stop();
  }
}
