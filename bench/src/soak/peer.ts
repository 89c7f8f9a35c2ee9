/**
 * One connection of a scripted peer in a soak: handshake, what it claims, and blocks of zeros or requests at its own pace.
 * When connections begin and end is decided in crowd.ts.
 */
import { randomBytes, randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers';
import {
  Bitfield,
  decodeExtendedHandshake,
  decodeMetadataMessage,
  encodeBitfield,
  encodeExtended,
  encodeExtendedHandshake,
  encodeHandshake,
  encodeHave,
  encodeInterested,
  encodeKeepAlive,
  encodeMetadataData,
  encodePiece,
  encodeRequest,
  encodeUnchoke,
  EXTENDED_HANDSHAKE,
  HANDSHAKE_LENGTH,
  MessageReader,
  METADATA_PIECE_LENGTH,
  toHex,
  UT_METADATA,
  type BlockRange,
  type WireMessage,
} from '@jstorrent/protocol';
import type { ZeroTorrent } from './torrents.ts';

/** What a peer does for a torrent. */
export interface PeerScript {
  readonly torrent: ZeroTorrent;
  /** `fetch`: has a part and asks for blocks; `give`: has everything and serves. */
  readonly kind: 'fetch' | 'give';
  /** Between two requests of ours, or from a request of theirs to its answer. */
  readonly paceMs: number;
  /** One served block in so many is wrong, 0 = none. */
  readonly wrongEvery: number;
}

const BLOCK_BYTES = 16_384;
const ZEROS = new Uint8Array(BLOCK_BYTES);
const KEEP_ALIVE_MS = 60_000;
/** Answers that wait to be sent; more requests are not remembered. */
const ANSWERS_MAX = 500;
/** The extension id we ask clients to use towards us (BEP 10). */
const OUR_UT_METADATA = 1;

/** Whose script it is, where it is not known from the beginning. */
type FindScript = (infoHash: string) => PeerScript | null;

class Conversation {
  readonly #socket: Socket;
  readonly #reader = new MessageReader();
  readonly #findScript: FindScript;
  readonly #peerId: Uint8Array;
  #script: PeerScript | null;
  #head: Uint8Array = new Uint8Array();
  #metadataId = 0;
  #isChoked = true;
  readonly #wishes: BlockRange[] = [];
  #answer: NodeJS.Timeout | undefined;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(socket: Socket, peerId: Uint8Array, script: PeerScript | null, findScript: FindScript) {
    this.#socket = socket;
    this.#peerId = peerId;
    this.#script = script;
    this.#findScript = findScript;
    socket.on('data', (bytes) => this.#read(bytes));
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#end());
    if (script !== null) this.#greet(script);
  }

  #greet({ torrent }: PeerScript): void {
    const flags = { fast: false, extended: true, dht: false, v2: false };
    this.#send(encodeHandshake({ flags, infoHash: torrent.infoHash, peerId: this.#peerId }));
  }

  #read(bytes: Uint8Array): void {
    let rest = bytes;
    if (this.#head.length < HANDSHAKE_LENGTH) {
      const missing = HANDSHAKE_LENGTH - this.#head.length;
      this.#head = new Uint8Array(Buffer.concat([this.#head, bytes.subarray(0, missing)]));
      if (this.#head.length < HANDSHAKE_LENGTH) return;
      rest = bytes.subarray(missing);
      this.#onHandshake(toHex(this.#head.subarray(28, 48)));
    }
    for (const message of this.#reader.push(rest)) {
      if (this.#socket.destroyed) return;
      this.#onMessage(message);
    }
  }

  #onHandshake(infoHash: string): void {
    if (this.#script === null) {
      this.#script = this.#findScript(infoHash);
      if (this.#script === null) {
        this.#socket.destroy();
        return;
      }
      this.#greet(this.#script);
    }
    const { torrent, kind, paceMs } = this.#script;
    const told = encodeExtendedHandshake({
      extensions: { [UT_METADATA]: OUR_UT_METADATA },
      metadataSize: torrent.metadata.length,
      requestQueue: ANSWERS_MAX,
      clientName: `Soak ${randomInt(1000)}`,
    });
    this.#send(encodeExtended(EXTENDED_HANDSHAKE, told));
    this.#timers.push(setInterval(() => this.#send(encodeKeepAlive()), KEEP_ALIVE_MS));
    if (kind === 'give') {
      this.#send(encodeBitfield(Bitfield.full(torrent.pieceCount).toBytes()));
      this.#send(encodeUnchoke());
      return;
    }
    const have = new Bitfield(torrent.pieceCount);
    for (let i = randomInt(torrent.pieceCount); i > 0; i -= 1) have.set(randomInt(torrent.pieceCount));
    this.#send(encodeBitfield(have.toBytes()));
    this.#send(encodeInterested());
    this.#timers.push(setInterval(() => this.#ask(torrent), paceMs));
  }

  #onMessage(message: WireMessage): void {
    const script = this.#script;
    if (script === null) return;
    if (message.type === 'choke') this.#isChoked = true;
    else if (message.type === 'unchoke') this.#isChoked = false;
    else if (message.type === 'extended') this.#onExtended(message.id, message.payload, script.torrent);
    else if (message.type === 'request' && script.kind === 'give' && this.#wishes.length < ANSWERS_MAX) {
      this.#wishes.push(message);
      this.#answer ??= setTimeout(() => this.#serve(script), script.paceMs);
    } else if (message.type === 'cancel') {
      const { piece, offset } = message;
      const at = this.#wishes.findIndex((wish) => wish.piece === piece && wish.offset === offset);
      if (at !== -1) this.#wishes.splice(at, 1);
    }
  }

  #onExtended(id: number, payload: Uint8Array, { metadata }: ZeroTorrent): void {
    if (id === EXTENDED_HANDSHAKE) {
      this.#metadataId = decodeExtendedHandshake(payload).extensions.get(UT_METADATA) ?? 0;
    } else if (id === OUR_UT_METADATA && this.#metadataId > 0) {
      const message = decodeMetadataMessage(payload);
      if (message.type !== 'request') return;
      const at = message.piece * METADATA_PIECE_LENGTH;
      const data = metadata.subarray(at, at + METADATA_PIECE_LENGTH);
      const answer = encodeMetadataData(message.piece, metadata.length, data);
      this.#send(encodeExtended(this.#metadataId, answer));
    }
  }

  /** Ask for a block, or tell of a piece. */
  #ask({ pieceCount, pieceLength, totalBytes }: ZeroTorrent): void {
    const piece = randomInt(pieceCount);
    if (this.#isChoked) {
      this.#send(encodeHave(piece));
      return;
    }
    const offset = BLOCK_BYTES * randomInt(pieceLength / BLOCK_BYTES);
    const length = Math.min(BLOCK_BYTES, totalBytes - piece * pieceLength - offset);
    if (length > 0) this.#send(encodeRequest({ piece, offset, length }));
  }

  #serve(script: PeerScript): void {
    this.#answer = undefined;
    const wish = this.#wishes.shift();
    if (wish === undefined) return;
    const isWrong = script.wrongEvery > 0 && randomInt(script.wrongEvery) === 0;
    const data = isWrong ? new Uint8Array(randomBytes(wish.length)) : ZEROS.subarray(0, wish.length);
    this.#send(encodePiece(wish.piece, wish.offset, data));
    if (this.#wishes.length > 0) this.#answer = setTimeout(() => this.#serve(script), script.paceMs);
  }

  #send(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  #end(): void {
    clearTimeout(this.#answer);
    for (const timer of this.#timers) clearInterval(timer);
    this.#wishes.length = 0;
  }
}

/**
 * Converse over an open socket until it closes. A peer that dialled has a script and greets first; one that was dialled
 * is given its script when it hears of a torrent, and leaves when that is null.
 */
export function beginConversation(
  socket: Socket,
  peerId: Uint8Array,
  script: PeerScript | null,
  findScript: FindScript,
): void {
  new Conversation(socket, peerId, script, findScript);
}
