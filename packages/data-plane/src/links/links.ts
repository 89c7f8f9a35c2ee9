/**
 * The table of links and listeners: carries out the link commands. Decides which ids accepted connections get and how
 * many links there may be.
 */
import type { CipherSpec, LinkCommand, LinkId, ListenerId } from '@jstorrent/engine/ports';
import { BLOCK_LENGTH, FIRST_ACCEPTED_LINK } from '@jstorrent/engine/ports';
import { assert, present } from '../assert.ts';
import type { EventBatch } from '../events.ts';
import type { Limits } from '../limits.ts';
import type { Pacing } from '../pacing/pacing.ts';
import type { AcceptedSocket, CipherFactory, CopyBytes, Network, Socket, SocketEvents } from '../ports.ts';
import type { Stores } from '../store/stores.ts';
import type { LinkCiphers, LinkParts } from './link.ts';
import { FramePool } from './frame-pool.ts';
import { Link } from './link.ts';
import type { ServeRange } from './serve-queue.ts';
import { PIECE_HEADER_LENGTH } from './wire.ts';

/** Commands for the table of links. */
export type TableCommand = Exclude<LinkCommand, { type: 'limit' | 'webOpen' | 'webRequest' }>;
type OfLink = Exclude<TableCommand, { type: 'dial' | 'listen' | 'unlisten' }>;

type Serve = Extract<LinkCommand, { type: 'serve' }>;

/** What the table is built from. */
export interface LinksParts {
  readonly network: Network;
  readonly events: EventBatch;
  readonly limits: Limits;
  readonly pacing: Pacing;
  readonly copy: CopyBytes;
  readonly arena: Uint8Array;
  readonly ciphers: Readonly<Record<string, CipherFactory>>;
  readonly stores: Stores;
}

/** All peer connections. */
export class Links {
  readonly #parts: LinksParts;
  readonly #links = new Map<LinkId, Link>();
  readonly #listeners = new Map<ListenerId, { close(): void }>();
  /** Links that were given control bytes since the last flush. */
  readonly #unflushed = new Set<Link>();
  readonly #frames: FramePool;
  #nextAccepted = FIRST_ACCEPTED_LINK;
  #isHeld = false;

  constructor(parts: LinksParts) {
    const { serveRunBytes } = parts.limits;
    const messages = Math.ceil(serveRunBytes / BLOCK_LENGTH);
    this.#parts = parts;
    this.#frames = new FramePool(serveRunBytes + messages * PIECE_HEADER_LENGTH);
  }

  /** Blocks that are on their way into stores. */
  get placing(): number {
    let count = 0;
    for (const link of this.#links.values()) if (link.isPlacing) count++;
    return count;
  }

  /** Links that feed a store. */
  get attached(): number {
    let count = 0;
    for (const link of this.#links.values()) if (link.isAttached) count++;
    return count;
  }

  /** Carry out one command; what it sends goes out with the next `flush`. */
  submit(command: TableCommand): void {
    if (command.type === 'dial') {
      this.#dial(command.link, command.host, command.port);
    } else if (command.type === 'listen') {
      this.#listen(command.listener, command.host, command.port);
    } else if (command.type === 'unlisten') {
      this.#listeners.get(command.listener)?.close();
      this.#listeners.delete(command.listener);
    } else {
      const link = this.#links.get(command.link);
      if (link !== undefined) this.#carryOut(link, command);
    }
  }

  /** Write everything that was sent, one write per link. */
  flush(): void {
    for (const link of this.#unflushed) link.flush();
    this.#unflushed.clear();
  }

  /** Stop (or go on) reading all links, because the host does not keep up. */
  hold(held: boolean): void {
    if (this.#isHeld === held) return;
    this.#isHeld = held;
    for (const link of this.#links.values()) link.holdForHost(held);
  }

  /** Throws when a link contradicts itself. */
  checkInvariants(): void {
    for (const link of this.#links.values()) link.checkInvariants();
  }

  #carryOut(link: Link, command: OfLink): void {
    switch (command.type) {
      case 'continueRaw':
        link.continueRaw();
        break;
      case 'upgrade':
        link.upgrade(command.rest, this.#ciphers(command.cipher));
        // What came with the handshake may have ended the link.
        if (command.store !== 0 && this.#links.get(command.link) === link) this.#attach(link, command.store);
        break;
      case 'attach':
        this.#attach(link, command.store);
        break;
      case 'send':
        link.send(command.bytes);
        this.#unflushed.add(link);
        break;
      case 'request':
        link.request(command.piece, command.block, command.count);
        this.#unflushed.add(link);
        break;
      case 'cancel':
        link.cancel(command.piece, command.block, command.count);
        this.#unflushed.add(link);
        break;
      case 'serve':
        link.serve(rangeOf(command));
        break;
      case 'unserve':
        link.unserve(command.piece, command.offset, command.length);
        break;
      case 'close':
        link.close();
        break;
    }
  }

  #dial(id: LinkId, host: string, port: number): void {
    assert(id >= 0 && id < FIRST_ACCEPTED_LINK && !this.#links.has(id), `link ${id} is in use`);
    this.#add(id, false, (events) => this.#parts.network.dial(host, port, events));
  }

  #listen(listener: ListenerId, host: string, port: number): void {
    const { network, events } = this.#parts;
    assert(!this.#listeners.has(listener), `listener ${listener} is in use`);
    const handle = network.listen(host, port, {
      onListening: (bound) => events.push({ type: 'listening', listener, port: bound }),
      onFailed: (code) => {
        this.#listeners.delete(listener);
        events.push({ type: 'listenFailed', listener, code });
      },
      onAccept: (socket) => this.#accept(listener, socket),
    });
    this.#listeners.set(listener, handle);
  }

  #accept(listener: ListenerId, socket: AcceptedSocket): void {
    if (this.#links.size >= this.#parts.limits.maxLinks) {
      socket.destroy();
      return;
    }
    while (this.#links.has(this.#nextAccepted)) this.#stepAccepted();
    const link = this.#nextAccepted;
    this.#stepAccepted();
    const { host, port } = socket;
    this.#parts.events.append({ type: 'accepted', listener, link, host, port });
    this.#add(link, true, (events) => socket.take(events));
  }

  #stepAccepted(): void {
    this.#nextAccepted = this.#nextAccepted === 0xffff_ffff ? FIRST_ACCEPTED_LINK : this.#nextAccepted + 1;
  }

  #add(id: LinkId, isOpen: boolean, connect: (events: SocketEvents) => Socket): void {
    const { events, limits, pacing, copy, arena } = this.#parts;
    const onGone = (): void => {
      this.#links.delete(id);
    };
    const frames = this.#frames;
    const parts: LinkParts = { id, events, limits, pacing, copy, arena, frames, onGone };
    const link = new Link(parts, isOpen, connect);
    this.#links.set(id, link);
    if (this.#isHeld) link.holdForHost(true);
  }

  #attach(link: Link, id: number): void {
    const store = this.#parts.stores.get(id);
    if (store === null) link.end('STORE_CLOSED');
    else link.attach(store);
  }

  #ciphers(spec: CipherSpec | null): LinkCiphers | null {
    if (spec === null) return null;
    const known = Object.hasOwn(this.#parts.ciphers, spec.name);
    const make = present(known ? this.#parts.ciphers[spec.name] : undefined, `no cipher ${spec.name}`);
    return { outgoing: make(spec.outgoingKey), incoming: make(spec.incomingKey) };
  }
}

function rangeOf({ piece, offset, length, blockLength }: Serve): ServeRange {
  return { piece, offset, length, blockLength };
}
