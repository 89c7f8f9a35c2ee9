/**
 * Every number the store decides by, with its reason. Imports nothing: the thread of a backup begins with it. What a
 * .torrent file may be at most, and with it progress, is decided by the protocol package.
 */

const KIB = 1024;
const MIB = 1024 * KIB;
const MINUTE_MS = 60_000;

/** Bounds and intervals. */
export const STORE_LIMITS = {
  /** 10,000 torrents of 100 KB and as much again; a session beyond it has a bug, not torrents. */
  maxBytes: 4 * 1024 * MIB,
  /** A predecessor that is just leaving has closed by then. */
  busyMs: 250,
  /** Frames of the log kept as a file after a checkpoint: room that is there already when the disk is full. */
  walKeptBytes: 16 * MIB,
  /** Commits this large are moved into the database; what one commit waits for stays near a few milliseconds. */
  checkpointPages: 1000,
  /**
   * Checked whole at every start, in some 30 ms; hundreds of torrents. A larger one that was closed in order is checked
   * without the tables of blobs, which prove themselves when they are read.
   */
  checkedBytes: 16 * MIB,
  /** Page cache, in KiB. */
  cacheKib: 4 * KIB,

  /** JSON of one setting: thousands of labels or watch folders. */
  settingBytes: MIB,
  /** A value kept for a part of the service; what is longer is kept in parts. */
  valueBytes: MIB,
  /** Peers kept per torrent: enough to begin without a tracker, little to write. */
  peers: 100,
  /** Statements with different columns kept prepared. */
  statements: 64,

  /** A backup is made at most this often while the store is open... */
  backupMs: 60 * MINUTE_MS,
  /** ...or this often, when so many facts changed... */
  backupSoonMs: 5 * MINUTE_MS,
  backupFacts: 1000,
  /** ...or when there is none, this long after the first change. */
  backupFirstMs: MINUTE_MS,
  /** A large database is copied less often: on average so many bytes per second, 3.6 GB a day at most. */
  backupBytesPerSecond: 40 * KIB,
  /** Copied in steps of this size. */
  copyBytes: MIB,
} as const;
