/**
 * Reads bytes of a piece into scattered memory, in the system's threads. Decides that a short read is an error: a verified
 * piece that is not all there is lost.
 */
import { readv } from 'node:fs';
import type { Answer, DiskError } from '@jstorrent/data-plane';
import { diskError } from './codes.ts';
import type { Counters } from './counters.ts';
import type { Root, Span } from './jobs.ts';
import type { ReadFiles } from './read-files.ts';

/** Where the bytes are. */
export interface ReadRequest {
  readonly files: ReadFiles;
  readonly store: number;
  readonly root: Root;
  /** Cover the range; their offsets are relative to its start. */
  readonly spans: readonly Span[];
}

/** Fill `targets` in order with the spans; the answer comes in a later turn, when no read is under way any more. */
export function readSpans(request: ReadRequest, targets: readonly Uint8Array[], answer: Answer<void>): void {
  let left = request.spans.length;
  let failure: DiskError | null = null;
  const finished = (error: DiskError | null): void => {
    failure ??= error;
    left--;
    if (left > 0) return;
    if (failure === null) answer.onDone();
    else answer.onError(failure);
  };
  if (left === 0) setImmediate(() => answer.onDone());
  for (const span of request.spans) {
    const own = request.spans.length === 1 ? targets : slice(targets, span.offset, span.length);
    if (span.path !== null) {
      readSpan(request, span, span.path, own, finished);
      continue;
    }
    for (const target of own) target.fill(0);
    setImmediate(finished, null);
  }
}

function readSpan(
  request: ReadRequest,
  span: Span,
  path: string,
  targets: readonly Uint8Array[],
  finished: (error: DiskError | null) => void,
): void {
  const wish = { store: request.store, root: request.root, path };
  request.files.acquire(wish, {
    onDone: (fd) =>
      fill({ fd, counters: request.files.counters }, targets, span.at, (error, whole) => {
        request.files.release(wish);
        if (error !== null) finished(diskError(error));
        else finished(whole ? null : { code: 'NOT_FOUND', detail: `${path} is too short`, missing: 0 });
      }),
    onError: finished,
  });
}

/** Fill all targets from `position`; `whole` is false when the file ends before. */
function fill(
  file: { readonly fd: number; readonly counters: Counters },
  targets: readonly Uint8Array[],
  position: number,
  done: (error: Error | null, whole: boolean) => void,
): void {
  const wanted = targets.reduce((sum, { length }) => sum + length, 0);
  const startMs = performance.now();
  readv(file.fd, targets, position, (error, got) => {
    file.counters.call('read', startMs);
    if (error === null) file.counters.add('bytesRead', got);
    if (error !== null) done(error, false);
    else if (got >= wanted) done(null, true);
    else if (got === 0) done(null, false);
    else fill(file, slice(targets, got, wanted - got), position + got, done);
  });
}

/** The parts of `targets` that hold [offset, offset + length) of them together. */
function slice(targets: readonly Uint8Array[], offset: number, length: number): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  let start = 0;
  for (const target of targets) {
    const from = Math.max(0, offset - start);
    const until = Math.min(target.length, offset + length - start);
    if (from < until) parts.push(target.subarray(from, until));
    start += target.length;
  }
  return parts;
}
