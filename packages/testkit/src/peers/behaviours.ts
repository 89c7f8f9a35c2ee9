/**
 * What ordinary peers do, in small composable parts: claim pieces, unchoke, serve, serve metadata, download. Each
 * function makes one part; abuse is in abuse.ts.
 */
import {
  Bitfield,
  type BlockRange,
  METADATA_PIECE_LENGTH,
  UT_METADATA,
  decodeMetadataMessage,
  encodeBitfield,
  encodeHaveAll,
  encodeHaveNone,
  encodeInterested,
  encodeMetadataData,
  encodeMetadataReject,
  encodePiece,
  encodeRequest,
  encodeUnchoke,
} from '@jstorrent/protocol';
import type { TestTorrent } from '../torrents.ts';
import { FAKE_EXTENSIONS, type FakePeer, type PeerBehaviour } from './fake-peer.ts';

const BLOCK_BYTES = 16_384;

/** Claims pieces right after the handshake: all of them, or those listed. */
export const claims = (torrent: TestTorrent, pieces: 'all' | readonly number[] = 'all'): PeerBehaviour => ({
  onHandshake: (peer) => {
    const { pieceCount } = torrent.info;
    if (pieces === 'all') {
      peer.send(peer.isFast ? encodeHaveAll() : encodeBitfield(Bitfield.full(pieceCount).toBytes()));
      return;
    }
    const field = new Bitfield(pieceCount);
    for (const piece of pieces) field.set(piece);
    if (field.count > 0) peer.send(encodeBitfield(field.toBytes()));
    else if (peer.isFast) peer.send(encodeHaveNone());
  },
});

/** Unchokes who is interested, after a while. */
export const unchokes = (delayMs = 0): PeerBehaviour => ({
  onMessage: (peer, message) => {
    if (message.type === 'interested') peer.after(delayMs, () => peer.send(encodeUnchoke()));
  },
});

/** How blocks are served. */
export interface Serving {
  /** Change the bytes of a block before it is sent; null leaves the request unanswered. */
  readonly alter?: (data: Uint8Array, range: BlockRange, peer: FakePeer) => Uint8Array | null;
  /** Wait this long before each answer. */
  readonly delayMs?: number;
  /** Send no more than this, in portions of up to a tenth of a second (at least one byte). */
  readonly bytesPerSecond?: number;
}

/** Sends the blocks that are requested, in order, at its own pace. */
export const serves = (torrent: TestTorrent, serving: Serving = {}): PeerBehaviour => {
  const answer = (peer: FakePeer, range: BlockRange): void => {
    const block = torrent.piece(range.piece).slice(range.offset, range.offset + range.length);
    const data = serving.alter === undefined ? block : serving.alter(block, range, peer);
    if (data === null) return;
    const message = encodePiece(range.piece, range.offset, data);
    if (serving.bytesPerSecond === undefined) peer.send(message);
    else peer.sendSlowly(message, serving.bytesPerSecond);
  };
  return {
    onMessage: (peer, message) => {
      if (message.type !== 'request') return;
      if (serving.delayMs === undefined) answer(peer, message);
      else peer.after(serving.delayMs, () => answer(peer, message));
    },
  };
};

/** Everything an honest seed does. */
export const honestSeed = (torrent: TestTorrent, serving: Serving = {}): PeerBehaviour[] => [
  claims(torrent),
  unchokes(),
  serves(torrent, serving),
  servesMetadata(torrent.info.raw),
];

/** Answers requests for metadata (BEP 9) from `metadata`, which may be a lie. */
export const servesMetadata = (
  metadata: Uint8Array,
  claimedSize: number = metadata.length,
): PeerBehaviour => ({
  extended: { metadataSize: claimedSize },
  onMessage: (peer, message) => {
    if (message.type !== 'extended' || message.id !== FAKE_EXTENSIONS[UT_METADATA]) return;
    const request = decodeMetadataMessage(message.payload);
    if (request.type !== 'request') return;
    const start = request.piece * METADATA_PIECE_LENGTH;
    const data = metadata.slice(start, start + METADATA_PIECE_LENGTH);
    const reply =
      data.length === 0
        ? encodeMetadataReject(request.piece)
        : encodeMetadataData(request.piece, claimedSize, data);
    peer.sendExtended(UT_METADATA, reply);
  },
});

/** A downloader and what it has. */
export interface Downloader extends PeerBehaviour {
  /** The torrent as received so far; zeros elsewhere. */
  readonly content: Uint8Array;
  /** Bytes of blocks received. */
  readonly receivedBytes: () => number;
}

/** Wants everything and requests it, `depth` blocks at a time, when unchoked. For one connection only. */
export const downloads = (torrent: TestTorrent, depth = 32): Downloader => {
  const content = new Uint8Array(torrent.content.length);
  const wanted: BlockRange[] = [];
  for (let piece = 0; piece < torrent.info.pieceCount; piece++) {
    const pieceBytes = torrent.piece(piece).length;
    for (let offset = 0; offset < pieceBytes; offset += BLOCK_BYTES) {
      wanted.push({ piece, offset, length: Math.min(BLOCK_BYTES, pieceBytes - offset) });
    }
  }
  let receivedBytes = 0;
  const request = (peer: FakePeer): void => {
    const range = wanted.shift();
    if (range !== undefined) peer.send(encodeRequest(range));
  };
  return {
    content,
    receivedBytes: () => receivedBytes,
    onHandshake: (peer) => peer.send(encodeInterested()),
    onMessage: (peer, message) => {
      if (message.type === 'unchoke') for (let i = 0; i < depth; i++) request(peer);
      if (message.type !== 'piece') return;
      content.set(message.data, message.piece * torrent.info.pieceLength + message.offset);
      receivedBytes += message.data.length;
      request(peer);
    },
  };
};
