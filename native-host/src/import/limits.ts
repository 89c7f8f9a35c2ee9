/** Every limit of reading other clients' sessions, with its reason. Limits of torrents and links are the codecs'. */

const MIB = 1024 * 1024;

/** Bounds of what is read and kept. Lengths of text in UTF-16 units. */
export const IMPORT_LIMITS = {
  /** Torrents of one session: twice what ours is built for. */
  torrents: 20_000,
  /** Entries of a folder that are looked at: two files per torrent and some others. */
  entries: 100_000,
  /** Bytes of a resume file: two bytes per piece of the largest torrent, and its blocks. */
  resumeBytes: 32 * MIB,
  /** Bytes of a file that holds the resume data of all torrents. */
  allResumesBytes: 256 * MIB,
  /** Bytes of a list of all torrents. */
  listBytes: 64 * MIB,
  /** Bytes of a magnet link in a file of its own. */
  magnetBytes: 256 * 1024,
  /** Steps of a pickle: some 200 per torrent. */
  pickleSteps: 20_000_000,
  /** Trackers, tiers, web seeds or tags that are looked at: more than any limit of ours takes. */
  listed: 1000,
  /** Labels of one torrent and characters of each, as the control protocol takes them. */
  labels: 16,
  labelLength: 64,
  /** Characters of a path, of one component in bytes, and components below a folder: what systems take. */
  pathLength: 4096,
  componentBytes: 255,
  components: 64,
  nameLength: 255,
  /** The latest time taken for one: seconds of the year 2100. */
  lastSecond: 4_102_444_800,
  /** Bytes per second beyond which a limit limits nothing. */
  rate: 100_000_000_000,
  /** Of files with an unusable path, so many are named. */
  namedFiles: 3,
} as const;
