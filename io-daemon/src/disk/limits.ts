/**
 * Every number of the Node disk adapter with its reason. Decides nothing else.
 */

/** Default size of the arena: what the disk may be behind before sockets stop being read. */
export const ARENA_BYTES = 64 * 1024 * 1024;

/**
 * Bytes of one write call. A larger one makes the file system take larger runs of untouched memory for a fresh file,
 * which cost up to three times the kernel time (docs/PERFORMANCE.md).
 */
export const WRITE_BYTES_MAX = 64 * 1024;

/** Bytes of the buffer a worker reads into; any size from 64 KiB hashes equally fast. */
export const SCRATCH_BYTES = 1024 * 1024;

/** Open files kept by the main thread and by all workers together, well below the usual 1024 of a process. */
export const OPEN_FILES_MAX = 256;

/** Jobs that one worker holds at once, so that small pieces do not cost a change of thread each. */
export const JOBS_PER_WORKER = 32;

/** Bytes of work that one worker holds at once, so that long jobs spread over all workers. */
export const WORK_BYTES_PER_WORKER = 8 * 1024 * 1024;

/** Jobs that wait before another worker is started; a worker costs 10 MiB and 40 ms. */
export const JOBS_BEFORE_START = 3;

/** Milliseconds of finished work that a worker may keep to itself while more waits in hand. */
export const REPLY_DELAY_MS = 1;

/** Store requests (move, delete, ...) that run at once, each in a worker of its own. */
export const ERRANDS_MAX = 2;

/** Moves that run at once: they may take hours, and other store requests must not wait for them. */
export const MOVES_MAX = 4;

/** Milliseconds between two words about how far a move is. */
export const MOVE_PROGRESS_MS = 250;

/** Bytes of a note about an interrupted move or renaming: a million files with long names. */
export const NOTE_BYTES_MAX = 512 * 1024 * 1024;

/** Entries of a folder that are told. */
export const LISTED_MAX = 10_000;

/** Entries of a folder that are looked at; sorted, the first of them are told. */
export const ENTRIES_MAX = 100_000;

/** Files that are synced at once: the system's four threads also serve reads and look up names. */
export const SYNCS_AT_ONCE = 2;

/** Characters of an error detail. */
export const DETAIL_LENGTH_MAX = 500;

/** Bytes of piece hashes that name a torrent's folder of part files. */
export const PARTS_ID_HASH_BYTES = 64 * 1024;
