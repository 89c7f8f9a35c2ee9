/**
 * Files of one torrent on the in-memory disk: the `StoreFiles` port. Decides which operations may run at once and what
 * they do to files; when they run is decided in memory-disk.ts, where bytes go in placement.ts.
 */
import { createHash } from 'node:crypto';
import {
  type Answer,
  arrive,
  type FinishResult,
  isSamePlace,
  move,
  type MoveProgress,
  Notes,
  type OpenedFiles,
  type OpenFiles,
  remove,
  rename,
  type Segment,
  settle,
  type Steps,
  type StoreFiles,
} from '@jstorrent/data-plane';
import { BLOCK_LENGTH, type FilePath, type FileStat, type Layout, type Place } from '@jstorrent/engine/ports';
import { Geometry } from './geometry.ts';
import type { DiskOperation, MemoryDisk, Work } from './memory-disk.ts';
import { MemorySteps, walk, type Walk } from './memory-steps.ts';
import { Placement } from './placement.ts';
import { DiskFault } from './volume.ts';

/** Milliseconds between two words about how far a move is. */
const PROGRESS_MS = 250;

/** What must not run at the same time: operations on one piece, or on the whole store. */
interface Job {
  readonly scope: number | 'store' | 'none';
  readonly isReading: boolean;
  isRunning: boolean;
  readonly start: () => void;
}

const sha1 = (bytes: Uint8Array): Uint8Array => createHash('sha1').update(bytes).digest();

const blockDigests = (bytes: Uint8Array): Uint8Array => {
  const count = Math.ceil(bytes.length / BLOCK_LENGTH);
  const digests = new Uint8Array(count * 20);
  for (let block = 0; block < count; block++) {
    digests.set(sha1(bytes.subarray(block * BLOCK_LENGTH, (block + 1) * BLOCK_LENGTH)), block * 20);
  }
  return digests;
};

const isEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && Buffer.compare(a, b) === 0;

const mayOverlap = (a: Job, b: Job): boolean => {
  if (a.scope === 'store' || b.scope === 'store') return false;
  return a.scope !== b.scope || a.scope === 'none' || (a.isReading && b.isReading);
};

/** One torrent's files. */
export class MemoryFiles implements StoreFiles {
  readonly #disk: MemoryDisk;
  readonly #layout: Layout;
  readonly #geometry: Geometry;
  readonly #placement: Placement;
  readonly #digestLength: number;
  /** The programs that may use these files; later ones open their own. */
  readonly #life: number;
  #jobs: Job[] = [];
  #isEnding = false;
  #isMoveUnwanted = false;

  constructor(disk: MemoryDisk, request: OpenFiles) {
    this.#disk = disk;
    this.#life = disk.life;
    this.#layout = request.layout;
    this.#geometry = new Geometry(request.layout);
    this.#placement = new Placement(disk, this.#geometry, request);
    this.#digestLength = request.layout.algorithm === 'sha1' ? 20 : 32;
  }

  /** Bring to an end what was interrupted, look at the files, and allocate all of them when asked to. */
  *arrive({ place, isSaved, preallocate }: OpenFiles): Steps<OpenedFiles> {
    const { paths, parts } = this.#placement;
    const found = yield* arrive(this.#steps, { place, paths, parts, isSaved });
    this.#placement.moveTo(found);
    this.#placement.adoptWanted();
    if (preallocate === 'full') this.#placement.allocate();
    const moved = isSamePlace(place, found) ? null : found;
    return { files: this, stats: this.#placement.stats(), moved };
  }

  finish(
    piece: number,
    segments: readonly Segment[],
    wantDigests: boolean,
    answer: Answer<FinishResult>,
  ): void {
    const length = this.#geometry.pieceBytes(piece);
    this.#assertCovers(piece, segments);
    this.#enqueue('finish', { scope: piece, bytes: length }, answer, (mostBytes) => {
      const bytes = this.#assemble(piece, segments);
      const expected = this.#layout.hashes.subarray(
        piece * this.#digestLength,
        (piece + 1) * this.#digestLength,
      );
      if (!isEqual(this.#digest(bytes), expected)) return { good: false, digests: blockDigests(bytes) };
      this.#writeSegments(piece, segments, mostBytes);
      return { good: true, digests: wantDigests ? blockDigests(bytes) : new Uint8Array() };
    });
  }

  write(piece: number, segments: readonly Segment[], answer: Answer<Uint8Array>): void {
    const bytes = segments.reduce((sum, segment) => sum + segment.length, 0);
    this.#enqueue('write', { scope: piece, bytes }, answer, (mostBytes) => {
      this.#writeSegments(piece, segments, mostBytes);
      const { arena } = this.#disk;
      const parts = segments.map(({ memory, length }) =>
        blockDigests(arena.subarray(memory, memory + length)),
      );
      return new Uint8Array(Buffer.concat(parts));
    });
  }

  read(piece: number, offset: number, targets: readonly Uint8Array[], answer: Answer<void>): void {
    const length = targets.reduce((sum, target) => sum + target.length, 0);
    if (offset + length > this.#geometry.pieceBytes(piece)) throw new Error('read: beyond the piece');
    this.#enqueue('read', { scope: piece, bytes: length }, answer, () => {
      const bytes = new Uint8Array(length);
      if (!this.#placement.read(piece, offset, bytes)) throw new DiskFault('NOT_FOUND', `piece ${piece}`);
      let at = 0;
      for (const target of targets) {
        target.set(bytes.subarray(at, at + target.length));
        at += target.length;
      }
    });
  }

  hash(first: number, count: number, answer: Answer<Uint8Array>): void {
    if (first < 0 || count < 1 || first + count > this.#geometry.pieceCount)
      throw new Error('hash: no such pieces');
    this.#enqueue('hash', { scope: 'none', bytes: count * this.#layout.pieceLength }, answer, () => {
      const digests = new Uint8Array(count * this.#digestLength);
      for (let i = 0; i < count; i++) {
        const bytes = new Uint8Array(this.#geometry.pieceBytes(first + i));
        if (this.#isReadable(first + i, bytes)) digests.set(this.#digest(bytes), i * this.#digestLength);
      }
      return digests;
    });
  }

  sync(answer: Answer<readonly FileStat[]>): void {
    this.#enqueue('sync', { scope: 'none', bytes: 0 }, answer, () => this.#placement.sync());
  }

  setWanted(wanted: Uint8Array, answer: Answer<readonly FileStat[]>): void {
    this.#enqueue('setWanted', { scope: 'store', bytes: 0 }, answer, () => this.#placement.setWanted(wanted));
  }

  rename(renames: readonly FilePath[], answer: Answer<readonly FileStat[]>): void {
    const placement = this.#placement;
    const steps = this.#steps;
    this.#relocate(
      'rename',
      answer,
      () => 'go',
      function* (): Steps<readonly FileStat[]> {
        placement.assertFree(renames);
        yield* rename(steps, placement.renaming(renames));
        placement.rename(renames);
        return placement.stats();
      },
    );
  }

  move(place: Place, onProgress: MoveProgress, answer: Answer<readonly FileStat[]>): void {
    const placement = this.#placement;
    const steps = this.#steps;
    let toldAtMs = -Infinity;
    const onHeadway: Walk<unknown>['onHeadway'] = ({ done, total }) => {
      const nowMs = this.#disk.wallMs();
      if (nowMs - toldAtMs >= PROGRESS_MS) onProgress(done, total);
      if (nowMs - toldAtMs >= PROGRESS_MS) toldAtMs = nowMs;
      return this.#isMoveUnwanted ? 'stop' : 'go';
    };
    this.#isMoveUnwanted = false;
    this.#relocate('move', answer, onHeadway, function* (): Steps<readonly FileStat[]> {
      placement.sync();
      const { paths, parts } = placement;
      yield* move(steps, { from: placement.place, to: place, paths, parts });
      placement.moveTo(place);
      return placement.stats();
    });
  }

  cancelMove(): void {
    this.#isMoveUnwanted = true;
  }

  settle(): void {
    const nobody = { onDone: (): void => {}, onError: (): void => {} };
    this.#enqueue('settle', { scope: 'store', bytes: 0 }, nobody, () => {
      const { parts, place } = this.#placement;
      settle(this.#steps, new Notes(this.#steps, parts), this.#steps.spot(place));
    });
  }

  remove(answer: Answer<void>): void {
    const placement = this.#placement;
    const steps = this.#steps;
    this.#relocate(
      'remove',
      answer,
      () => 'go',
      function* (): Steps<void> {
        yield* remove(steps, placement.removal());
      },
    );
    this.#isEnding = true;
  }

  close(answer: Answer<readonly FileStat[]>): void {
    this.#enqueue('close', { scope: 'store', bytes: 0 }, answer, () => this.#placement.sync());
    this.#isEnding = true;
  }

  /** The steps of this torrent's disk, whose own root is there also when it was dropped. */
  get #steps(): MemorySteps {
    const { place, volume } = this.#placement;
    return new MemorySteps(this.#disk, { root: place.root, volume });
  }

  /** Line up an operation of many steps, which runs alone. */
  #relocate<T>(
    operation: DiskOperation,
    answer: Answer<T>,
    onHeadway: Walk<T>['onHeadway'],
    begin: () => Steps<T>,
  ): void {
    if (this.#isEnding) throw new Error(`${operation} after the files were closed`);
    const end = (tell: () => void): void => {
      this.#jobs = this.#jobs.filter((other) => other !== job);
      this.#startJobs();
      tell();
    };
    const ending: Answer<T> = {
      onDone: (value) => end(() => answer.onDone(value)),
      onError: (error) => {
        if (operation === 'remove') this.#isEnding = false;
        end(() => answer.onError(error));
      },
    };
    const life = this.#life;
    const job: Job = {
      scope: 'store',
      isReading: false,
      isRunning: false,
      start: () => walk(this.#disk, { operation, begin, onHeadway, answer: ending, life }),
    };
    this.#jobs.push(job);
    this.#startJobs();
  }

  /** Line up an operation behind those it must not run beside. */
  #enqueue<T>(
    operation: DiskOperation,
    load: { readonly scope: Job['scope']; readonly bytes: number },
    answer: Answer<T>,
    run: (mostBytes: number) => T,
  ): void {
    if (this.#isEnding) throw new Error(`${operation} after the files were closed`);
    const work: Work<T> = {
      operation,
      bytes: load.bytes,
      run,
      answer: {
        onDone: (value) => answer.onDone(value),
        onError: (error) => {
          if (operation === 'close') this.#isEnding = false;
          answer.onError(error);
        },
      },
      onEnd: () => {
        this.#jobs = this.#jobs.filter((other) => other !== job);
        this.#startJobs();
      },
    };
    const job: Job = {
      scope: load.scope,
      isReading: operation === 'read',
      isRunning: false,
      start: () => this.#disk.perform(work, this.#life),
    };
    this.#jobs.push(job);
    this.#startJobs();
  }

  #startJobs(): void {
    for (const [index, job] of this.#jobs.entries()) {
      if (job.isRunning || !this.#jobs.slice(0, index).every((earlier) => mayOverlap(earlier, job))) continue;
      job.isRunning = true;
      job.start();
    }
  }

  #assertCovers(piece: number, segments: readonly Segment[]): void {
    let at = 0;
    for (const segment of segments) {
      if (segment.offset !== at || segment.length < 1) throw new Error('finish: segments out of order');
      at += segment.length;
    }
    if (at !== this.#geometry.pieceBytes(piece)) throw new Error('finish: segments do not cover the piece');
  }

  /** The piece from the arena and, where it was spilled, from the disk; what cannot be read back is zeros. */
  #assemble(piece: number, segments: readonly Segment[]): Uint8Array {
    const bytes = new Uint8Array(this.#geometry.pieceBytes(piece));
    for (const { offset, length, memory } of segments) {
      if (memory >= 0) bytes.set(this.#disk.arena.subarray(memory, memory + length), offset);
      else this.#placement.read(piece, offset, bytes.subarray(offset, offset + length));
    }
    return bytes;
  }

  #writeSegments(piece: number, segments: readonly Segment[], mostBytes: number): void {
    let left = mostBytes;
    for (const { offset, length, memory } of segments) {
      if (memory < 0) continue;
      const part = Math.min(length, left);
      left -= part;
      this.#placement.write(piece, offset, this.#disk.arena.subarray(memory, memory + part));
    }
  }

  #isReadable(piece: number, bytes: Uint8Array): boolean {
    try {
      return this.#placement.read(piece, 0, bytes);
    } catch (error) {
      if (error instanceof DiskFault) return false;
      throw error;
    }
  }

  #digest(bytes: Uint8Array): Uint8Array {
    return createHash(this.#layout.algorithm).update(bytes).digest();
  }
}
