/**
 * Peer messages as bytes (BEP 3, 5, 6, 10), each a fresh array of exactly its size with the length prefix.
 */
import { writeU16, writeU32 } from './bytes.ts';
import { MESSAGE, type BlockRange } from './wire.ts';

/** Keep-alive (BEP 3). */
export function encodeKeepAlive(): Uint8Array {
  return new Uint8Array(4);
}

/** Choke (BEP 3). */
export function encodeChoke(): Uint8Array {
  return message(MESSAGE.choke, 0);
}

/** Unchoke (BEP 3). */
export function encodeUnchoke(): Uint8Array {
  return message(MESSAGE.unchoke, 0);
}

/** Interested (BEP 3). */
export function encodeInterested(): Uint8Array {
  return message(MESSAGE.interested, 0);
}

/** Not interested (BEP 3). */
export function encodeNotInterested(): Uint8Array {
  return message(MESSAGE.notInterested, 0);
}

/** Have all (BEP 6). */
export function encodeHaveAll(): Uint8Array {
  return message(MESSAGE.haveAll, 0);
}

/** Have none (BEP 6). */
export function encodeHaveNone(): Uint8Array {
  return message(MESSAGE.haveNone, 0);
}

/** Have (BEP 3). */
export function encodeHave(piece: number): Uint8Array {
  return pieceMessage(MESSAGE.have, piece);
}

/** Suggest piece (BEP 6). */
export function encodeSuggest(piece: number): Uint8Array {
  return pieceMessage(MESSAGE.suggest, piece);
}

/** Allowed fast (BEP 6). */
export function encodeAllowedFast(piece: number): Uint8Array {
  return pieceMessage(MESSAGE.allowedFast, piece);
}

/** Request (BEP 3). */
export function encodeRequest(range: BlockRange): Uint8Array {
  return rangeMessage(MESSAGE.request, range);
}

/** Cancel (BEP 3). */
export function encodeCancel(range: BlockRange): Uint8Array {
  return rangeMessage(MESSAGE.cancel, range);
}

/** Reject request (BEP 6). */
export function encodeReject(range: BlockRange): Uint8Array {
  return rangeMessage(MESSAGE.reject, range);
}

/** Bitfield (BEP 3); `bits` as `Bitfield.toBytes` gives them, copied. */
export function encodeBitfield(bits: Uint8Array): Uint8Array {
  const bytes = message(MESSAGE.bitfield, bits.length);
  bytes.set(bits, 5);
  return bytes;
}

/** Piece (BEP 3); `data` is copied. */
export function encodePiece(piece: number, offset: number, data: Uint8Array): Uint8Array {
  const bytes = message(MESSAGE.piece, 8 + data.length);
  writeU32(bytes, 5, piece);
  writeU32(bytes, 9, offset);
  bytes.set(data, 13);
  return bytes;
}

/** Port of the DHT node (BEP 5). */
export function encodePort(port: number): Uint8Array {
  const bytes = message(MESSAGE.port, 2);
  writeU16(bytes, 5, port);
  return bytes;
}

/** Extended message (BEP 10): `id` 0 is the handshake, else what the peer named; `payload` is copied. */
export function encodeExtended(id: number, payload: Uint8Array): Uint8Array {
  const bytes = message(MESSAGE.extended, 1 + payload.length);
  bytes[5] = id;
  bytes.set(payload, 6);
  return bytes;
}

function message(id: number, bodyLength: number): Uint8Array {
  const bytes = new Uint8Array(5 + bodyLength);
  writeU32(bytes, 0, 1 + bodyLength);
  bytes[4] = id;
  return bytes;
}

function pieceMessage(id: number, piece: number): Uint8Array {
  const bytes = message(id, 4);
  writeU32(bytes, 5, piece);
  return bytes;
}

function rangeMessage(id: number, range: BlockRange): Uint8Array {
  const bytes = message(id, 12);
  writeU32(bytes, 5, range.piece);
  writeU32(bytes, 9, range.offset);
  writeU32(bytes, 13, range.length);
  return bytes;
}
