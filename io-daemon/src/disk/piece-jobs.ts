/**
 * Hashing and writing of pieces, in a worker. Decides the size of reads and writes and what a missing byte is: zero where
 * a piece is read back to be finished, a failed piece where existing data is checked.
 */
import { createHash, type Hash, hash as hashOnce } from 'node:crypto';
import { fstatSync } from 'node:fs';
import type { FinishResult, Segment } from '@jstorrent/data-plane';
import { BLOCK_LENGTH } from '@jstorrent/engine/ports';
import { readAll, scratch, writeAll } from './bytes.ts';
import { DiskFailure } from './codes.ts';
import type { Algorithm, FinishJob, HashJob, Root, Span, WriteJob } from './jobs.ts';
import { SCRATCH_BYTES } from './limits.ts';
import type { OpenFiles } from './open-files.ts';
import { withMissing } from './tree.ts';

const DIGEST_BYTES: Readonly<Record<Algorithm, number>> = { sha1: 20, sha256: 32 };
const NO_DIGESTS = new Uint8Array();

/** What the jobs of one worker share. */
export interface Bench {
  readonly arena: Uint8Array;
  readonly files: OpenFiles;
}

/** Where stored bytes are: the spans of a job that has them. */
interface Stored {
  readonly store: number;
  readonly root: Root;
  readonly spans: readonly Span[];
}

/** Hash a piece and, if it is good, write what is in memory. */
export function finishPiece(bench: Bench, job: FinishJob): FinishResult {
  const segments = mergeAdjacent(job.segments);
  let good = !job.wantDigests && pieceDigest(bench, job, segments).equals(job.expected);
  let digests: Uint8Array = NO_DIGESTS;
  if (!good) {
    // Bytes read back may differ from one read to the next: the verdict is about those that the digests are of.
    const whole = createHash(job.algorithm);
    digests = blockDigests(pieceBytes(bench, job, segments), whole);
    good = whole.digest().equals(job.expected);
    if (good && !job.wantDigests) digests = NO_DIGESTS;
  }
  if (good) writeSegments(bench, job, segments);
  return { good, digests };
}

/** Write the segments of an unfinished piece; what each of their blocks hashes to, in order. */
export function writePiece(bench: Bench, job: WriteJob): Uint8Array {
  const segments = mergeAdjacent(job.segments);
  writeSegments(bench, job, segments);
  return blockDigests(pieceBytes(bench, job, segments));
}

/** Digests of consecutive pieces on disk, in order; zeros for a piece that cannot be read in full. */
export function hashPieces(bench: Bench, job: HashJob): Uint8Array {
  const size = DIGEST_BYTES[job.algorithm];
  const digests = new Uint8Array(Math.ceil(job.length / job.pieceLength) * size);
  for (const path of new Set(job.spans.map((span) => span.path))) {
    if (path !== null) bench.files.refresh({ store: job.store, root: job.root, path, mode: 'read' });
  }
  let first = 0;
  for (let piece = 0; piece * job.pieceLength < job.length; piece++) {
    const start = piece * job.pieceLength;
    const end = Math.min(start + job.pieceLength, job.length);
    while (endOf(job.spans[first]) <= start) first++;
    let until = first;
    while ((job.spans[until]?.offset ?? Infinity) < end) until++;
    const spans = job.spans.slice(first, until);
    const digest = storedDigest(bench, { ...job, spans }, start, end);
    if (digest !== null) digests.set(digest, piece * size);
  }
  return digests;
}

function endOf(span: Span | undefined): number {
  return span === undefined ? Infinity : span.offset + span.length;
}

/** Digest of stored bytes [start, end), or null when some are missing. */
function storedDigest(bench: Bench, job: HashJob, start: number, end: number): Uint8Array | null {
  if (end - start <= SCRATCH_BYTES) {
    const whole = readStored(bench, job, start, end - start);
    return whole ? hashOnce(job.algorithm, scratch.subarray(0, end - start), 'buffer') : null;
  }
  const hasher = createHash(job.algorithm);
  for (let at = start; at < end; at += SCRATCH_BYTES) {
    const length = Math.min(SCRATCH_BYTES, end - at);
    if (!readStored(bench, job, at, length)) return null;
    hasher.update(scratch.subarray(0, length));
  }
  return hasher.digest();
}

/**
 * Fill the first `length` bytes of the scratch buffer with stored bytes from `start`; false when a byte is missing (it
 * reads as zero then).
 */
function readStored(bench: Bench, stored: Stored, start: number, length: number): boolean {
  let whole = true;
  for (const span of stored.spans) {
    const from = Math.max(span.offset, start);
    const until = Math.min(endOf(span), start + length);
    if (from >= until) continue;
    const target = scratch.subarray(from - start, until - start);
    const got = span.path === null ? 0 : readFile(bench, stored, span, target, from - span.offset);
    if (got < target.length) target.fill(0, got);
    if (got < target.length && span.path !== null) whole = false;
  }
  return whole;
}

/** Fill `target` from `skip` bytes into a span; how many bytes there were. */
function readFile(bench: Bench, stored: Stored, span: Span, target: Uint8Array, skip: number): number {
  const { store, root } = stored;
  const fd = bench.files.get({ store, root, path: span.path ?? '', mode: 'read' });
  if (fd === null) return 0;
  return readAll(fd, target, span.at + skip);
}

/** Segments that follow each other in the arena (or on disk) as one, so that most pieces are hashed in one call. */
function mergeAdjacent(segments: readonly Segment[]): readonly Segment[] {
  const merged: Segment[] = [];
  for (const segment of segments) {
    const last = merged.at(-1);
    if (last !== undefined && continues(last, segment)) {
      merged[merged.length - 1] = { ...last, length: last.length + segment.length };
    } else {
      merged.push(segment);
    }
  }
  return merged;
}

function continues(last: Segment, next: Segment): boolean {
  if (last.offset + last.length !== next.offset) return false;
  return last.memory < 0 ? next.memory < 0 : next.memory === last.memory + last.length;
}

function pieceDigest(bench: Bench, job: FinishJob, segments: readonly Segment[]): Buffer {
  const [only] = segments;
  if (segments.length === 1 && only !== undefined && only.memory >= 0) {
    const bytes = bench.arena.subarray(only.memory, only.memory + only.length);
    return hashOnce(job.algorithm, bytes, 'buffer');
  }
  const hasher = createHash(job.algorithm);
  for (const chunk of pieceBytes(bench, job, segments)) hasher.update(chunk);
  return hasher.digest();
}

/** The bytes of a piece in order; a chunk is valid until the next is asked for. */
function* pieceBytes(bench: Bench, stored: Stored, segments: readonly Segment[]): Generator<Uint8Array> {
  for (const { offset, length, memory } of segments) {
    if (memory >= 0) {
      yield bench.arena.subarray(memory, memory + length);
      continue;
    }
    for (let done = 0; done < length; done += SCRATCH_BYTES) {
      const step = Math.min(SCRATCH_BYTES, length - done);
      // A byte that vanished from the disk makes the piece bad, which is what it is.
      readStored(bench, stored, offset + done, step);
      yield scratch.subarray(0, step);
    }
  }
}

/**
 * SHA-1 of each 16 KiB block (the last may be shorter), to find out who sent a bad one. `whole` is fed all bytes as well.
 */
function blockDigests(chunks: Iterable<Uint8Array>, whole?: Hash): Uint8Array {
  const digests: Buffer[] = [];
  let hasher = createHash('sha1');
  let filled = 0;
  for (const chunk of chunks) {
    whole?.update(chunk);
    for (let at = 0; at < chunk.length;) {
      const take = Math.min(BLOCK_LENGTH - filled, chunk.length - at);
      hasher.update(chunk.subarray(at, at + take));
      at += take;
      filled += take;
      if (filled < BLOCK_LENGTH) continue;
      digests.push(hasher.digest());
      hasher = createHash('sha1');
      filled = 0;
    }
  }
  if (filled > 0) digests.push(hasher.digest());
  return Uint8Array.from(Buffer.concat(digests));
}

/** Write what is in memory to where it belongs. */
function writeSegments(bench: Bench, job: FinishJob | WriteJob, segments: readonly Segment[]): void {
  for (const span of job.spans) {
    if (span.path === null) continue;
    for (const segment of segments) {
      const from = Math.max(span.offset, segment.offset);
      const until = Math.min(endOf(span), segment.offset + segment.length);
      if (segment.memory < 0 || from >= until) continue;
      const fd = bench.files.get({ store: job.store, root: job.root, path: span.path, mode: 'create' });
      if (fd === null) throw new DiskFailure('NOT_FOUND', span.path);
      assertUntouched(fd, span.path, span.least);
      const memory = segment.memory + (from - segment.offset);
      const bytes = bench.arena.subarray(memory, memory + (until - from));
      try {
        writeAll(fd, bytes, span.at + (from - span.offset));
      } catch (error) {
        throw withMissing(error, job.root, span.path, bytes.length);
      }
    }
  }
}

/** Writing must not make up for bytes that somebody took away: nobody would notice that they are gone. */
function assertUntouched(fd: number, path: string, least: number): void {
  const { size, nlink } = fstatSync(fd);
  if (nlink === 0 || size < least) throw new DiskFailure('FILE_CHANGED', path);
}
