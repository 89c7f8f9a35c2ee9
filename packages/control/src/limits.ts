/** Every limit of the control protocol, with its reason. What a value means is decided by the schemas. */

const KIB = 1024;
const MIB = 1024 * KIB;

/** Version of the protocol; raised when a front end of before could not work with it. */
export const PROTOCOL = 2;
/** Oldest front end that the service still understands. */
export const PROTOCOL_OLDEST = 2;

/** Bounds of frames, messages and their parts. Lengths of text in UTF-16 units. */
export const CONTROL_LIMITS = {
  /** JSON bytes of one message to a front end: a browser disconnects the host that sends more than 1 MiB with its envelope. */
  messageBytes: 1_048_576 - 64,
  /** JSON bytes of one message to the service: a .torrent of 5 MiB in base64 and the options beside it. */
  requestBytes: 8 * MIB,
  /** Bytes of a .torrent file; one of 100,000 files or of 200,000 pieces stays below it. */
  metainfoBytes: 5 * MIB,
  /** The largest .torrent that can be made of metadata from peers (engine: 30 MiB) and its trackers. */
  metainfoStored: 32 * MIB,
  /** Bytes of it in one reply. */
  exportBytes: 512 * KIB,
  /** With more than this on the way to a front end, it does not keep up: it gets nothing new and is not read. */
  bufferedBytes: MIB,
  /** Notices kept for front ends that do not keep up or are away; the oldest are dropped. */
  heldNotices: 100,
  /** Torrents a front end may watch in detail at once: a few windows. */
  details: 16,
  /** Calls without an answer are given up after this; those that wait for a person or for much work, later. */
  callTimeoutMs: 30_000,
  slowCallTimeoutMs: 600_000,
  /** Calls of one front end that wait for their reply; more than a person or a page can need at once. */
  inFlight: 64,
  /** Front ends that one connection speaks for: pages of a browser that are open at once. */
  sessions: 64,
  /** A subscribed list or detail is sent at most this often; people do not read faster. */
  updateMs: 500,
  /** JSON bytes that a part of a list is filled up to: room for the envelope and the totals. */
  partBytes: 960 * KIB,
  /** Removed torrents remembered for those who missed their removal; older gaps are answered with the whole list. */
  tombstones: 20_000,

  /** Torrents named in one call: twice what a session is built for. */
  ids: 20_000,
  /** Of those that failed, so many are named with the reason. */
  batchErrors: 500,
  /** Files of a torrent (the codecs read as many). */
  files: 1_000_000,
  /** Files of one reply; it holds fewer when their paths are so long that it would be too large. */
  filesPerPage: 1000,
  magnetLength: 64 * KIB,
  urlLength: 4 * KIB,
  /** A component of a path in bytes is at most 255 in file systems. */
  componentLength: 255,
  components: 64,
  pathLength: 4 * KIB,
  nameLength: 255,
  labelLength: 64,
  labelsPerTorrent: 16,
  labels: 200,
  rootLength: 64,
  roots: 64,
  /** A user who wants something back notices it within seconds, and a torrent in no list must not be there for long. */
  undoMs: 60_000,
  trackers: 200,
  webSeeds: 100,
  /** Addresses given by hand in one call. */
  addresses: 200,
  watchFolders: 20,
  /** A program with its arguments. */
  argv: 32,
  argvLength: 1024,
  /** Spans of the week with other rate limits: one for every hour of it. */
  scheduleSpans: 168,
  /** What is shown of one torrent at most: connections of one torrent end at 500. */
  peers: 500,
  pieces: 2_097_152,
  inWork: 4096,
  availabilityBuckets: 512,
  samples: 1440,
  logEntries: 200,
  sentenceLength: 500,
  entries: 10_000,
  entriesPerPage: 1000,
  /** The largest count of bytes that is exact in JSON. */
  bytes: Number.MAX_SAFE_INTEGER,
} as const;
