/** What a torrent would have to know after a crash, the totals over all its sessions, and its rates. */
import { LIMITS } from '../limits.ts';
import type { FileStat, PartialPiece } from '../ports.ts';
import { RateHistory, type HistoryLevel, type RateSamples } from '../rules/history.ts';
import { nextPace, type Pace } from '../rules/queue.ts';
import { RateMeter } from '../rules/rate.ts';
import type { ResumeData, Totals } from '../rules/resume.ts';

/** Payload of all torrents together, told of every byte. */
export interface Traffic {
  readonly down: RateMeter;
  readonly up: RateMeter;
}

const HISTORY_STEP_MS = 1000;

/** The durable part of a torrent. */
export class Progress {
  readonly down: RateMeter;
  readonly up: RateMeter;
  readonly #infoHash: Uint8Array;
  readonly #before: Totals;
  readonly #traffic: Traffic;
  #resume: ResumeData | null;
  #activeMs = 0;
  #seededMs = 0;
  #tickedAtMs: number | null = null;
  #lastTrafficMs: number | null = null;
  #history: RateHistory | null = null;
  #historyAtMs = 0;
  #pace: Pace = { isSlow: false, sinceMs: 0 };

  /** `before`: totals of earlier sessions. */
  constructor(
    infoHash: Uint8Array,
    saved: { readonly resume: ResumeData | null; readonly before: Totals },
    traffic: Traffic,
    nowMs: number,
  ) {
    this.#infoHash = infoHash;
    this.#resume = saved.resume;
    this.#before = saved.before;
    this.#traffic = traffic;
    this.down = new RateMeter(nowMs);
    this.up = new RateMeter(nowMs);
  }

  /** What to open the store with. */
  get resume(): ResumeData | null {
    return this.#resume;
  }

  /** Totals over all sessions. */
  get totals(): Totals {
    return {
      downloaded: this.#before.downloaded + this.down.total,
      uploaded: this.#before.uploaded + this.up.total,
      activeMs: this.#before.activeMs + this.#activeMs,
      seededMs: this.#before.seededMs + this.#seededMs,
    };
  }

  /** When payload last came or went in this session, ms. */
  get lastTrafficMs(): number | null {
    return this.#lastTrafficMs;
  }

  /** It has had time to start and moves next to nothing. */
  get isSlow(): boolean {
    return this.#pace.isSlow;
  }

  /** It has time to start from now on. */
  beginPace(nowMs: number): void {
    this.#pace = { isSlow: false, sinceMs: nowMs };
  }

  /** Look whether it is slow; returns whether that changed. */
  lookAtPace(nowMs: number): boolean {
    const before = this.#pace;
    this.#pace = nextPace(before, Math.max(this.down.longRate, this.up.longRate), nowMs);
    return this.#pace !== before;
  }

  /** Payload came. */
  received(bytes: number, nowMs: number): void {
    if (bytes === 0) return;
    this.down.add(bytes);
    this.#traffic.down.add(bytes);
    this.#lastTrafficMs = nowMs;
  }

  /** Payload went. */
  sent(bytes: number, nowMs: number): void {
    this.up.add(bytes);
    this.#traffic.up.add(bytes);
    this.#lastTrafficMs = nowMs;
  }

  /** Count time and rates while the torrent is at work; returns whether anything moves. */
  tick(nowMs: number, work: { readonly isActive: boolean; readonly isSeeding: boolean }): boolean {
    const moved = this.down.rate > 0 || this.up.rate > 0;
    this.down.tick(nowMs);
    this.up.tick(nowMs);
    // Of a long pause between two ticks, as of a machine that slept, only the usual part counts.
    const spentMs = Math.min(nowMs - (this.#tickedAtMs ?? nowMs), LIMITS.sleptMs);
    this.#tickedAtMs = nowMs;
    if (work.isActive) this.#activeMs += spentMs;
    if (work.isSeeding) this.#seededMs += spentMs;
    this.#record(nowMs);
    return moved || this.down.rate > 0 || this.up.rate > 0;
  }

  #record(nowMs: number): void {
    const [down, up] = [this.down.total, this.up.total];
    if (this.#history === null) {
      if (down + up === 0) return;
      this.#history = new RateHistory(0, 0, nowMs - HISTORY_STEP_MS);
    }
    if (nowMs - this.#historyAtMs < HISTORY_STEP_MS) return;
    this.#historyAtMs = nowMs;
    this.#history.record(down, up, nowMs);
  }

  /** The torrent is not at work any more: nothing flows, and nobody ticks. */
  rest(): void {
    this.down.rest();
    this.up.rest();
    this.#tickedAtMs = null;
  }

  /** Rates of this session; null when nothing ever moved. */
  history(level: HistoryLevel): RateSamples | null {
    return this.#history?.samples(level) ?? null;
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
    this.#resume = { infoHash: this.#infoHash, pieces, files, partials, clean, ...this.totals };
    return this.#resume;
  }

  /** The same state on disk with the totals of now; null when nothing has ever been saved. */
  recount(): ResumeData | null {
    if (this.#resume !== null) this.#resume = { ...this.#resume, ...this.totals };
    return this.#resume;
  }

  /** The files are at another place: those that looked as saved before the move are as good there. */
  moved(before: readonly FileStat[], after: readonly FileStat[]): ResumeData | null {
    if (this.#resume === null) return null;
    const files = this.#resume.files.map((saved, index) => {
      const old = before[index];
      const isAsSaved = old?.size === saved.size && old.mtimeMs === saved.mtimeMs;
      return isAsSaved ? (after[index] ?? saved) : saved;
    });
    this.#resume = { ...this.#resume, files };
    return this.#resume;
  }

  /** Somebody else moved the files: only what looks exactly as saved is believed. */
  relocated(): void {
    if (this.#resume !== null) this.#resume = { ...this.#resume, clean: true };
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

  /** The user says that all data is there: pieces of files that have their full size will be believed. */
  believe(pieceCount: number, lengths: readonly number[]): void {
    const pieces = new Uint8Array(Math.ceil(pieceCount / 8)).fill(0xff);
    if (pieceCount % 8 !== 0) pieces[pieces.length - 1] = (0xff00 >> (pieceCount % 8)) & 0xff;
    const files = lengths.map((size) => ({ size, mtimeMs: 0 }));
    this.keep(pieces, files, [], false);
  }
}
