/**
 * The crowd of a soak: scripted peers that connect, stay for a while, leave in one way or another, and partly come back.
 * Decides who connects when and from which address of this machine; what a connection says is in peer.ts.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers';
import { beginConversation, type PeerScript } from './peer.ts';

/** A torrent and how its peers behave. */
export interface CrowdPart extends PeerScript {
  /** Connections to hold up by dialling; 0 when the client dials. */
  readonly dialled: number;
  /** Connections to accept; what comes beyond is closed at once. */
  readonly accepted: number;
}

interface Identity {
  readonly address: string;
  readonly peerId: Uint8Array;
}

/** Time between two rounds of arrivals, and how many arrive at most in one. */
const ROUND_MS = 300;
const ARRIVALS = 2;
/** A peer stays for this long on average. */
const STAY_MS = 60_000;
/** Leavers that may come back. */
const RETURNING_MAX = 200;
/** One dialled connection in so many misbehaves. */
const RUDE_EVERY = 10;
const RUDE_MS = 15_000;

/** Peers in this process. */
export class Crowd {
  readonly #server: Server;
  readonly #clientPort: number;
  readonly #parts = new Map<string, CrowdPart>();
  readonly #open = new Map<string, Set<Socket>>();
  readonly #returning: Identity[] = [];
  readonly #rounds: NodeJS.Timeout;
  #connections = 0;

  private constructor(server: Server, clientPort: number) {
    this.#server = server;
    this.#clientPort = clientPort;
    server.on('connection', (socket) => this.#accept(socket));
    this.#rounds = setInterval(() => this.#round(), ROUND_MS);
  }

  /** Listen on all addresses of this machine; the client listens on a port of 127.0.0.1. */
  static async start(clientPort: number): Promise<Crowd> {
    const server = createServer({ noDelay: true }).listen(0, '0.0.0.0');
    await once(server, 'listening');
    return new Crowd(server, clientPort);
  }

  /** Where everybody listens. */
  get port(): number {
    const bound = this.#server.address();
    return typeof bound === 'object' && bound !== null ? bound.port : 0;
  }

  /** Connections made and taken so far. */
  get connections(): number {
    return this.#connections;
  }

  /** From now on there are peers for this torrent. */
  join(part: CrowdPart): void {
    this.#parts.set(part.torrent.id, part);
  }

  /** Everybody leaves this torrent. */
  leave(id: string): void {
    this.#parts.delete(id);
    for (const socket of this.#open.get(id) ?? []) socket.destroy();
    this.#open.delete(id);
  }

  /** Peers to tell the client of, at fresh addresses of this machine. */
  endpoints(count: number): { readonly host: string; readonly port: number }[] {
    const { port } = this;
    return Array.from({ length: count }, () => ({ host: freshAddress(), port }));
  }

  stop(): void {
    clearInterval(this.#rounds);
    this.#server.close();
    for (const id of this.#parts.keys()) this.leave(id);
  }

  #round(): void {
    for (const part of this.#parts.values()) {
      const open = this.#open.get(part.torrent.id)?.size ?? 0;
      for (let i = Math.min(ARRIVALS, part.dialled - open); i > 0; i -= 1) this.#dial(part);
    }
  }

  #dial(part: CrowdPart): void {
    const comesBack = this.#returning.length > 0 && randomInt(2) === 0;
    const returning = comesBack ? this.#returning.splice(randomInt(this.#returning.length), 1)[0] : undefined;
    const who = returning ?? { address: freshAddress(), peerId: freshPeerId() };
    const socket = createConnection({
      host: '127.0.0.1',
      port: this.#clientPort,
      localAddress: who.address,
      noDelay: true,
    });
    socket.on('error', () => socket.destroy());
    this.#enter(part, socket);
    socket.once('connect', () => {
      this.#connections += 1;
      if (randomInt(RUDE_EVERY) === 0) beRude(socket, part);
      else {
        beginConversation(socket, who.peerId, part, () => null);
        leaveLater(socket);
      }
    });
    socket.once('close', () => {
      if (this.#returning.length < RETURNING_MAX) this.#returning.push(who);
    });
  }

  #accept(socket: Socket): void {
    this.#connections += 1;
    beginConversation(socket, freshPeerId(), null, (id) => {
      const part = this.#parts.get(id);
      if (part === undefined || (this.#open.get(id)?.size ?? 0) >= part.accepted) return null;
      this.#enter(part, socket);
      return part;
    });
    leaveLater(socket);
  }

  #enter({ torrent }: CrowdPart, socket: Socket): void {
    const open = this.#open.get(torrent.id) ?? new Set<Socket>();
    this.#open.set(torrent.id, open.add(socket));
    socket.once('close', () => open.delete(socket));
  }
}

/** Politely, or with a reset. */
function leaveLater(socket: Socket): void {
  const leave = (): void => {
    if (randomInt(2) === 0) socket.end();
    else socket.resetAndDestroy();
  };
  const timer = setTimeout(leave, -Math.log(1 - Math.random()) * STAY_MS);
  socket.once('close', () => clearTimeout(timer));
}

/** Nothing at all, noise, half a handshake, or a torrent that nobody knows. */
function beRude(socket: Socket, { torrent }: CrowdPart): void {
  socket.resume();
  const kinds = [
    new Uint8Array(),
    randomBytes(200),
    Buffer.from('\u0013BitTorrent pro'),
    Buffer.concat([Buffer.from('\u0013BitTorrent protocol'), new Uint8Array(8), randomBytes(40)]),
    Buffer.concat([
      Buffer.from('\u0013BitTorrent protocol'),
      new Uint8Array(8),
      torrent.infoHash,
      freshPeerId(),
      Buffer.from([0xff, 0xff, 0xff, 0xff, 7]),
    ]),
  ];
  const bytes = kinds[randomInt(kinds.length)] ?? new Uint8Array();
  if (bytes.length > 0) socket.write(bytes);
  const timer = setTimeout(() => socket.destroy(), RUDE_MS);
  socket.once('close', () => clearTimeout(timer));
}

/** An address of this machine: 127.1.0.1 to 127.250.250.250. */
function freshAddress(): string {
  return `127.${1 + randomInt(250)}.${randomInt(251)}.${1 + randomInt(250)}`;
}

function freshPeerId(): Uint8Array {
  return new Uint8Array(Buffer.concat([Buffer.from('-JB0100-'), randomBytes(12)]));
}
