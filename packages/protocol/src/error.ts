/**
 * The one error of this package. It decides how malformed input is named; what to do about it is the caller's choice.
 */

/** Why input was refused. Append-only: callers and logs may rely on a code for ever. */
export type ProtocolErrorCode =
  | 'BENCODE_TOO_LARGE' /** More bytes than the caller allows. */
  | 'BENCODE_TOO_DEEP' /** Nested beyond the limit. */
  | 'BENCODE_TOO_MANY_TOKENS' /** More values than the limit. */
  | 'BENCODE_TRUNCATED' /** The input ends inside a value. */
  | 'BENCODE_TRAILING' /** Bytes follow the value. */
  | 'BENCODE_SYNTAX' /** A byte that cannot begin or continue a value. */
  | 'BENCODE_STRING_LENGTH' /** A string length with a leading zero, or too large to exist. */
  | 'BENCODE_INTEGER' /** An integer that is empty, not canonical or beyond 64 bits. */
  | 'BENCODE_KEY' /** A dictionary key that is not a string. */
  | 'BENCODE_DUPLICATE_KEY' /** The same key twice in one dictionary. */
  | 'TORRENT_NOT_DICT' /** The torrent, its info or a file entry is not a dictionary. */
  | 'TORRENT_NO_INFO' /** No info dictionary. */
  | 'TORRENT_VERSION' /** A meta version that is neither 1 nor 2. */
  | 'TORRENT_NAME' /** No name, or not a string. */
  | 'TORRENT_PIECE_LENGTH' /** A piece length that is missing or out of range. */
  | 'TORRENT_PIECES' /** Piece hashes missing, of a wrong length, or not as many as the data needs. */
  | 'TORRENT_TOO_MANY_PIECES'
  | 'TORRENT_FILES' /** The list of files is missing, empty or malformed. */
  | 'TORRENT_TOO_MANY_FILES'
  | 'TORRENT_FILE_LENGTH' /** A file length that is missing, negative or beyond what pieces can cover. */
  | 'TORRENT_EMPTY' /** All files together have no bytes. */
  | 'TORRENT_FILE_TREE' /** A v2 file tree that is malformed or unsorted. */
  | 'TORRENT_PIECES_ROOT' /** A v2 file without a 32-byte root. */
  | 'TORRENT_HYBRID_MISMATCH' /** The v1 and v2 halves describe different files. */
  | 'TORRENT_PIECE_LAYERS' /** Piece layers missing or not matching their root. */
  | 'MAGNET_SYNTAX' /** Not a magnet link. */
  | 'MAGNET_TOO_LONG'
  | 'MAGNET_NO_HASH' /** No usable info-hash. */
  | 'MAGNET_BAD_HASH' /** An info-hash of a wrong length or alphabet. */
  | 'MAGNET_CONFLICT' /** Two different info-hashes of the same version. */
  | 'MAGNET_SELECT_ONLY' /** File ranges that are malformed, reversed or too many. */
  | 'WIRE_HANDSHAKE' /** Not a BitTorrent handshake. */
  | 'WIRE_TOO_LONG' /** A message longer than the limit. */
  | 'WIRE_LENGTH' /** A message whose length does not fit its id. */
  | 'WIRE_BITFIELD' /** A bitfield of a wrong length or with spare bits set. */
  | 'WIRE_EXTENDED_HANDSHAKE' /** An extended handshake that is not a dictionary. */
  | 'WIRE_METADATA' /** A malformed ut_metadata message. */
  | 'WIRE_PEX' /** A malformed ut_pex message. */
  | 'WIRE_PEX_FLOOD' /** A ut_pex message with too many entries. */
  | 'COMPACT_LENGTH' /** Compact addresses that are not a whole number of entries. */
  | 'TRACKER_URL' /** A tracker URL that cannot be used. */
  | 'TRACKER_REPLY' /** A tracker reply that is not what the protocol says. */
  | 'TRACKER_PACKET' /** A UDP tracker packet that is too short or of an unknown kind. */
  | 'HTTP_HEAD' /** The head of an HTTP answer is malformed or ambiguous. */
  | 'HTTP_CHUNK'; /** A chunked HTTP body is malformed. */

/** Malformed input from the world: `code` says what, `offset` where in the input (bytes, or characters of a text). */
export class ProtocolError extends Error {
  readonly code: ProtocolErrorCode;
  readonly offset: number;

  constructor(code: ProtocolErrorCode, offset: number, message: string) {
    super(message);
    this.name = 'ProtocolError';
    this.code = code;
    this.offset = offset;
  }
}
