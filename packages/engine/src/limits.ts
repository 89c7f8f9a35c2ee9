/**
 * Every number the engine decides by, with its reason. A number that a user could want to change is a field of
 * `Settings`, with its default here.
 */

import type { Goals } from './rules/goals.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** What a user may change at any time. */
export interface Settings {
  /** Connections of all torrents together. */
  readonly connections: number;
  /** Connections of one torrent. */
  readonly connectionsPerTorrent: number;
  /** Torrents that download at once; others are queued. */
  readonly activeDownloads: number;
  /** Torrents that seed at once; others are queued. */
  readonly activeSeeds: number;
  /** Torrents that check their data at once; a check reads as fast as all cores hash. */
  readonly activeChecks: number;
  /** Torrents that download or seed at once, the slow ones included. */
  readonly activeTotal: number;
  /** A torrent that moves next to nothing leaves its slot to others, but goes on within `activeTotal`. */
  readonly ignoreSlow: boolean;
  /** When seeding ends, unless a torrent has goals of its own. */
  readonly goals: Goals;
  /** Connections being made at once; routers and systems choke on more (anacrolix: 100). */
  readonly halfOpen: number;
  /** New connections per second (libtorrent: 30). */
  readonly dialsPerSecond: number;
  /** Payload bytes per second of everything together, 0 = unlimited. */
  readonly downloadLimit: number;
  readonly uploadLimit: number;
  /** Endgame begins when no block is unrequested and less than the smaller of these is left. */
  readonly endgamePercent: number;
  readonly endgameBytes: number;
  /** Peers that may be asked for the same block in endgame. */
  readonly endgameHolders: number;
}

/** Defaults of the settings. */
export const DEFAULT_SETTINGS: Settings = {
  connections: 500,
  connectionsPerTorrent: 150,
  activeDownloads: 5,
  activeSeeds: 5,
  activeChecks: 1,
  activeTotal: 500,
  ignoreSlow: true,
  goals: { ratio: 0, seedMs: 0, idleMs: 0 },
  halfOpen: 100,
  dialsPerSecond: 30,
  downloadLimit: 0,
  uploadLimit: 0,
  endgamePercent: 5,
  endgameBytes: 64 * MIB,
  endgameHolders: 3,
};

/** Fixed numbers. */
export const LIMITS = {
  /** How often the owner calls `tick`; everything that did not happen is noticed within one tick. */
  tickMs: 250,
  /** A tick later than this means that we slept, not that others were silent: they get the time back. */
  sleptMs: 5 * SECOND,

  /** New connections at once for the first peers of a torrent (libtorrent: 30 + 30). */
  dialBurst: 60,
  /** Accepted connections that have not shown a torrent we know yet. */
  pendingIncoming: 100,
  /** Connections from one address: one household may share one, a flood must not fill the table (THREATS 29). */
  connectionsPerHost: 25,
  /** A connect that takes longer than the slowest reasonable path; grows with each failure up to the maximum. */
  connectTimeoutMs: 5 * SECOND,
  connectTimeoutMaxMs: 15 * SECOND,
  handshakeTimeoutMs: 10 * SECOND,
  /** Blocks of a link that we closed may be on their way from the io-daemon this long. */
  lateBlocksMs: 30 * SECOND,
  /** We say something at least this often; peers drop us after two minutes (BEP 3). */
  keepAliveMs: 100 * SECOND,
  inactivityMs: 120 * SECOND,
  /** Neither side wants anything: dropped when the connection table is nearly full. */
  uselessMs: 600 * SECOND,
  /** Wait before dialling an address again, by failures in a row. */
  redialMs: [10 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE],
  /** The same for a peer that closed after it gave the metadata (aria2 and Transmission do). */
  redialSoonMs: SECOND,
  /** An address is forgotten after this many failures in a row. */
  redialAttempts: 5,
  /** Known addresses per torrent (libtorrent: 3000, 1000 while stopped). */
  knownAddresses: 3000,
  knownAddressesStopped: 1000,
  /** Lying endpoints on one host until the whole host is banned. */
  bannedEndpointsPerHost: 3,
  /** Hosts whose lies are remembered; the oldest is forgotten beyond it. */
  bannedHosts: 5000,
  /** Senders of blocks remembered per torrent, to find out later who lied; the oldest is forgotten beyond it. */
  blockSources: 10_000,
  /** Peers replaced at most this often while candidates wait. */
  turnoverMs: 15 * SECOND,
  /** A peer this young is never replaced: it may still be ramping up. */
  turnoverGraceMs: 30 * SECOND,

  /** Requests a peer gets at first, and the least it ever has. */
  windowMin: 4,
  /** Most requests in flight to one peer; also what we promise to accept (`reqq`, libtorrent and Transmission: 2000). */
  windowMax: 2000,
  /** Seconds of a peer's rate kept requested; four round trips when that is more. */
  windowMs: 3 * SECOND,
  /** What a peer that does not say `reqq` takes (libtorrent's default). */
  reqqDefault: 250,
  /** No block for this long with requests out: snubbed. */
  snubbedMs: 20 * SECOND,
  /** Bounds of the adaptive block time-out. */
  requestTimeoutMinMs: 2 * SECOND,
  requestTimeoutMaxMs: 60 * SECOND,
  /** Rejected requests in a row, without any block, after which a peer that claims pieces is dropped. */
  rejectsInARow: 500,
  /** Suggested and allowed-fast pieces remembered per peer (BEP 6). */
  suggested: 16,
  allowedFastIn: 64,
  /** Allowed-fast pieces we grant (BEP 6 suggests 10). */
  allowedFastOut: 10,
  /** Blocks asked twice at once by one peer in endgame; enough to fill a round trip, little to waste. */
  endgameWindow: 32,
  /** Times faster than the holder of a block a peer must be to take it over outside endgame, and after a while. */
  stealFactor: 10,
  stealFactorLate: 3,
  stealLateMs: 10 * SECOND,

  /** Largest block served (BEP 3: 16 KiB is usual; libtorrent: 128 KiB). */
  servedBlockMax: 128 * KIB,
  /** Requests refused beyond those accepted: twice what may be under way when we choke; each has to be answered (BEP 6). */
  refusedRequests: 4000,
  /** Choker rounds (BEP 3: 10 s and 30 s). */
  chokeRoundMs: 10 * SECOND,
  optimisticMs: 30 * SECOND,
  /** Upload slots to begin with; each that proves useful adds one. */
  uploadSlots: 4,
  uploadSlotsMax: 100,
  /** A slot is proven when its peer takes this much more than the one before (libtorrent's rate based choker). */
  uploadSlotStep: 2 * KIB,

  /** Metadata (BEP 9). */
  metadataPieceBytes: 16 * KIB,
  metadataMaxBytes: 30 * MIB,
  metadataPeers: 8,
  metadataRequestTimeoutMs: 5 * SECOND,
  metadataRepeatMs: 3 * SECOND,
  metadataRejectMs: 60 * SECOND,
  /** Metadata pieces a peer may ask of us before a pause: 16 KiB each. */
  metadataServedPerMinute: 600,

  /** Web seeds of one torrent that are asked at once: each has a server's line to itself, and peers are to give too. */
  webSeedsAtOnce: 4,
  /** Blocks a web seed is asked for at first: 1 MiB, so that the first answer is worth a connection. */
  webWindow: 64,
  /** A web seed that delivers no block for this long is given up: before that it is snubbed, as a peer would be. */
  webSilenceMs: MINUTE,
  /**
   * Bytes of all file addresses of a torrent on a web seed, at most: a request for blocks names the files they are in, and
   * all of them may be in one piece. Fits a frame to the daemon (64 MiB); 200,000 files with names of 60 bytes do.
   */
  webNamesBytes: 48 * MIB,
  /** Wait before a web seed is tried again, doubling; and the longest pause that a server may ask for. */
  webRetryMs: 10 * SECOND,
  webRetryMaxMs: 30 * MINUTE,
  webPauseMaxMs: 24 * 60 * MINUTE,

  /** Trackers: HTTP (libtorrent 10 s / 30 s), UDP tries (nobody waits BEP 15's 15 x 2^n). */
  httpConnectTimeoutMs: 10 * SECOND,
  httpTotalTimeoutMs: 30 * SECOND,
  httpReplyBytes: MIB,
  /** A .torrent file from the web may be large and its server slow. */
  fetchTimeoutMs: 5 * MINUTE,
  udpTimeoutsMs: [5 * SECOND, 10 * SECOND, 20 * SECOND],
  udpConnectionMs: 60 * SECOND,
  numwant: 200,
  announceFloorMs: 60 * SECOND,
  announceDefaultMs: 30 * MINUTE,
  trackerBackoffMs: 10 * SECOND,
  trackerBackoffMaxMs: 30 * MINUTE,
  /** Farewell announces do not hold up a stop longer than this. */
  stopAnnounceMs: 3 * SECOND,
  trackersPerTorrent: 200,
  /** Peers taken from one tracker reply. */
  peersPerReply: 1000,

  /** Progress is made durable and handed out for saving this often while pieces arrive. */
  saveMs: 5 * SECOND,
  /** A blocked disk is tried again this often. */
  diskRetryMs: 5 * SECOND,
  /** A torrent below this rate does not hold a queue slot... */
  slowTorrentRate: 2 * KIB,
  /** ...once it has had this long to start; and it does not change its pace more often. */
  slowTorrentMs: 60 * SECOND,
  /** A seed keeps its slot this long before another that is needed more gets it (libtorrent ranks by half hours too). */
  seedTurnMs: 30 * MINUTE,
  /** While seeds wait, it is looked this often who is needed most (libtorrent: 30 s). */
  queueReviewMs: 30 * SECOND,
  /** A torrent that rests and that nobody looks at leaves memory after this: what a person does next is over by then. */
  unloadMs: 10 * MINUTE,
  /** Totals of a seed are handed out for saving this often. */
  totalsMs: MINUTE,
  /** Lines of a torrent's log; a day of a torrent in trouble. */
  logEntries: 200,
  /** Availability is recomputed this often while somebody looks: it costs a pass over all pieces. */
  availabilityMs: 5 * SECOND,
  /** Stretches that availability is shown in: a pixel each. */
  availabilityBuckets: 512,
  /** Pieces in work that are shown. */
  shownPieces: 1000,

  /** Extended handshake payload and client name we look at (THREATS 26). */
  clientNameLength: 64,
} as const;
