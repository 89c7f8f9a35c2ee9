/**
 * An honest seed written by hand: it listens, gives what it is asked for, and counts every block it gave. Decides when it
 * falls silent; what is asked of it is the program's business.
 */
import { createServer, type Socket } from 'node:net';
import type { Address } from '../clients/client.ts';
import {
  Hearing,
  BLOCK,
  fullBitfield,
  handshake,
  ID,
  message,
  pieceCountOf,
  pieceMessage,
  withExtensions,
  type Share,
} from './wire.ts';
import { MetadataTeller } from './metadata.ts';
import type { World } from './world.ts';

/** How a seed behaves. */
export interface SeedOptions {
  /** A loopback address to listen at; 127.0.0.1 if not given. */
  readonly host?: string;
  /** Payload to give before it falls silent until `allow`; all of it if not given. */
  readonly allowance?: number;
  /** The info dictionary, for who has a magnet link only; not given if absent. */
  readonly metadata?: Buffer;
}

interface Guest {
  readonly socket: Socket;
  /** Answers that wait for an allowance. */
  readonly waiting: (() => void)[];
}

/** A seed and what it gave. */
export class RawSeed implements Address {
  readonly host: string;
  /** Known when `listen` is resolved. */
  port = 0;
  /** How often each block was given, by its offset in the torrent. */
  readonly given = new Map<number, number>();
  /** Connections so far. */
  guests = 0;
  readonly #share: Share;
  readonly #guests = new Set<Guest>();
  readonly #metadata: Buffer | null;
  #allowance: number;

  constructor(share: Share, { host = '127.0.0.1', allowance = Infinity, metadata }: SeedOptions) {
    this.host = host;
    this.#metadata = metadata ?? null;
    this.#share = share;
    this.#allowance = allowance;
  }

  /** Payload given so far, bytes. */
  get bytes(): number {
    let sum = 0;
    for (const [offset, times] of this.given)
      sum += times * Math.min(BLOCK, this.#share.content.length - offset);
    return sum;
  }

  /** Give so much more before falling silent. */
  allow(bytes: number): void {
    this.#allowance += bytes;
    for (const { waiting } of this.#guests) for (const answer of waiting.splice(0)) answer();
  }

  /** Take connections until the test ends. */
  async listen(world: Pick<World, 'atEnd'>): Promise<void> {
    const server = createServer((socket) => this.#meet(socket));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject);
    server.listen({ host: this.host, port: 0 }, resolve);
    await promise;
    const address = server.address();
    if (address !== null && typeof address === 'object') this.port = address.port;
    world.atEnd(async () => {
      server.close();
      for (const { socket } of this.#guests) socket.destroy();
    });
  }

  #meet(socket: Socket): void {
    this.guests += 1;
    const teller = this.#metadata === null ? null : new MetadataTeller(this.#metadata);
    const guest: Guest = { socket, waiting: [] };
    this.#guests.add(guest);
    socket.on('error', () => {});
    socket.on('close', () => this.#guests.delete(guest));
    const name = `-RS0000-${this.host}:${this.port}`;
    const hearing = new Hearing(
      () => {
        const greeting = handshake(this.#share.torrent.infoHash, name);
        socket.write(teller === null ? greeting : Buffer.concat([withExtensions(greeting), teller.greeting]));
        socket.write(fullBitfield(pieceCountOf(this.#share)));
      },
      (id, payload) => {
        if (id === ID.interested) socket.write(message(ID.unchoke));
        if (id === ID.request) this.#answer(guest, payload);
        const told = id === ID.extended ? (teller?.hear(payload) ?? null) : null;
        if (told !== null) socket.write(told);
      },
    );
    socket.on('data', (bytes: Buffer) => hearing.push(bytes));
  }

  #answer(guest: Guest, payload: Buffer): void {
    const [piece, offset, length] = [
      payload.readUInt32BE(0),
      payload.readUInt32BE(4),
      payload.readUInt32BE(8),
    ];
    if (this.#allowance < length) {
      guest.waiting.push(() => this.#answer(guest, payload));
      return;
    }
    this.#allowance -= length;
    const at = piece * this.#share.pieceLength + offset;
    this.given.set(at, (this.given.get(at) ?? 0) + 1);
    guest.socket.write(pieceMessage(piece, offset, this.#share.content.subarray(at, at + length)));
  }
}

/** A seed that listens. */
export async function startSeed(world: World, share: Share, options: SeedOptions = {}): Promise<RawSeed> {
  const seed = new RawSeed(share, options);
  await seed.listen(world);
  return seed;
}
