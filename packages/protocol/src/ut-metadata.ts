/**
 * Exchange of the info dictionary between peers (BEP 9): message shapes only.
 */
import { encodeBencode } from './bencode-encode.ts';
import { getInteger } from './bencode-read.ts';
import { scanBencodePrefix } from './bencode-scan.ts';
import { concatBytes } from './bytes.ts';
import { ProtocolError } from './error.ts';
import { MAX_METADATA_BYTES, MAX_MESSAGE_TOKENS, MAX_WIRE_MESSAGE, METADATA_PIECE_LENGTH } from './limits.ts';

/** The name of this extension in `m` (BEP 9). */
export const UT_METADATA = 'ut_metadata';

/** A ut_metadata message (BEP 9). `piece` counts METADATA_PIECE_LENGTH units; `data` is a view of the payload. */
export type MetadataMessage =
  | { readonly type: 'request'; readonly piece: number }
  | { readonly type: 'data'; readonly piece: number; readonly totalSize: number; readonly data: Uint8Array }
  | { readonly type: 'reject'; readonly piece: number }
  /** A message type to be ignored (BEP 9). */
  | { readonly type: 'unknown'; readonly messageType: number };

/** A request for a piece of the metadata (BEP 9). */
export function encodeMetadataRequest(piece: number): Uint8Array {
  return encodeBencode({ msg_type: 0, piece });
}

/** A piece of the metadata (BEP 9); `data` is copied. */
export function encodeMetadataData(piece: number, totalSize: number, data: Uint8Array): Uint8Array {
  return concatBytes([encodeBencode({ msg_type: 1, piece, total_size: totalSize }), data]);
}

/** A refusal to send a piece of the metadata (BEP 9). */
export function encodeMetadataReject(piece: number): Uint8Array {
  return encodeBencode({ msg_type: 2, piece });
}

/** Bytes of a metadata piece (BEP 9), or 0 when there is no such piece. */
export function metadataPieceLength(totalSize: number, piece: number): number {
  return Math.max(0, Math.min(METADATA_PIECE_LENGTH, totalSize - piece * METADATA_PIECE_LENGTH));
}

/**
 * Read a ut_metadata payload (BEP 9). `data` has exactly the length that its index and size demand (THREATS 24).
 * Throws WIRE_METADATA for impossible numbers, BENCODE_ errors when the head is not bencoded.
 */
export function decodeMetadataMessage(payload: Uint8Array): MetadataMessage {
  const head = scanBencodePrefix(payload, { maxBytes: MAX_WIRE_MESSAGE, maxTokens: MAX_MESSAGE_TOKENS });
  if (head.type !== 'dict') throw malformed('the head is not a dictionary');
  const messageType = getInteger(head, 'msg_type');
  const piece = getInteger(head, 'piece');
  if (messageType === null || messageType < 0) throw malformed('no message type');
  if (messageType > 2) return { type: 'unknown', messageType };
  if (piece === null || piece < 0 || piece * METADATA_PIECE_LENGTH >= MAX_METADATA_BYTES) {
    throw malformed('no usable piece index');
  }
  if (messageType === 0) return { type: 'request', piece };
  if (messageType === 2) return { type: 'reject', piece };
  const totalSize = getInteger(head, 'total_size');
  if (totalSize === null || totalSize < 1 || totalSize > MAX_METADATA_BYTES) {
    throw malformed('no usable total size');
  }
  const data = payload.subarray(head.end);
  if (data.length === 0 || data.length !== metadataPieceLength(totalSize, piece)) {
    throw malformed(`piece ${piece} of ${totalSize} bytes cannot have ${data.length} bytes`);
  }
  return { type: 'data', piece, totalSize, data };
}

function malformed(what: string): ProtocolError {
  return new ProtocolError('WIRE_METADATA', 0, `Bad ut_metadata message: ${what}`);
}
