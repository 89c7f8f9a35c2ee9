/**
 * An honest leecher written by hand: it connects from an address of its choice, fetches everything, compares it, and comes
 * again when it is sent away, as clients do. Decides nothing about the program it fetches from.
 */
import { connect, type Socket } from 'node:net';
import type { Address } from '../clients/client.ts';
import { BLOCK, handshake, Hearing, ID, message, numbers, type Share } from './wire.ts';
import type { World } from './world.ts';

/** Requests under way at once. */
const WINDOW = 8;
/** Between being sent away and the next try. */
const AGAIN_MS = 100;

let met = 0;

/** How a fetch went. */
export interface Fetch {
  /** Connections that were ended after the program had introduced itself: none while we are welcome. */
  readonly expelled: number;
  /** Connections that were refused before that. */
  readonly refused: number;
}

/** Fetch all of it over `from`, a loopback address; rejects when a byte is wrong. */
export async function fetchAll(world: World, share: Share, address: Address, from: string): Promise<Fetch> {
  const leech = new Leech(share, address, from);
  world.atEnd(() => leech.stop());
  await leech.done;
  return { expelled: leech.expelled, refused: leech.refused };
}

class Leech {
  readonly done: Promise<void>;
  expelled = 0;
  refused = 0;
  readonly #share: Share;
  readonly #address: Address;
  readonly #from: string;
  readonly #outcome = Promise.withResolvers<void>();
  readonly #missing: Set<number>;
  #asked = new Set<number>();
  #socket: Socket | null = null;
  #isOver = false;

  constructor(share: Share, address: Address, from: string) {
    this.#share = share;
    this.#address = address;
    this.#from = from;
    this.done = this.#outcome.promise;
    const blocks = Math.ceil(share.content.length / BLOCK);
    this.#missing = new Set(Array.from({ length: blocks }, (_, block) => block * BLOCK));
    this.#dial();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#socket?.destroy();
  }

  #dial(): void {
    if (this.#isOver) return;
    met += 1;
    const name = `-RL0000-${met}`;
    let isIntroduced = false;
    const { host, port } = this.#address;
    const socket = connect({ host, port, localAddress: this.#from, autoSelectFamily: false });
    this.#socket = socket;
    this.#asked = new Set();
    const hearing = new Hearing(
      () => {
        isIntroduced = true;
        socket.write(message(ID.interested));
      },
      (id, payload) => {
        if (id === ID.unchoke) this.#ask();
        if (id === ID.piece) this.#take(payload);
      },
    );
    socket.on('connect', () => socket.write(handshake(this.#share.torrent.infoHash, name)));
    socket.on('data', (bytes: Buffer) => hearing.push(bytes));
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#isOver) return;
      if (isIntroduced) this.expelled += 1;
      else this.refused += 1;
      setTimeout(() => this.#dial(), AGAIN_MS);
    });
  }

  #ask(): void {
    for (const at of this.#missing) {
      if (this.#asked.size >= WINDOW) return;
      if (this.#asked.has(at)) continue;
      this.#asked.add(at);
      const { content, pieceLength } = this.#share;
      const length = Math.min(BLOCK, content.length - at);
      this.#socket?.write(numbers(ID.request, Math.floor(at / pieceLength), at % pieceLength, length));
    }
  }

  #take(payload: Buffer): void {
    const { content, pieceLength } = this.#share;
    const at = payload.readUInt32BE(0) * pieceLength + payload.readUInt32BE(4);
    const bytes = payload.subarray(8);
    if (!this.#asked.delete(at) || !bytes.equals(content.subarray(at, at + bytes.length))) {
      this.#isOver = true;
      this.#outcome.reject(new Error(`wrong bytes at ${at}`));
      return;
    }
    this.#missing.delete(at);
    this.#ask();
    if (this.#missing.size > 0) return;
    this.#isOver = true;
    this.#socket?.destroy();
    this.#outcome.resolve();
  }
}
