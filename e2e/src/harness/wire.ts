/**
 * BitTorrent in bytes as a test speaks it, without our sources (BEP 3, 6). Decides the form of messages, not what is said
 * when, so that a test can say anything.
 */
import type { Torrent } from '../clients/client.ts';

/** Bytes asked for at once (BEP 3). */
export const BLOCK = 16 * 1024;
/** Bytes of a handshake. */
const HANDSHAKE_BYTES = 68;

/** Message ids (BEP 3, 6, 10). */
export const ID = {
  unchoke: 1,
  interested: 2,
  have: 4,
  bitfield: 5,
  request: 6,
  piece: 7,
  haveAll: 14,
  extended: 20,
} as const;

/** A torrent whose every byte the test knows. */
export interface Share {
  readonly torrent: Torrent;
  /** Path of the file or folder it was made of. */
  readonly path: string;
  /** All files of it, one after the other. */
  readonly content: Buffer;
  /** Bytes. */
  readonly pieceLength: number;
}

/** How many pieces a torrent has. */
export function pieceCountOf({ content, pieceLength }: Share): number {
  return Math.ceil(content.length / pieceLength);
}

/** A handshake with a peer id that begins with `name`; `fast` announces BEP 6. */
export function handshake(infoHash: string, name: string, fast = false): Buffer {
  const bytes = Buffer.alloc(HANDSHAKE_BYTES, '.');
  bytes.write('\u0013BitTorrent protocol', 0, 'latin1');
  bytes.fill(0, 20, 28);
  if (fast) bytes[27] = 4;
  bytes.write(infoHash, 28, 'hex');
  bytes.write(name.slice(0, 20), 48, 'latin1');
  return bytes;
}

/** The same handshake with the bit of extended messages (BEP 10). */
export function withExtensions(greeting: Buffer): Buffer {
  const bytes = Buffer.from(greeting);
  bytes[25] = (bytes[25] ?? 0) | 0x10;
  return bytes;
}

/** A message with its length in front. */
export function message(id: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(1 + payload.length);
  head[4] = id;
  return Buffer.concat([head, payload]);
}

/** A message whose payload is big-endian numbers of four bytes. */
export function numbers(id: number, ...values: readonly number[]): Buffer {
  const payload = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) payload.writeUInt32BE(value, 4 * index);
  return message(id, payload);
}

/** A piece message. */
export function pieceMessage(piece: number, offset: number, bytes: Uint8Array): Buffer {
  return message(ID.piece, Buffer.concat([numbers(0, piece, offset).subarray(5), bytes]));
}

/** A bitfield that says "all". */
export function fullBitfield(count: number): Buffer {
  const bits = Buffer.alloc(Math.ceil(count / 8), 0xff);
  const spare = bits.length * 8 - count;
  if (bits.length > 0) bits[bits.length - 1] = (0xff << spare) & 0xff;
  return message(ID.bitfield, bits);
}

/** What comes from a peer: its handshake, then whole messages. Trusts the peer: it is the program under test. */
export class Hearing {
  readonly #onHandshake: () => void;
  readonly #onMessage: (id: number, payload: Buffer) => void;
  #bytes = Buffer.alloc(0);
  #isIntroduced = false;

  constructor(onHandshake: () => void, onMessage: (id: number, payload: Buffer) => void) {
    this.#onHandshake = onHandshake;
    this.#onMessage = onMessage;
  }

  /** The next bytes of the stream. */
  push(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    if (!this.#isIntroduced) {
      if (this.#bytes.length < HANDSHAKE_BYTES) return;
      this.#bytes = this.#bytes.subarray(HANDSHAKE_BYTES);
      this.#isIntroduced = true;
      this.#onHandshake();
    }
    while (this.#bytes.length >= 4) {
      const end = 4 + this.#bytes.readUInt32BE();
      if (this.#bytes.length < end) return;
      const body = this.#bytes.subarray(4, end);
      this.#bytes = this.#bytes.subarray(end);
      if (body.length > 0) this.#onMessage(body[0] ?? 0, body.subarray(1));
    }
  }
}
