/**
 * Every limit of the codecs, with its reason. Time limits and counts of open things belong to the engine.
 */

/** Bytes of a .torrent file: what libtorrent accepts. */
export const MAX_TORRENT_BYTES = 100 * 1024 * 1024;
/** Bytes of an info dictionary taken from peers (BEP 9): 30 MiB hold the hashes of 1.5 million pieces. */
export const MAX_METADATA_BYTES = 30 * 1024 * 1024;
/** Pieces of a torrent: 2^21, what libtorrent accepts. */
export const MAX_PIECES = 2_097_152;
/** Bytes of a piece: 512 MiB, so that a piece always fits a signed 32-bit length. */
export const MAX_PIECE_LENGTH = 536_870_912;
/** Smallest v2 piece: the 16 KiB leaf of the hash tree (BEP 52). */
export const MIN_V2_PIECE_LENGTH = 16_384;
/** Files of a torrent: each costs objects in every layer; the largest real ones have some 100,000. */
export const MAX_FILES = 200_000;
/** Bytes of a torrent: all pieces at the largest piece length (2^50), well inside exact integers. */
export const MAX_TOTAL_LENGTH = MAX_PIECES * MAX_PIECE_LENGTH;

/** Nesting of bencoded values: real torrents need fewer than 10, deep file trees some 50. */
export const MAX_BENCODE_DEPTH = 100;
/** Values in one bencoded text: MAX_FILES entries of up to 10 values each. */
export const MAX_BENCODE_TOKENS = 2_000_000;
/** Values in a bencoded message from a peer or tracker: 1000 peers as dictionaries need some 8000. */
export const MAX_MESSAGE_TOKENS = 20_000;

/** UTF-8 bytes of one path component: file systems take 255, the rest is for suffixes of part files. */
export const MAX_COMPONENT_BYTES = 240;
/** UTF-8 bytes of a path below the root: macOS takes 1024 in all. */
export const MAX_PATH_BYTES = 900;
/** Components of a path below the root; deeper files move up. */
export const MAX_PATH_DEPTH = 48;

/** Characters of a URL: what browsers and servers commonly take. */
export const MAX_URL_LENGTH = 2048;
/** Characters of the URL of a file on a web seed: names in other alphabets take nine characters for one. */
export const MAX_WEB_URL_LENGTH = 8192;
/** Trackers of one torrent: more only multiply traffic. */
export const MAX_TRACKERS = 100;
/** Web seeds of one torrent. */
export const MAX_WEB_SEEDS = 100;
/** Bytes of the head of an HTTP answer, and of the trailer of a chunked one; what Node and Apache take too. */
export const MAX_HTTP_HEAD = 16_384;
/** Fields of such a head (Apache: 100). */
export const MAX_HTTP_FIELDS = 100;
/** Bytes of the line before a chunk: 12 hex digits, the rest are extensions that nobody sends. */
export const MAX_CHUNK_LINE = 256;
/** DHT nodes named by a torrent (BEP 5). */
export const MAX_NODES = 100;
/** Characters of a comment kept for display. */
export const MAX_COMMENT_LENGTH = 4096;
/** Characters of a program name or a tracker's message kept for display. */
export const MAX_LABEL_LENGTH = 256;

/** Characters of a magnet link: 100 trackers with long names. */
export const MAX_MAGNET_LENGTH = 65_536;
/** Peers named by a magnet link (`x.pe`). */
export const MAX_MAGNET_PEERS = 100;
/** Ranges in `so=` of a magnet link (BEP 53). */
export const MAX_SELECT_RANGES = 1000;

/** Bytes of a wire message: a bitfield of 2^21 pieces takes 256 KiB, a block at most 128 KiB (BEP 3). */
export const MAX_WIRE_MESSAGE = 1_048_576;
/** Extensions a peer may name in its extended handshake (BEP 10); real clients name about 10. */
export const MAX_EXTENSIONS = 64;
/** Entries in one direction of a ut_pex message: BEP 11 allows 50, twice that is a flood. */
export const MAX_PEX_ENTRIES = 100;
/** Bytes of a ut_metadata piece (BEP 9). */
export const METADATA_PIECE_LENGTH = 16_384;

/** Peers taken from one tracker reply: we ask for 200. */
export const MAX_TRACKER_PEERS = 1000;
/** Bytes of a tracker reply. */
export const MAX_TRACKER_REPLY = 1_048_576;
/** Seconds between announces that a tracker may demand; a day keeps a stray 2^31 from ending announces. */
export const MAX_INTERVAL_SECONDS = 86_400;
/** Torrents in one UDP scrape (BEP 15). */
export const MAX_UDP_SCRAPE = 74;
