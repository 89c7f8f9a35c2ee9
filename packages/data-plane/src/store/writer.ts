/**
 * The writes of one store: spills, finished pieces, and the last save before closing. Decides what happens to a write
 * that fails: it is kept, the store is blocked, and `retry` does it again; nothing that was received is lost.
 */
import { hasBit } from '../bits.ts';
import type { DiskError, FinishResult, StoreFiles } from '../ports.ts';
import type { Gate } from './gate.ts';
import type { Job, JobQueue } from './jobs.ts';
import type { Chunk, PieceState } from './piece.ts';
import type { Pieces } from './pieces.ts';

/** Who hears what became of the writes. */
export interface WriterOwner {
  onVerified(piece: number, digests: Uint8Array): void;
  onCorrupt(piece: number, digests: Uint8Array, fromDisk: boolean): void;
  onBlocked(error: DiskError): void;
  onUnblocked(): void;
  /** No write is queued, parked or running. */
  onQuiet(): void;
}

/** What a writer is built from. */
export interface WriterParts {
  readonly pieces: Pieces;
  readonly gate: Gate;
  readonly queue: JobQueue;
  readonly files: () => StoreFiles;
  readonly owner: WriterOwner;
}

/** `working`; `blocked` after an error until `retry`; `retrying` until all that failed succeeded; `closing`: errors lose. */
type Mode = 'working' | 'blocked' | 'retrying' | 'closing';

interface Work {
  readonly kind: 'spill' | 'finish' | 'save';
  readonly state: PieceState;
  /** The chunk of a spill. */
  readonly chunk: Chunk | null;
  readonly chunks: number;
}

const NO_DIGESTS = new Uint8Array(0);

/** Makes jobs and keeps those that cannot run. */
export class Writer {
  readonly #pieces: Pieces;
  readonly #gate: Gate;
  readonly #queue: JobQueue;
  readonly #files: () => StoreFiles;
  readonly #owner: WriterOwner;
  /** Pieces that failed before: their next digests are wanted, to find who lied. */
  readonly #failed = new Set<number>();
  #mode: Mode = 'working';
  /** Jobs queued, parked or running; stuck ones are not counted. */
  #pending = 0;
  #stuck: Work[] = [];
  #parked: Work[] = [];

  constructor(parts: WriterParts) {
    this.#pieces = parts.pieces;
    this.#gate = parts.gate;
    this.#queue = parts.queue;
    this.#files = parts.files;
    this.#owner = parts.owner;
  }

  /** Whether the last error still stands. */
  get isBlocked(): boolean {
    return this.#mode === 'blocked';
  }

  /** Whether new data should not be taken now. */
  get isHalted(): boolean {
    return this.#mode === 'blocked' || this.#mode === 'retrying';
  }

  /** Whether nothing is queued, parked or running. */
  get isQuiet(): boolean {
    return this.#pending === 0;
  }

  /** Write a chunk of an unfinished piece and free it. */
  spill(chunk: Chunk): void {
    this.#pieces.writing(chunk);
    this.#push({ kind: 'spill', state: chunk.piece, chunk, chunks: 1 });
  }

  /** Hash and write the piece if all its blocks came and no spill of it is under way. */
  finishWhenFull(state: PieceState): void {
    if (!state.full || state.phase !== 'filling' || state.writes > 0) return;
    this.#push({ kind: 'finish', state, chunk: null, chunks: this.#pieces.finishing(state) });
  }

  /** Write what is only in memory of a partial piece, before closing. */
  save(state: PieceState): void {
    if (state.receivedCount > state.diskCount) this.#push({ kind: 'save', state, chunk: null, chunks: 0 });
  }

  /** The disk failed, here or in a check. */
  block(error: DiskError): void {
    if (this.#mode === 'blocked' || this.#mode === 'closing') return;
    this.#mode = 'blocked';
    this.#owner.onBlocked(error);
  }

  /** Do what failed again; `onUnblocked` or `onBlocked` follows. */
  retry(): void {
    if (this.#mode === 'retrying' || this.#mode === 'closing') return;
    this.#mode = 'retrying';
    const stuck = this.#stuck;
    this.#stuck = [];
    for (const work of stuck) this.#push(work);
    this.#afterJob();
  }

  /** From now on a write that fails is given up, and what is stuck becomes ordinary partial pieces. */
  startClosing(): void {
    this.#mode = 'closing';
    const stuck = this.#stuck;
    this.#stuck = [];
    for (const work of stuck) this.#giveBack(work);
  }

  /** The store goes on after all. */
  stopClosing(): void {
    this.#mode = 'working';
  }

  /** The files may be used again: queue what was parked. */
  unpark(): void {
    const parked = this.#parked;
    this.#parked = [];
    for (const work of parked) {
      this.#pending--;
      this.#push(work);
    }
  }

  #push(work: Work): void {
    this.#pending++;
    const job: Job = {
      chunks: work.chunks,
      admit: () => this.#admit(work),
      start: (ended) => this.#start(work, ended),
    };
    this.#queue.push(job);
  }

  #admit(work: Work): boolean {
    if (this.#mode === 'blocked') {
      this.#pending--;
      this.#stuck.push(work);
      return false;
    }
    if (this.#gate.isOpen) return true;
    this.#parked.push(work);
    return false;
  }

  #start(work: Work, ended: () => void): void {
    const { state, chunk, kind } = work;
    this.#gate.enter();
    const end = (settle: () => void): void => {
      this.#pending--;
      ended();
      settle();
      this.#afterJob();
      this.#gate.leave();
    };
    const onError = (error: DiskError): void => end(() => this.#failedJob(work, error));
    if (kind === 'finish') {
      const wantDigests = this.#failed.has(state.piece);
      this.#files().finish(state.piece, state.allSegments(), wantDigests, {
        onDone: (result) => end(() => this.#finished(state, wantDigests, result)),
        onError,
      });
      return;
    }
    if (state.phase === 'doomed') {
      end(() => this.#giveBack(work));
      return;
    }
    const blocks = heldBlocks(state, chunk);
    const segments = chunk === null ? memoryOf(state) : state.memorySegments(chunk);
    this.#files().write(state.piece, segments, {
      onDone: (digests) => end(() => this.#wrote(work, blocks, digests)),
      onError,
    });
  }

  #wrote(work: Work, blocks: readonly number[], digests: Uint8Array): void {
    if (work.chunk === null) {
      // The store closes: no piece is finished after this.
      this.#pieces.wroteAll(work.state);
      return;
    }
    this.#pieces.wrote(work.chunk, blocks, digests);
    this.finishWhenFull(work.state);
  }

  #finished(state: PieceState, wantDigests: boolean, result: FinishResult): void {
    const { piece } = state;
    if (result.good) {
      this.#failed.delete(piece);
      this.#pieces.setDone(piece);
      this.#owner.onVerified(piece, wantDigests ? result.digests : NO_DIGESTS);
    } else {
      this.#failed.add(piece);
      this.#owner.onCorrupt(piece, result.digests, state.isDiskSuspect(result.digests));
    }
    this.#pieces.remove(state);
  }

  #failedJob(work: Work, error: DiskError): void {
    if (this.#mode === 'closing') {
      this.#giveBack(work);
      return;
    }
    this.#stuck.push(work);
    this.block(error);
  }

  #giveBack(work: Work): void {
    if (work.kind === 'finish') this.#pieces.unfinish(work.state);
    if (work.chunk !== null) this.#pieces.wrote(work.chunk, [], NO_DIGESTS);
  }

  #afterJob(): void {
    if (this.#pending > 0) return;
    if (this.#mode === 'retrying' && this.#stuck.length === 0) {
      this.#mode = 'working';
      this.#owner.onUnblocked();
    }
    this.#owner.onQuiet();
  }
}

/** Blocks of one chunk, or of the whole piece, that are only in memory. */
function heldBlocks(state: PieceState, chunk: Chunk | null): number[] {
  const { first, end } = chunk === null ? { first: 0, end: state.blocks } : state.span(chunk.index);
  const blocks: number[] = [];
  for (let block = first; block < end; block++) {
    if (hasBit(state.received, block) && !hasBit(state.onDisk, block)) blocks.push(block);
  }
  return blocks;
}

function memoryOf(state: PieceState): ReturnType<PieceState['memorySegments']> {
  return state.chunks.flatMap((chunk) => (chunk === null ? [] : state.memorySegments(chunk)));
}
