/**
 * What a peer says after the handshake (BEP 3, 6, 9, 10, 54), turned into calls of the managers. A message that breaks
 * the protocol ends the conversation; a limit stands behind everything that is remembered.
 */
import {
  Bitfield,
  clientName,
  decodeExtendedHandshake,
  decodeDontHave,
  decodeMessage,
  decodeMetadataMessage,
  encodeBitfield,
  encodeExtended,
  encodeExtendedHandshake,
  encodeHaveAll,
  encodeHaveNone,
  EXTENDED_HANDSHAKE,
  LT_DONTHAVE,
  ProtocolError,
  UT_METADATA,
} from '@jstorrent/protocol';
import type { WireMessage } from '@jstorrent/protocol';
import { LIMITS } from '../limits.ts';
import { BLOCK_LENGTH } from '../ports.ts';
import type { Content } from './content.ts';
import type { MetadataManager } from './metadata-manager.ts';
import type { DropCode } from './peer-manager.ts';
import type { Peer } from './peer.ts';
import { sendTo } from './send.ts';
import type { Turn } from './turn.ts';

/** What a conversation needs of its torrent. */
export interface Swarm {
  /** Null while the metadata is unknown. */
  readonly content: Content | null;
  readonly metadata: MetadataManager;
  readonly peers: ReadonlySet<Peer>;
  readonly listenPort: number;
  readonly clientVersion: string;
  /** What is on disk is known: pieces may be offered. */
  readonly hasStore: boolean;
  /** Everything wanted is there and others may fetch it. */
  readonly isSeeding: boolean;
  drop(peer: Peer, code: DropCode, turn: Turn): void;
  /** The peer may be asked for more, or what it has changed. */
  touch(peer: Peer): void;
  /** Blocks became free that others may be asked for. */
  touchAll(): void;
}

/** Extension ids we ask peers to use towards us (BEP 10). */
const OUR_UT_METADATA = 1;
const OUR_LT_DONTHAVE = 2;
/** Bytes of early messages kept per peer until its pieces can be looked at: one bitfield of 2^21 pieces. */
const EARLY_BYTES = 262_145;

/** Say what we have and who we are, right after the handshake. */
export function greet(peer: Peer, swarm: Swarm, turn: Turn): void {
  if (peer.identity.extended) sendExtendedHandshake(peer, swarm, turn);
  const { content } = swarm;
  const have = swarm.hasStore ? (content?.pieces.ledger.haveCount ?? 0) : 0;
  if (content !== null && have > 0) {
    const all = have === content.math.pieceCount;
    const bytes =
      peer.identity.fast && all ? encodeHaveAll() : encodeBitfield(content.pieces.ledger.bitfield());
    sendTo(peer, bytes, turn);
  } else if (peer.identity.fast) {
    sendTo(peer, encodeHaveNone(), turn);
  }
}

/** Tell our extensions, again when the metadata came (BEP 10 allows repetition). */
export function sendExtendedHandshake(peer: Peer, swarm: Swarm, turn: Turn): void {
  const info = swarm.metadata.info;
  const payload = encodeExtendedHandshake({
    extensions: { [UT_METADATA]: OUR_UT_METADATA, [LT_DONTHAVE]: OUR_LT_DONTHAVE },
    clientName: swarm.clientVersion,
    requestQueue: LIMITS.windowMax,
    yourIp: peer.identity.address.host,
    uploadOnly: swarm.hasStore && (swarm.content?.pieces.ledger.complete ?? false),
    ...(swarm.listenPort > 0 ? { listenPort: swarm.listenPort } : {}),
    ...(info === null ? {} : { metadataSize: info.length }),
  });
  sendTo(peer, encodeExtended(EXTENDED_HANDSHAKE, payload), turn);
}

/** One message from a peer. */
export function hear(peer: Peer, bytes: Uint8Array, swarm: Swarm, turn: Turn): void {
  try {
    const message = decodeMessage(bytes);
    if (!handle(peer, message, bytes, swarm, turn)) swarm.drop(peer, 'BAD_MESSAGE', turn);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    swarm.drop(peer, 'BAD_MESSAGE', turn);
  }
}

/** The metadata is known now: what the peer said before has a meaning. */
export function replayEarly(peer: Peer, swarm: Swarm, turn: Turn): void {
  const { content } = swarm;
  if (content === null) return;
  const early = peer.early;
  peer.early = [];
  peer.have = new Bitfield(content.math.pieceCount);
  peer.announcedPieces = false;
  content.pieces.addPeer(peer);
  for (const bytes of early) {
    if (!swarm.peers.has(peer)) return;
    hear(peer, bytes, swarm, turn);
  }
}

/** False when the message breaks the protocol. */
function handle(peer: Peer, message: WireMessage, bytes: Uint8Array, swarm: Swarm, turn: Turn): boolean {
  const { content } = swarm;
  switch (message.type) {
    case 'choke':
      onChoke(peer, swarm, turn);
      return true;
    case 'unchoke':
      peer.setPeerChoking(false, turn.nowMs);
      swarm.touch(peer);
      return true;
    case 'interested':
      peer.peerInterested = true;
      content?.uploads.onInterested(peer, swarm.peers, turn);
      return true;
    case 'notInterested':
      peer.peerInterested = false;
      return true;
    case 'have':
    case 'bitfield':
    case 'haveAll':
    case 'haveNone':
    case 'suggest':
    case 'allowedFast':
      if (content === null || peer.have === null) return keepEarly(peer, bytes);
      if (!onPieces(peer, message, content, swarm)) return false;
      // Two that lack nothing have nothing to say to each other.
      if (peer.isSeed && content.pieces.ledger.complete && swarm.isSeeding)
        swarm.drop(peer, 'BOTH_SEEDS', turn);
      return true;
    case 'request':
      if (content === null || !swarm.hasStore) return true;
      return onRequest(peer, message, content, turn);
    case 'cancel':
      content?.uploads.onCancel(peer, message, turn);
      return true;
    case 'reject':
      return peer.identity.fast && onReject(peer, message, swarm, turn);
    case 'extended':
      if (!peer.identity.extended) return false;
      onExtended(peer, message, swarm, turn);
      return true;
    case 'piece':
      return false;
    default:
      return true;
  }
}

function onChoke(peer: Peer, swarm: Swarm, turn: Turn): void {
  if (peer.peerChoking) return;
  peer.setPeerChoking(true, turn.nowMs);
  // With BEP 6 each request is still answered; without it a choke drops them all.
  if (!peer.identity.fast && (swarm.content?.pieces.releaseAll(peer) ?? 0) > 0) swarm.touchAll();
}

function keepEarly(peer: Peer, bytes: Uint8Array): boolean {
  peer.earlyBytes += bytes.length;
  if (peer.earlyBytes > EARLY_BYTES) return false;
  peer.early.push(bytes);
  return true;
}

type PieceMessage = Extract<
  WireMessage,
  { type: 'have' | 'bitfield' | 'haveAll' | 'haveNone' | 'suggest' | 'allowedFast' }
>;

function onPieces(peer: Peer, message: PieceMessage, content: Content, swarm: Swarm): boolean {
  const { pieceCount } = content.math;
  if (message.type === 'have' || message.type === 'suggest' || message.type === 'allowedFast') {
    if (message.piece >= pieceCount) return false;
    if (message.type === 'have') {
      peer.announcedPieces = true;
      content.pieces.onPeerHave(peer, message.piece);
    } else {
      if (!peer.identity.fast) return false;
      if (message.type === 'suggest') peer.suggest(message.piece);
      else if (peer.allowedFast.size < LIMITS.allowedFastIn) peer.allowedFast.add(message.piece);
    }
    swarm.touch(peer);
    return true;
  }
  if (message.type !== 'bitfield' && !peer.identity.fast) return false;
  const isFirst = !peer.announcedPieces;
  peer.announcedPieces = true;
  if (message.type === 'haveNone') return isFirst;
  const have =
    message.type === 'bitfield' ? Bitfield.fromBytes(message.bytes, pieceCount) : Bitfield.full(pieceCount);
  if (isFirst) {
    content.pieces.removePeer(peer);
    peer.have = have;
    content.pieces.addPeer(peer);
  } else {
    // aria2 says it all again where that is shorter than a HAVE for each new piece.
    for (const piece of have.indices()) content.pieces.onPeerHave(peer, piece);
  }
  swarm.touch(peer);
  return true;
}

function onRequest(
  peer: Peer,
  message: { readonly piece: number; readonly offset: number; readonly length: number },
  content: Content,
  turn: Turn,
): boolean {
  const { piece, offset, length } = message;
  return (
    content.uploads.onRequested(peer, { piece, offset, length, blockLength: length }, turn) !== 'violation'
  );
}

/** A reject frees the block; one for nothing we asked is a lie (BEP 6). */
function onReject(
  peer: Peer,
  message: { readonly piece: number; readonly offset: number; readonly length: number },
  swarm: Swarm,
  turn: Turn,
): boolean {
  const { content } = swarm;
  if (content === null || message.piece >= content.math.pieceCount) return false;
  const block = message.offset / BLOCK_LENGTH;
  if (!Number.isInteger(block) || block >= content.math.blocksIn(message.piece)) return false;
  peer.rejectsInARow += 1;
  if (peer.rejectsInARow > LIMITS.rejectsInARow && !peer.peerChoking) {
    swarm.drop(peer, 'REJECTS_ALL', turn);
    return true;
  }
  if (peer.peerChoking) peer.allowedFast.delete(message.piece);
  if (content.pieces.onReject(peer, message.piece, block)) swarm.touchAll();
  return true;
}

function onExtended(
  peer: Peer,
  message: { readonly id: number; readonly payload: Uint8Array },
  swarm: Swarm,
  turn: Turn,
): void {
  if (message.id === EXTENDED_HANDSHAKE) onExtendedHandshake(peer, message.payload, swarm, turn);
  else if (message.id === OUR_UT_METADATA) {
    swarm.metadata.onMessage(peer, decodeMetadataMessage(message.payload), turn);
  } else if (message.id === OUR_LT_DONTHAVE && swarm.content !== null) {
    const piece = decodeDontHave(message.payload);
    if (piece < swarm.content.math.pieceCount) swarm.content.pieces.onPeerLost(peer, piece);
  }
}

function onExtendedHandshake(peer: Peer, payload: Uint8Array, swarm: Swarm, turn: Turn): void {
  const told = decodeExtendedHandshake(payload);
  for (const name of told.disabled) setExtension(peer, name, 0);
  for (const [name, id] of told.extensions) setExtension(peer, name, id);
  if (told.clientName !== null) peer.client = told.clientName.slice(0, LIMITS.clientNameLength);
  else if (peer.client === '') peer.client = clientName(peer.identity.peerId) ?? '';
  if (told.requestQueue !== null) peer.window.setPeerLimit(told.requestQueue);
  if (told.metadataSize !== null) peer.metadataSize = told.metadataSize;
  if (peer.extensions.utMetadata !== 0) swarm.metadata.addPeer(peer, turn);
  swarm.touch(peer);
}

function setExtension(peer: Peer, name: string, id: number): void {
  if (name === UT_METADATA) peer.extensions.utMetadata = id;
}
