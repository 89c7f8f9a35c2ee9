/**
 * Every bound of the data plane with its reason. Decides the numbers; the places that enforce them name them.
 */
import { assert } from './assert.ts';
import { BLOCK_LENGTH } from '@jstorrent/engine/ports';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Bounds of one data plane; all are integers, bytes where not said otherwise. */
export interface Limits {
  /** Unit of arena memory and of disk writes; larger writes cost more kernel time. A multiple of 16 KiB, at most 512 KiB. */
  readonly chunkBytes: number;
  /** Longest wire message without its prefix; a bitfield of 2^21 pieces needs 256 KiB (BEP 3). */
  readonly maxMessage: number;
  /** Longest payload of a piece message; nobody asks for more than 128 KiB (BEP 3). */
  readonly maxPayload: number;
  /** Ranges a link remembers as requested; the oldest is forgotten beyond it, so that stale requests do not pile up. */
  readonly maxAcceptedRanges: number;
  /** Unasked payload a link may send before it is closed, if it is also above twice what was requested. */
  readonly maxUnwanted: number;
  /** Control bytes that may wait for a peer that reads too slowly. */
  readonly maxControlBacklog: number;
  /** Payload that may wait in a socket before we stop reading more from the disk for it. */
  readonly maxServeBacklog: number;
  /** Payload of one disk read and one socket write when serving. */
  readonly serveRunBytes: number;
  /** Disk reads in flight per link, so that reading and sending overlap. */
  readonly maxServeReads: number;
  /** Ranges that may wait to be served on one link; four times the 2000 requests (`reqq`) we announce. */
  readonly maxServeRanges: number;
  /** Requests merged into one `requested` event, so that its length stays far below 2^32. */
  readonly maxMergedRequests: number;
  /** Links that may exist; accepted sockets beyond it are refused (THREATS 29). */
  readonly maxLinks: number;
  /** Jobs that hash and write and run at once, over all stores; more only queue in the disk. */
  readonly maxWriteJobs: number;
  /** Bytes hashed by one call while checking: large enough to be cheap, small enough to show progress. */
  readonly checkBytes: number;
  /** Bytes of a file read at once for the host: several such answers fit a frame. */
  readonly readBytes: number;
  /** Pieces of a layout (2^21, BEHAVIOUR). */
  readonly maxPieces: number;
  /** Files of a layout (THREATS 12). */
  readonly maxFiles: number;
  /** Bytes of one request to a web seed: few questions, and little in vain when it is given up. */
  readonly webRangeBytes: number;
  /** Questions to one web seed that wait for their answer, so that its line does not stand still between two. */
  readonly webQuestions: number;
  /** Bytes before the wanted ones that are taken in vain from a server that gives whole files only. */
  readonly webSkipBytes: number;
  /** Bytes that may still come of an answer nobody wants before the connection is given up for it. */
  readonly webDrainBytes: number;
  /** Redirects in a row, as for trackers. */
  readonly webRedirects: number;
  /** Redirects remembered by one link: a torrent of many files may be behind as many. */
  readonly webKnownRedirects: number;
  /** Answers in a row that were cut off after they had begun, and before they were worth a connection. */
  readonly webCutOffs: number;
  /** Bytes that are worth one. */
  readonly webWorthBytes: number;
  /** Interim answers (status 100 to 199) before the answer. */
  readonly webInterims: number;
  /** Longest piece (BEHAVIOUR). */
  readonly maxPieceLength: number;
}

/** What a plane uses where its builder does not say otherwise. */
export const DEFAULT_LIMITS: Limits = {
  chunkBytes: 256 * KIB,
  maxMessage: MIB,
  maxPayload: 128 * KIB,
  maxAcceptedRanges: 8192,
  maxUnwanted: 16 * MIB,
  maxControlBacklog: MIB,
  maxServeBacklog: MIB,
  serveRunBytes: 256 * KIB,
  maxServeReads: 2,
  maxServeRanges: 8192,
  maxMergedRequests: 1024,
  maxLinks: 4096,
  maxWriteJobs: 16,
  checkBytes: 8 * MIB,
  readBytes: 8 * MIB,
  webRangeBytes: 8 * MIB,
  webQuestions: 4,
  webSkipBytes: MIB,
  webDrainBytes: 256 * KIB,
  webRedirects: 5,
  webKnownRedirects: 256,
  webCutOffs: 5,
  webWorthBytes: 256 * KIB,
  webInterims: 8,
  maxPieces: 2 ** 21,
  maxFiles: 1_000_000,
  maxPieceLength: 512 * MIB,
};

/** The defaults with `changes` over them; throws when the result contradicts itself. */
export function limitsWith(changes: Partial<Limits>): Limits {
  const limits = { ...DEFAULT_LIMITS, ...changes };
  for (const [name, value] of Object.entries(limits)) {
    assert(Number.isSafeInteger(value) && value > 0, `limit ${name} must be a positive integer`);
  }
  assert(limits.chunkBytes % BLOCK_LENGTH === 0, 'chunkBytes must be a multiple of the block length');
  assert(limits.chunkBytes <= 512 * KIB, 'chunkBytes must be at most 512 KiB');
  assert(limits.maxPayload + 9 <= limits.maxMessage, 'maxPayload must fit into maxMessage');
  return limits;
}
