/**
 * The peer that clients download from, as a process of its own: any number of addresses of this machine, all data in
 * memory, one write for each run of consecutive requests. It knows what the benchmark needs: handshake, bitfield,
 * metadata (BEP 9), requests and cancels.
 *
 * Started by `fork`; its first message is a PeerOptions. Sends `{ ready: port }` when it listens on all addresses.
 */
import { createServer, type Socket } from 'node:net';
import process from 'node:process';
import {
  Bitfield,
  decodeExtendedHandshake,
  decodeMetadataMessage,
  encodeBitfield,
  encodeExtended,
  encodeExtendedHandshake,
  encodeHandshake,
  encodeMetadataData,
  encodeUnchoke,
  EXTENDED_HANDSHAKE,
  HANDSHAKE_LENGTH,
  isHandshakeStart,
  UT_METADATA,
  MessageReader,
  type WireMessage,
} from '@jstorrent/protocol';
import { FramedContent } from './frames.ts';
import { peerId, readPeerOptions, type PeerFacts } from './peer-options.ts';

const METADATA_PIECE_BYTES = 16_384;
/** The extension id we ask clients to use towards us (BEP 10). */
const OUR_UT_METADATA = 1;
/** Most blocks in one write: what a socket buffer takes at once is less. */
const WRITE_BLOCKS = 256;

/** Blocks that a client asked for and that are not yet in the socket: runs of [first, end). */
class Wishes {
  readonly #runs: { first: number; end: number }[] = [];

  add(block: number): void {
    const last = this.#runs.at(-1);
    if (last !== undefined && last.end === block) last.end += 1;
    else this.#runs.push({ first: block, end: block + 1 });
  }

  cancel(block: number): void {
    const at = this.#runs.findIndex(({ first, end }) => first <= block && block < end);
    const run = this.#runs[at];
    if (run === undefined) return;
    const parts = [
      { first: run.first, end: block },
      { first: block + 1, end: run.end },
    ];
    this.#runs.splice(at, 1, ...parts.filter(({ first, end }) => first < end));
  }

  /** The next run, at most WRITE_BLOCKS long, or null. */
  take(): { readonly first: number; readonly end: number } | null {
    const run = this.#runs[0];
    if (run === undefined) return null;
    const { first } = run;
    const end = Math.min(run.end, first + WRITE_BLOCKS);
    run.first = end;
    if (run.first === run.end) this.#runs.shift();
    return { first, end };
  }
}

function serve(socket: Socket, content: FramedContent, facts: PeerFacts): void {
  const wishes = new Wishes();
  const reader = new MessageReader();
  let handshake = Buffer.alloc(0);
  let isWriting = false;
  let metadataId = 0;

  const pump = (): void => {
    if (isWriting) return;
    const run = wishes.take();
    if (run === null) return;
    isWriting = true;
    const { start, end } = content.spanOf(run.first, run.end);
    socket.write(content.bytes.subarray(start, end), () => {
      isWriting = false;
      pump();
    });
  };

  const onExtended = (id: number, payload: Uint8Array): void => {
    if (id === EXTENDED_HANDSHAKE) {
      metadataId = decodeExtendedHandshake(payload).extensions.get(UT_METADATA) ?? 0;
    } else if (id === OUR_UT_METADATA && metadataId > 0) {
      const message = decodeMetadataMessage(payload);
      if (message.type !== 'request') return;
      const at = message.piece * METADATA_PIECE_BYTES;
      const part = facts.metadata.subarray(at, at + METADATA_PIECE_BYTES);
      const answer = encodeMetadataData(message.piece, facts.metadata.length, part);
      socket.write(encodeExtended(metadataId, answer));
    }
  };

  const onMessage = (message: WireMessage): void => {
    if (message.type === 'extended') onExtended(message.id, message.payload);
    if (message.type !== 'request' && message.type !== 'cancel') return;
    const block = content.blockAt(message.piece, message.offset, message.length);
    if (block === -1) socket.destroy(new Error('asked for something other than a whole block'));
    else if (message.type === 'request') wishes.add(block);
    else wishes.cancel(block);
  };

  const greet = (): void => {
    const flags = { fast: false, extended: true, dht: false, v2: false };
    socket.write(encodeHandshake({ flags, infoHash: facts.infoHash, peerId: peerId() }));
    const extensions = { [UT_METADATA]: OUR_UT_METADATA };
    const metadataSize = facts.metadata.length;
    const told = encodeExtendedHandshake({ extensions, metadataSize, requestQueue: 2000 });
    socket.write(encodeExtended(EXTENDED_HANDSHAKE, told));
    socket.write(encodeBitfield(Bitfield.full(facts.pieceCount).toBytes()));
    socket.write(encodeUnchoke());
  };

  socket.on('data', (chunk) => {
    let rest: Uint8Array = chunk;
    if (handshake.length < HANDSHAKE_LENGTH) {
      const missing = HANDSHAKE_LENGTH - handshake.length;
      handshake = Buffer.concat([handshake, chunk.subarray(0, missing)]);
      if (!isHandshakeStart(handshake)) {
        socket.destroy();
        return;
      }
      if (handshake.length < HANDSHAKE_LENGTH) return;
      rest = chunk.subarray(missing);
      greet();
    }
    for (const message of reader.push(rest)) onMessage(message);
    pump();
  });
  // aria2 begins encrypted and comes again in plain; a client that is done resets its connections.
  socket.on('error', () => socket.destroy());
}

const { options, facts } = await readPeerOptions();
const content = new FramedContent(options.files, options.pieceLength);
let port = 0;
for (const host of options.addresses) {
  const server = createServer({ noDelay: true }, (socket) => serve(socket, content, facts));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port }, resolve);
  await promise;
  const bound = server.address();
  if (typeof bound === 'object' && bound !== null) port = bound.port;
}
process.send?.({ ready: port });
process.once('disconnect', () => process.exit(0));
