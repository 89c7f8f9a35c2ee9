/**
 * A scripted peer on a host of the in-memory internet. It keeps the connection, the handshakes and a record; what it
 * does on top is decided by behaviours (behaviours.ts, abuse.ts), which are objects with handlers.
 */
import type { AcceptedSocket, Socket, SocketEvents } from '@jstorrent/data-plane';
import type { LinkCode } from '@jstorrent/engine/ports';
import {
  EXTENDED_HANDSHAKE,
  type ExtendedHandshake,
  HANDSHAKE_LENGTH,
  type Handshake,
  type HandshakeFlags,
  MessageReader,
  type OutgoingExtendedHandshake,
  ProtocolError,
  UT_METADATA,
  UT_PEX,
  type WireMessage,
  concatBytes,
  decodeExtendedHandshake,
  encodeExtended,
  encodeExtendedHandshake,
  encodeHandshake,
  encodeUtf8,
  parseHandshake,
} from '@jstorrent/protocol';
import type { SeededRandom } from '../random.ts';
import type { World } from '../world.ts';

/** What a peer does beside keeping the connection. Behaviours of one peer are asked in order. */
export interface PeerBehaviour {
  /** Members of our extended handshake (BEP 10). */
  readonly extended?: Partial<OutgoingExtendedHandshake>;
  /** Both handshakes are through. */
  readonly onHandshake?: (peer: FakePeer, theirs: Handshake) => void;
  /** Their extended handshake came. */
  readonly onExtended?: (peer: FakePeer, theirs: ExtendedHandshake) => void;
  readonly onMessage?: (peer: FakePeer, message: WireMessage) => void;
}

/** Who a fake peer is. */
export interface FakePeerOptions {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  readonly behaviours: readonly PeerBehaviour[];
  /** 20 bytes; default random with a made-up client. */
  readonly peerId?: Uint8Array;
  /** Default fast, extended and nothing else. */
  readonly flags?: Partial<HandshakeFlags>;
  /** Bytes to send instead of a handshake; null sends none. */
  readonly handshake?: Uint8Array | null;
}

/** Ids under which fake peers take extended messages. */
export const FAKE_EXTENSIONS: Readonly<Record<string, number>> = { [UT_METADATA]: 3, [UT_PEX]: 5 };

const DEFAULT_FLAGS: HandshakeFlags = { fast: true, extended: true, dht: false, v2: false };

/** One connection of a scripted peer. */
export class FakePeer implements SocketEvents {
  readonly world: World;
  readonly random: SeededRandom;
  readonly options: FakePeerOptions;
  /** Everything they sent after the handshake, in order. */
  readonly received: WireMessage[] = [];
  /** Their handshake, once it came. */
  handshake: Handshake | null = null;
  /** Their extended handshake, once it came. */
  extended: ExtendedHandshake | null = null;
  /** Why the connection ended, or null while it is open; `BROKEN` when they did not speak the protocol. */
  end: LinkCode | 'BROKEN' | null = null;
  isOpen = false;
  readonly #isDialler: boolean;
  readonly #flags: HandshakeFlags;
  readonly #reader = new MessageReader({ maxLength: 2 * 1024 * 1024 });
  readonly #timers = new Set<() => void>();
  #head: Uint8Array = new Uint8Array();
  readonly #socket: Socket;
  /** What is being sent in portions, and everything that waits behind it. */
  readonly #slowly: { readonly bytes: Uint8Array; readonly bytesPerSecond: number }[] = [];

  constructor(
    world: World,
    options: FakePeerOptions,
    role: 'dialler' | 'acceptor',
    attach: (events: SocketEvents) => Socket,
  ) {
    this.world = world;
    this.options = options;
    this.random = world.nextRandom('peer');
    this.#flags = { ...DEFAULT_FLAGS, ...options.flags };
    this.#isDialler = role === 'dialler';
    this.isOpen = role === 'acceptor';
    this.#socket = attach(this);
  }

  /** Whether both sides said they know the fast extension (BEP 6). */
  get isFast(): boolean {
    return this.#flags.fast && this.handshake?.flags.fast === true;
  }

  /** Send bytes as they are, behind what is still being sent slowly. */
  send(bytes: Uint8Array): void {
    if (this.end !== null) return;
    if (this.#slowly.length === 0) this.#socket.write(bytes);
    else this.#slowly.push({ bytes, bytesPerSecond: Number.POSITIVE_INFINITY });
  }

  /** Send bytes in portions of a tenth of a second, at least one byte each. */
  sendSlowly(bytes: Uint8Array, bytesPerSecond: number): void {
    this.#slowly.push({ bytes, bytesPerSecond });
    if (this.#slowly.length === 1) this.#sendPortion();
  }

  /** Send an extended message under the id they gave it; nothing when they do not know it. */
  sendExtended(name: string, payload: Uint8Array): void {
    const id = this.extended?.extensions.get(name);
    if (id !== undefined) this.send(encodeExtended(id, payload));
  }

  /** Messages of one type that they sent. */
  got<T extends WireMessage['type']>(type: T): Extract<WireMessage, { type: T }>[] {
    return this.received.filter(
      (message): message is Extract<WireMessage, { type: T }> => message.type === type,
    );
  }

  /** Run `callback` once after `delayMs`, unless the connection ends before. */
  after(delayMs: number, callback: () => void): void {
    if (this.end !== null) return;
    const cancel = this.world.clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      callback();
    });
    this.#timers.add(cancel);
  }

  /** Run `callback` every `periodMs` until the connection ends. */
  every(periodMs: number, callback: () => void): void {
    this.after(periodMs, () => {
      callback();
      this.every(periodMs, callback);
    });
  }

  /** Stop and go on reading. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Close the connection. */
  close(): void {
    this.#finish('ENDED');
    this.#socket.destroy();
  }

  onOpen(): void {
    this.isOpen = true;
    if (this.#isDialler) this.#sendHandshake();
  }

  onDrain(): void {}

  onClose(code: LinkCode): void {
    this.#finish(code);
  }

  onData(bytes: Uint8Array): void {
    try {
      this.#read(bytes);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#finish('BROKEN');
      this.#socket.destroy();
    }
  }

  #read(bytes: Uint8Array): void {
    let rest = bytes;
    if (this.handshake === null) {
      this.#head = concatBytes([this.#head, bytes]);
      if (this.#head.length < HANDSHAKE_LENGTH) return;
      this.handshake = parseHandshake(this.#head);
      rest = this.#head.subarray(HANDSHAKE_LENGTH);
      this.#greet(this.handshake);
    }
    for (const message of this.#reader.push(rest)) {
      if (this.end !== null) return;
      this.received.push(message);
      if (message.type === 'extended' && message.id === EXTENDED_HANDSHAKE) this.#onExtended(message.payload);
      for (const behaviour of this.options.behaviours) behaviour.onMessage?.(this, message);
    }
  }

  #greet(theirs: Handshake): void {
    if (!this.#isDialler) this.#sendHandshake();
    if (this.#flags.extended && theirs.flags.extended) {
      const parts = this.options.behaviours.map(({ extended }) => extended ?? {});
      const own = Object.assign(
        { extensions: FAKE_EXTENSIONS, clientName: 'Fake 1.0', requestQueue: 500 },
        ...parts,
      );
      this.send(
        encodeExtended(EXTENDED_HANDSHAKE, encodeExtendedHandshake(own as OutgoingExtendedHandshake)),
      );
    }
    for (const behaviour of this.options.behaviours) behaviour.onHandshake?.(this, theirs);
  }

  #sendHandshake(): void {
    const { handshake, infoHash, peerId } = this.options;
    if (handshake === null) return;
    this.send(
      handshake?.slice() ??
        encodeHandshake({ flags: this.#flags, infoHash, peerId: peerId ?? this.#randomId() }),
    );
  }

  #randomId(): Uint8Array {
    return concatBytes([encodeUtf8('-FK1000-'), this.random.bytes(12)]);
  }

  #onExtended(payload: Uint8Array): void {
    this.extended = decodeExtendedHandshake(payload);
    for (const behaviour of this.options.behaviours) behaviour.onExtended?.(this, this.extended);
  }

  #sendPortion(): void {
    const first = this.#slowly[0];
    if (first === undefined || this.end !== null) return;
    const { bytes, bytesPerSecond } = first;
    const portion = Math.min(bytes.length, Math.max(1, Math.floor(bytesPerSecond / 10)));
    this.#socket.write(bytes.slice(0, portion));
    this.after((portion / bytesPerSecond) * 1000, () => {
      if (portion === bytes.length) this.#slowly.shift();
      else this.#slowly[0] = { bytes: bytes.subarray(portion), bytesPerSecond };
      this.#sendPortion();
    });
  }

  #finish(end: LinkCode | 'BROKEN'): void {
    if (this.end !== null) return;
    this.end = end;
    this.isOpen = false;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }
}

/** Connect to a client. */
export const dialFakePeer = (
  world: World,
  host: string,
  to: { readonly host: string; readonly port: number },
  options: FakePeerOptions,
): FakePeer =>
  new FakePeer(world, options, 'dialler', (events) =>
    world.internet.network(host).dial(to.host, to.port, events),
  );

/** A scripted peer that waits for connections. */
export interface FakePeerListener {
  /** One per connection, in order. */
  readonly peers: readonly FakePeer[];
  /** Stop accepting; open connections stay. */
  close(): void;
}

/** Accept connections on a port of a host (IPv4 and IPv6); every connection behaves alike. */
export const listenFakePeer = (
  world: World,
  host: string,
  port: number,
  options: FakePeerOptions,
): FakePeerListener => {
  const peers: FakePeer[] = [];
  const onAccept = (accepted: AcceptedSocket): void => {
    peers.push(new FakePeer(world, options, 'acceptor', (events) => accepted.take(events)));
  };
  const onFailed = (code: LinkCode): void => {
    throw new Error(`a fake peer cannot listen on ${host}:${port}: ${code}`);
  };
  const network = world.internet.network(host);
  const listeners = ['0.0.0.0', '::'].map((address) =>
    network.listen(address, port, { onListening: () => {}, onFailed, onAccept }),
  );
  return {
    peers,
    close: () => {
      for (const listener of listeners) listener.close();
    },
  };
};
