/** What a torrent would have to know after a crash, and the totals over all its sessions. */
import type { FileStat, PartialPiece } from '../ports.ts';
import { RateMeter } from '../rules/rate.ts';
import type { ResumeData } from '../rules/resume.ts';

/** The durable part of a torrent. */
export class Progress {
  readonly down: RateMeter;
  readonly up: RateMeter;
  readonly #infoHash: Uint8Array;
  readonly #before: { readonly downloaded: number; readonly uploaded: number };
  #resume: ResumeData | null;

  constructor(infoHash: Uint8Array, resume: ResumeData | null, nowMs: number) {
    this.#infoHash = infoHash;
    this.#resume = resume;
    this.#before = { downloaded: resume?.downloaded ?? 0, uploaded: resume?.uploaded ?? 0 };
    this.down = new RateMeter(nowMs);
    this.up = new RateMeter(nowMs);
  }

  /** What to open the store with. */
  get resume(): ResumeData | null {
    return this.#resume;
  }

  /** Payload bytes over all sessions. */
  get downloaded(): number {
    return this.#before.downloaded + this.down.total;
  }

  get uploaded(): number {
    return this.#before.uploaded + this.up.total;
  }

  tick(nowMs: number): void {
    this.down.tick(nowMs);
    this.up.tick(nowMs);
  }

  /** The store was closed; without `files` it is not known what is on disk. Null when nothing has ever been saved. */
  closed(
    pieces: Uint8Array,
    files: readonly FileStat[],
    partials: readonly PartialPiece[],
  ): ResumeData | null {
    return files.length === 0 ? this.distrust() : this.keep(pieces, files, partials, true);
  }

  /** The state on disk after a sync (`clean` false) or after the store was closed. */
  keep(
    pieces: Uint8Array,
    files: readonly FileStat[],
    partials: readonly PartialPiece[],
    clean: boolean,
  ): ResumeData {
    const { downloaded, uploaded } = this;
    this.#resume = { infoHash: this.#infoHash, pieces, files, partials, clean, downloaded, uploaded };
    return this.#resume;
  }

  /** Nothing is believed of what is on disk but which blocks of unfinished pieces are there. */
  distrust(): ResumeData | null {
    if (this.#resume === null) return null;
    const pieces = new Uint8Array(this.#resume.pieces.length);
    this.#resume = { ...this.#resume, pieces, files: [], clean: true };
    return this.#resume;
  }

  /**
   * The store was lost while open: what is verified was written. `expected`: files that exist if
   * a piece of them is verified, so that one that is gone later is missed.
   */
  lost(pieces: Uint8Array, expected: readonly boolean[]): void {
    const files = expected.map((exists) => ({ size: exists ? 0 : -1, mtimeMs: 0 }));
    this.keep(pieces, files, [], false);
  }
}
