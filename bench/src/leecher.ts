/**
 * The peer that clients upload to, as a process of its own: one connection from each of its addresses, pieces shared
 * among them as they go, every byte compared with the data as it comes and then forgotten.
 *
 * Started by `fork`; its first message is a PeerOptions. Sends `{ ready: 0 }`, dials at `{ clientPort }`, and sends
 * `{ seconds }` when every block came: seconds since the first unchoke.
 */
import { createConnection, type Socket } from 'node:net';
import process from 'node:process';
import {
  encodeHandshake,
  encodeInterested,
  encodeRequest,
  HANDSHAKE_LENGTH,
  readU32,
} from '@jstorrent/protocol';
import { BLOCK_BYTES, FramedContent, HEADER_BYTES } from './frames.ts';
import { peerId, readPeerOptions } from './peer-options.ts';

/** Requests in flight per connection, and how many are sent at once. */
const IN_FLIGHT = 192;
const BATCH = 32;
const READ_BYTES = 256 * 1024;
const CHOKE = 0;
const UNCHOKE = 1;
const PIECE = 7;

const { options, facts } = await readPeerOptions();
const content = new FramedContent(options.files, options.pieceLength);
const blocksPerPiece = options.pieceLength / BLOCK_BYTES;
const received = new Uint8Array(content.blockCount);
const sockets = new Set<Socket>();
/** Makes each connection ask for what there is to ask for. */
const askers = new Set<() => void>();
/** Blocks that somebody was asked for and did not send. */
const returned: number[] = [];
let nextPiece = 0;
let missing = 0;
let startedAtMs = 0;

interface StreamListener {
  onHandshake(): void;
  onChoke(): void;
  onUnchoke(): void;
  onBlock(block: number): void;
}

/** Splits one stream into messages; payload is compared where it lies. */
class Stream {
  /** Bytes of the handshake still to come. */
  #skip = HANDSHAKE_LENGTH;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerBytes = 0;
  /** Bytes of the message still to come, and where they must equal the data; -1 for what is not payload. */
  #left = 0;
  #expectAt = -1;
  #block = -1;
  readonly #listener: StreamListener;

  constructor(listener: StreamListener) {
    this.#listener = listener;
  }

  push(chunk: Buffer): void {
    let at = Math.min(this.#skip, chunk.length);
    this.#skip -= at;
    if (at > 0 && this.#skip === 0) this.#listener.onHandshake();
    while (at < chunk.length) at = this.#left > 0 ? this.#body(chunk, at) : this.#begin(chunk, at);
  }

  /** Collect prefix and id, for a block the whole header. */
  #begin(chunk: Buffer, from: number): number {
    const header = this.#header;
    let at = from;
    while (at < chunk.length && this.#headerBytes < this.#headerLength()) {
      header[this.#headerBytes] = chunk[at] as number;
      this.#headerBytes += 1;
      at += 1;
    }
    const wanted = this.#headerLength();
    if (this.#headerBytes < wanted) return at;
    this.#headerBytes = 0;
    this.#left = readU32(header, 0) + 4 - wanted;
    this.#expectAt = -1;
    if (wanted === HEADER_BYTES) this.#expect(header);
    else if (wanted === 5 && header[4] === UNCHOKE) this.#listener.onUnchoke();
    else if (wanted === 5 && header[4] === CHOKE) this.#listener.onChoke();
    return at;
  }

  /** How long the header is, as far as it is known. */
  #headerLength(): number {
    if (this.#headerBytes < 4 || readU32(this.#header, 0) === 0) return 4;
    return this.#headerBytes > 4 && this.#header[4] === PIECE ? HEADER_BYTES : 5;
  }

  #expect(header: Buffer): void {
    const block = content.blockAt(readU32(header, 5), readU32(header, 9), this.#left);
    if (block === -1) throw new Error('the client sent a block that nobody asked for');
    this.#block = block;
    this.#expectAt = content.spanOf(block, block + 1).start + HEADER_BYTES;
  }

  #body(chunk: Buffer, from: number): number {
    const count = Math.min(this.#left, chunk.length - from);
    if (this.#expectAt !== -1) {
      const same =
        content.bytes.compare(chunk, from, from + count, this.#expectAt, this.#expectAt + count) === 0;
      if (!same) throw new Error('the client sent wrong data');
      this.#expectAt += count;
    }
    this.#left -= count;
    if (this.#left === 0 && this.#expectAt !== -1) this.#listener.onBlock(this.#block);
    return from + count;
  }
}

/** The next block to ask for, -1 when all are asked for. Each connection takes whole pieces, then what others left. */
class Share {
  #next = 0;
  #end = 0;

  take(): number {
    if (this.#next === this.#end && nextPiece < facts.pieceCount) {
      this.#next = nextPiece * blocksPerPiece;
      this.#end = Math.min(this.#next + blocksPerPiece, content.blockCount);
      nextPiece += 1;
    }
    if (this.#next === this.#end) return returned.pop() ?? -1;
    this.#next += 1;
    return this.#next - 1;
  }

  /** The rest is for others. */
  giveBack(): void {
    while (this.#next < this.#end) returned.push(this.take());
  }
}

function fetch(localAddress: string, port: number): void {
  const share = new Share();
  const inFlight = new Set<number>();
  let isUnchoked = false;
  const ask = (): void => {
    if (!isUnchoked || inFlight.size > IN_FLIGHT - BATCH) return;
    const requests: Uint8Array[] = [];
    while (inFlight.size < IN_FLIGHT) {
      const block = share.take();
      if (block === -1) break;
      const piece = Math.floor(block / blocksPerPiece);
      const offset = (block % blocksPerPiece) * BLOCK_BYTES;
      requests.push(encodeRequest({ piece, offset, length: content.lengthOf(block) }));
      inFlight.add(block);
    }
    if (requests.length > 0) socket.write(Buffer.concat(requests));
  };
  const giveUp = (): void => {
    isUnchoked = false;
    returned.push(...inFlight);
    inFlight.clear();
    share.giveBack();
    for (const other of askers) other();
  };
  const stream = new Stream({
    // Not before: aria2 takes anything that follows a handshake too early for a broken one.
    onHandshake: () => socket.write(encodeInterested()),
    onChoke: giveUp,
    onUnchoke: () => {
      isUnchoked = true;
      if (startedAtMs === 0) startedAtMs = performance.now();
      ask();
    },
    onBlock: (block) => {
      inFlight.delete(block);
      if (received[block] !== 0) return;
      received[block] = 1;
      missing -= 1;
    },
  });
  const socket = createConnection({
    host: '127.0.0.1',
    port,
    localAddress,
    noDelay: true,
    onread: {
      buffer: Buffer.allocUnsafeSlow(READ_BYTES),
      callback: (length, buffer) => {
        stream.push((buffer as Buffer).subarray(0, length));
        ask();
        if (missing === 0) finish();
        return true;
      },
    },
  });
  sockets.add(socket);
  askers.add(ask);
  socket.on('connect', () => {
    const flags = { fast: false, extended: false, dht: false, v2: false };
    socket.write(encodeHandshake({ flags, infoHash: facts.infoHash, peerId: peerId() }));
  });
  // aria2 lets some of several connections go; the others do their work.
  socket.on('close', () => {
    askers.delete(ask);
    giveUp();
    if (sockets.delete(socket) && sockets.size === 0) throw new Error('the client closed every connection');
  });
}

function finish(): void {
  const seconds = (performance.now() - startedAtMs) / 1000;
  missing = -1;
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  askers.clear();
  process.send?.({ seconds });
}

process.on('message', ({ clientPort }: { readonly clientPort: number }) => {
  received.fill(0);
  nextPiece = 0;
  returned.length = 0;
  missing = content.blockCount;
  startedAtMs = 0;
  for (const address of options.addresses) fetch(address, clientPort);
});
process.once('disconnect', () => process.exit(0));
process.send?.({ ready: 0 });
