/**
 * Reading and writing runs of bytes with plain descriptors. Decides the size of the calls, and counts what they do.
 */
import { readSync, writeSync } from 'node:fs';
import { counterMemory, Counters } from './counters.ts';
import { SCRATCH_BYTES, WRITE_BYTES_MAX } from './limits.ts';

/** Memory for bytes on their way through one worker; valid until the next call into this file. */
export const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
const zeros = Buffer.alloc(SCRATCH_BYTES);
let counters = new Counters(counterMemory());

/** Count with these from now on. */
export function countWith(shared: Counters): void {
  counters = shared;
}

/** Fill `target` from `position`; how many bytes there were. */
export function readAll(fd: number, target: Uint8Array, position: number): number {
  let done = 0;
  const startMs = performance.now();
  while (done < target.length) {
    const read = readSync(fd, target, done, target.length - done, position + done);
    if (read === 0) break;
    done += read;
  }
  counters.call('read', startMs);
  counters.add('bytesRead', done);
  return done;
}

/** Write all bytes at `position`. */
export function writeAll(fd: number, bytes: Uint8Array, position: number): void {
  let done = 0;
  const startMs = performance.now();
  while (done < bytes.length) {
    const length = Math.min(WRITE_BYTES_MAX, bytes.length - done);
    done += writeSync(fd, bytes, done, length, position + done);
  }
  counters.call('write', startMs);
  counters.add('bytesWritten', done);
}

/** Write zeros to [from, until). */
export function writeZeros(fd: number, from: number, until: number): void {
  for (let at = from; at < until; at += zeros.length) {
    writeAll(fd, zeros.subarray(0, Math.min(zeros.length, until - at)), at);
  }
}

/** A range of two files; `known` bytes of the second are there already, and may be right. */
export interface SharedRange {
  readonly offset: number;
  readonly length: number;
  readonly known: number;
}

const compared = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

/**
 * Make a range of `target` that of `source`, writing only what differs; holes stay holes. Returns the bytes that the
 * source had. The length of the target is not changed by holes at its end.
 */
export function copyDifferent(source: number, target: number, range: SharedRange): number {
  const { offset, length, known } = range;
  let done = 0;
  while (done < length) {
    const at = offset + done;
    const got = readAll(source, scratch.subarray(0, Math.min(SCRATCH_BYTES, length - done)), at);
    if (got === 0) break;
    const bytes = scratch.subarray(0, got);
    if (!isThere(target, bytes, { at, known })) writeAll(target, bytes, at);
    done += got;
  }
  return done;
}

function isThere(target: number, bytes: Uint8Array, where: { at: number; known: number }): boolean {
  const { at, known } = where;
  if (known <= at) return zeros.subarray(0, bytes.length).equals(bytes);
  const got = readAll(target, compared.subarray(0, bytes.length), at);
  return compared.subarray(0, got).equals(bytes);
}

/** A run of bytes and where it goes. */
export interface Copy {
  readonly from: number;
  readonly at: number;
  readonly length: number;
}

/** Copy up to `length` bytes between files; stops at the end of the source. Holes stay holes. Returns the bytes copied. */
export function copyRange(source: number, target: number, copy: Copy): number {
  let done = 0;
  let skipped = false;
  while (done < copy.length) {
    const chunk = scratch.subarray(0, Math.min(SCRATCH_BYTES, copy.length - done));
    const got = readAll(source, chunk, copy.from + done);
    if (got === 0) break;
    const bytes = chunk.subarray(0, got);
    skipped = bytes.equals(zeros.subarray(0, got));
    if (!skipped) writeAll(target, bytes, copy.at + done);
    done += got;
  }
  // Writing one byte gives a file its full length when the end of it was skipped.
  if (skipped) writeAll(target, zeros.subarray(0, 1), copy.at + done - 1);
  return done;
}
