/**
 * Peer messages: ids, shapes and decoding (BEP 3, 5, 6, 10). Encoding is in wire-encode.ts, splitting a stream in
 * wire-reader.ts. Whether a piece index or a range exists is not decided here.
 */
import { readU16, readU32 } from './bytes.ts';
import { ProtocolError } from './error.ts';

/** Message ids of BEP 3, 5 (port), 6 (13 to 17) and 10 (20). */
export const MESSAGE = {
  choke: 0,
  unchoke: 1,
  interested: 2,
  notInterested: 3,
  have: 4,
  bitfield: 5,
  request: 6,
  piece: 7,
  cancel: 8,
  port: 9,
  suggest: 13,
  haveAll: 14,
  haveNone: 15,
  reject: 16,
  allowedFast: 17,
  extended: 20,
} as const;

/** A byte range of a piece as request, cancel and reject name it (BEP 3, 6). */
export interface BlockRange {
  readonly piece: number;
  /** Bytes from the start of the piece. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}

/** A peer message. Byte arrays are views of the decoded message. */
export type WireMessage =
  | { readonly type: 'keepAlive' }
  | { readonly type: 'choke' }
  | { readonly type: 'unchoke' }
  | { readonly type: 'interested' }
  | { readonly type: 'notInterested' }
  | { readonly type: 'have'; readonly piece: number }
  | { readonly type: 'bitfield'; readonly bytes: Uint8Array }
  | ({ readonly type: 'request' } & BlockRange)
  | { readonly type: 'piece'; readonly piece: number; readonly offset: number; readonly data: Uint8Array }
  | ({ readonly type: 'cancel' } & BlockRange)
  | { readonly type: 'port'; readonly port: number }
  | { readonly type: 'suggest'; readonly piece: number }
  | { readonly type: 'haveAll' }
  | { readonly type: 'haveNone' }
  | ({ readonly type: 'reject' } & BlockRange)
  | { readonly type: 'allowedFast'; readonly piece: number }
  | { readonly type: 'extended'; readonly id: number; readonly payload: Uint8Array }
  /** An id we do not know; ignored by rule (BEP 3). */
  | { readonly type: 'unknown'; readonly id: number };

/** Read one message without its length prefix (BEP 3); empty is a keep-alive. Throws WIRE_LENGTH for a wrong size. */
export function decodeMessage(bytes: Uint8Array): WireMessage {
  const id = bytes[0];
  if (id === undefined) return { type: 'keepAlive' };
  switch (id) {
    case MESSAGE.choke:
      return expectLength(bytes, 1, { type: 'choke' });
    case MESSAGE.unchoke:
      return expectLength(bytes, 1, { type: 'unchoke' });
    case MESSAGE.interested:
      return expectLength(bytes, 1, { type: 'interested' });
    case MESSAGE.notInterested:
      return expectLength(bytes, 1, { type: 'notInterested' });
    case MESSAGE.haveAll:
      return expectLength(bytes, 1, { type: 'haveAll' });
    case MESSAGE.haveNone:
      return expectLength(bytes, 1, { type: 'haveNone' });
    case MESSAGE.have:
      return { type: 'have', piece: pieceIndex(bytes) };
    case MESSAGE.suggest:
      return { type: 'suggest', piece: pieceIndex(bytes) };
    case MESSAGE.allowedFast:
      return { type: 'allowedFast', piece: pieceIndex(bytes) };
    case MESSAGE.request:
      return { type: 'request', ...blockRange(bytes) };
    case MESSAGE.cancel:
      return { type: 'cancel', ...blockRange(bytes) };
    case MESSAGE.reject:
      return { type: 'reject', ...blockRange(bytes) };
    case MESSAGE.bitfield:
      return { type: 'bitfield', bytes: bytes.subarray(1) };
    case MESSAGE.piece:
      if (bytes.length < 9) throw wrongLength(bytes);
      return { type: 'piece', piece: readU32(bytes, 1), offset: readU32(bytes, 5), data: bytes.subarray(9) };
    case MESSAGE.port:
      if (bytes.length !== 3) throw wrongLength(bytes);
      return { type: 'port', port: readU16(bytes, 1) };
    case MESSAGE.extended:
      if (bytes.length < 2) throw wrongLength(bytes);
      return { type: 'extended', id: bytes[1] ?? 0, payload: bytes.subarray(2) };
    default:
      return { type: 'unknown', id };
  }
}

function expectLength(bytes: Uint8Array, length: number, message: WireMessage): WireMessage {
  if (bytes.length !== length) throw wrongLength(bytes);
  return message;
}

function pieceIndex(bytes: Uint8Array): number {
  if (bytes.length !== 5) throw wrongLength(bytes);
  return readU32(bytes, 1);
}

function blockRange(bytes: Uint8Array): BlockRange {
  if (bytes.length !== 13) throw wrongLength(bytes);
  return { piece: readU32(bytes, 1), offset: readU32(bytes, 5), length: readU32(bytes, 9) };
}

function wrongLength(bytes: Uint8Array): ProtocolError {
  const text = `A message with id ${bytes[0]} cannot be ${bytes.length} bytes long`;
  return new ProtocolError('WIRE_LENGTH', 0, text);
}
