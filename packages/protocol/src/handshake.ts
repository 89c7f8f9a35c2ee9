/**
 * The 68 bytes that open a BitTorrent connection (BEP 3), with the reserved bits we know.
 */
import { assert } from './assert.ts';
import { copyBytes, equalBytes } from './bytes.ts';
import { ProtocolError } from './error.ts';
import { encodeUtf8 } from './utf8.ts';

/** Bytes of a handshake. */
export const HANDSHAKE_LENGTH = 68;

const PROTOCOL = encodeUtf8('\u0013BitTorrent protocol');
const RESERVED_AT = 20;
const INFO_HASH_AT = 28;
const PEER_ID_AT = 48;

/** Reserved bits: fast (BEP 6), extended (BEP 10), dht (BEP 5), v2 (BEP 52: hybrid, upgrade possible). */
export interface HandshakeFlags {
  readonly fast: boolean;
  readonly extended: boolean;
  readonly dht: boolean;
  readonly v2: boolean;
}

/** A handshake (BEP 3): `infoHash` and `peerId` are 20 bytes each. */
export interface Handshake {
  readonly flags: HandshakeFlags;
  readonly infoHash: Uint8Array;
  readonly peerId: Uint8Array;
}

/** The bytes of a handshake (BEP 3), fresh. */
export function encodeHandshake(handshake: Handshake): Uint8Array {
  assert(handshake.infoHash.length === 20 && handshake.peerId.length === 20, 'hash and id of 20 bytes');
  const { flags } = handshake;
  const bytes = new Uint8Array(HANDSHAKE_LENGTH);
  bytes.set(PROTOCOL, 0);
  bytes[RESERVED_AT + 5] = flags.extended ? 0x10 : 0;
  bytes[RESERVED_AT + 7] = (flags.dht ? 0x01 : 0) | (flags.fast ? 0x04 : 0) | (flags.v2 ? 0x10 : 0);
  bytes.set(handshake.infoHash, INFO_HASH_AT);
  bytes.set(handshake.peerId, PEER_ID_AT);
  return bytes;
}

/**
 * Read a handshake (BEP 3) from the first 68 of `bytes`; hash and id are copies.
 * Throws WIRE_HANDSHAKE when it is short or another protocol.
 */
export function parseHandshake(bytes: Uint8Array): Handshake {
  if (bytes.length < HANDSHAKE_LENGTH) {
    throw new ProtocolError('WIRE_HANDSHAKE', bytes.length, 'The handshake is too short');
  }
  if (!isHandshakeStart(bytes)) throw new ProtocolError('WIRE_HANDSHAKE', 0, 'Not the BitTorrent protocol');
  const fifth = bytes[RESERVED_AT + 5] ?? 0;
  const seventh = bytes[RESERVED_AT + 7] ?? 0;
  return {
    flags: {
      fast: (seventh & 0x04) !== 0,
      extended: (fifth & 0x10) !== 0,
      dht: (seventh & 0x01) !== 0,
      v2: (seventh & 0x10) !== 0,
    },
    infoHash: copyBytes(bytes, INFO_HASH_AT, PEER_ID_AT),
    peerId: copyBytes(bytes, PEER_ID_AT, HANDSHAKE_LENGTH),
  };
}

/** Whether `bytes`, however few, can be the beginning of a handshake (BEP 3): false is final. */
export function isHandshakeStart(bytes: Uint8Array): boolean {
  const known = Math.min(bytes.length, PROTOCOL.length);
  return equalBytes(bytes.subarray(0, known), PROTOCOL.subarray(0, known));
}
