/**
 * A rate limit as a bucket of byte tokens. Decides when payload may flow and in which order waiting links get their
 * turn; without a limit it only compares one number.
 */
import { BLOCK_LENGTH } from '@jstorrent/engine/ports';
import type { Scheduler } from '../ports.ts';

/** Somebody whose bytes had to wait. */
export interface Paced {
  /** Tokens are there: take once, now. Whoever takes again is queued behind the others. */
  grant(): void;
}

/** How much may flow at once after a pause, as time: short enough not to be seen as a burst. */
const BURST_MS = 100;

/** Tokens of one limit. A transfer may begin while any token is left, so the balance goes below zero by one transfer. */
export class Bucket {
  readonly #scheduler: Scheduler;
  #bytesPerMs = 0;
  #tokens = 0;
  #refilledMs = 0;
  #waiting: Paced[] = [];
  #granting: Paced | null = null;
  #cancelWake: (() => void) | null = null;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** Whether there is a limit at all. */
  get limited(): boolean {
    return this.#bytesPerMs > 0;
  }

  /** Bytes that may flow at once, at least one block. */
  get burst(): number {
    return Math.max(BLOCK_LENGTH, this.#bytesPerMs * BURST_MS);
  }

  /** Set the limit in bytes per second; 0 takes it away and lets everybody go. */
  setRate(bytesPerSecond: number): void {
    const wasLimited = this.limited;
    if (wasLimited) this.#refill();
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#cancelWake?.();
    this.#cancelWake = null;
    if (!this.limited) {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const one of waiting) one.grant();
      return;
    }
    this.#tokens = wasLimited ? Math.min(this.#tokens, this.burst) : this.burst;
    this.#refilledMs = this.#scheduler.now();
    if (this.#waiting.length > 0) this.#schedule();
  }

  /** Take tokens for `bytes`; false queues `who` for a grant. */
  take(who: Paced, bytes: number): boolean {
    if (this.#bytesPerMs === 0) return true;
    this.#refill();
    const itsTurn = this.#granting === who;
    if (this.#tokens > 0 && (itsTurn || (this.#waiting.length === 0 && this.#granting === null))) {
      this.#tokens -= bytes;
      if (itsTurn) this.#granting = null;
      return true;
    }
    if (!this.#waiting.includes(who)) this.#waiting.push(who);
    if (this.#granting === null) this.#schedule();
    return false;
  }

  /** No longer wait. */
  leave(who: Paced): void {
    const index = this.#waiting.indexOf(who);
    if (index >= 0) this.#waiting.splice(index, 1);
    if (this.#waiting.length > 0) return;
    this.#cancelWake?.();
    this.#cancelWake = null;
  }

  #refill(): void {
    const nowMs = this.#scheduler.now();
    this.#tokens = Math.min(this.burst, this.#tokens + (nowMs - this.#refilledMs) * this.#bytesPerMs);
    this.#refilledMs = nowMs;
  }

  /** Wake when a quarter of the burst is there, so that a high rate does not mean a timer per block. */
  #schedule(): void {
    if (this.#cancelWake !== null) return;
    const missing = this.burst / 4 - this.#tokens;
    const atMs = this.#scheduler.now() + Math.max(1, Math.ceil(missing / this.#bytesPerMs));
    this.#cancelWake = this.#scheduler.wakeAt(atMs, this.#wake);
  }

  readonly #wake = (): void => {
    this.#cancelWake = null;
    this.#refill();
    while (this.#tokens > 0) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#granting = next;
      next.grant();
      this.#granting = null;
      if (this.#bytesPerMs === 0) return;
    }
    if (this.#waiting.length > 0) this.#schedule();
  };
}
