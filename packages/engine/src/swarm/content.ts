/** What exists of a torrent once its metadata is known. */
import type { Info } from '@jstorrent/protocol';
import { LIMITS } from '../limits.ts';
import type { Layout, Random } from '../ports.ts';
import { distributedCopies } from '../rules/availability.ts';
import { Blame } from '../rules/blame.ts';
import { fileSpans, PieceMath, type PieceSpan } from '../rules/layout.ts';
import type { Priority } from '../rules/picker.ts';
import type { ResumeData } from '../rules/resume.ts';
import { PieceManager } from './piece-manager.ts';
import type { StorageRequest } from './storage.ts';
import { UploadManager } from './upload-manager.ts';

/** How pieces are chosen; per torrent, at the user's wish. */
export interface PickingOptions {
  readonly sequential: boolean;
  /** First and last pieces of every file before the rest, for previews. */
  readonly endsFirst: boolean;
}

/** Highest class: ends of files when they come first. */
const ENDS_CLASS = 4;

/** Layout, pieces and uploads of one torrent. */
export class Content {
  readonly info: Info;
  readonly math: PieceMath;
  /** With the paths of the metainfo. */
  readonly layout: Layout;
  readonly spans: readonly PieceSpan[];
  readonly pieces: PieceManager;
  readonly uploads: UploadManager;
  readonly blame = new Blame();
  #priorities: Priority[];
  #spread: (ReturnType<typeof distributedCopies> & { readonly atMs: number }) | null = null;

  constructor(info: Info, infoHash: Uint8Array, random: Random) {
    this.info = info;
    this.math = new PieceMath(info.pieceLength, info.totalLength);
    this.layout = {
      pieceLength: info.pieceLength,
      files: info.files.map(({ path, length, kind, target }) =>
        target === undefined ? { path, length, kind } : { path, length, kind, target },
      ),
      hashes: info.pieceHashes,
      algorithm: 'sha1',
    };
    this.spans = fileSpans(this.layout.files, info.pieceLength);
    const pieces = new PieceManager(this.math, random);
    this.pieces = pieces;
    this.uploads = new UploadManager({
      infoHash,
      pieceCount: this.math.pieceCount,
      lengthOf: (piece) => this.math.lengthOf(piece),
      has: (piece) => pieces.ledger.has(piece),
    });
    this.#priorities = info.files.map(() => 2);
  }

  /** One per file of the layout, pads included. */
  get priorities(): readonly Priority[] {
    return this.#priorities;
  }

  /** How the pieces are spread among us and our peers; computed again after a while only. */
  availability(nowMs: number): ReturnType<typeof distributedCopies> {
    if (this.#spread !== null && nowMs - this.#spread.atMs < LIMITS.availabilityMs) return this.#spread;
    const { picker, ledger } = this.pieces;
    const holders = (piece: number): number => picker.availability(piece) + (ledger.has(piece) ? 1 : 0);
    this.#spread = { ...distributedCopies(this.math.pieceCount, holders), atMs: nowMs };
    return this.#spread;
  }

  /** Choose files: one priority per file, 0 = skip. Pads follow the pieces they share. */
  choose(priorities: readonly Priority[], options: PickingOptions): void {
    this.#priorities = this.info.files.map((_, index) => priorities[index] ?? 2);
    const classes = new Uint8Array(this.math.pieceCount);
    for (const [index, span] of this.spans.entries()) {
      if (this.info.files[index]?.kind === 'pad') continue;
      const priority = this.#priorities[index] as Priority;
      if (priority === 0) continue;
      for (let piece = span.first; piece < span.end; piece += 1) {
        classes[piece] = Math.max(classes[piece] as number, priority);
      }
      if (options.endsFirst && span.end > span.first) {
        classes[span.first] = ENDS_CLASS;
        classes[span.end - 1] = ENDS_CLASS;
      }
    }
    this.pieces.setClasses(classes);
    this.pieces.picker.setSequential(options.sequential);
  }

  /** Per file: whether it is on disk once a piece of it is ours; pads never are, unwanted files need not be. */
  expectedFiles(): boolean[] {
    return this.info.files.map(({ kind }, index) => kind === 'file' && this.#priorities[index] !== 0);
  }

  /** How to open the store. */
  storageRequest(
    how: Pick<StorageRequest, 'root' | 'folder' | 'isSaved' | 'layout' | 'preallocate'>,
    resume: ResumeData | null,
  ): StorageRequest {
    const { pieceCount } = this.math;
    return { ...how, pieceCount, wanted: this.wantedFiles(), resume };
  }

  /** One bit per file of the layout (most significant first): 1 = wanted. */
  wantedFiles(): Uint8Array {
    const bits = new Uint8Array(Math.ceil(this.#priorities.length / 8));
    for (const [index, priority] of this.#priorities.entries()) {
      if (priority > 0) bits[index >> 3] = (bits[index >> 3] as number) | (0x80 >> (index & 7));
    }
    return bits;
  }
}
