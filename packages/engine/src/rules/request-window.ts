/**
 * How many blocks a peer is asked for at once, and how long we wait for one. Slow start doubles per round trip until
 * the rate stops growing; from then on the window follows the rate.
 */
import { LIMITS } from '../limits.ts';
import { BLOCK_LENGTH } from '../ports.ts';

/** Growth of the rate in one tick below which slow start has found the peer's speed. */
const GROWTH_ENOUGH = 1.05;
/** Ticks without growth until slow start ends. */
const FLAT_TICKS = 4;

/** The request window and block timing of one peer. */
export class RequestWindow {
  #size: number = LIMITS.windowMin;
  #cap: number = LIMITS.reqqDefault;
  #slowStart = true;
  #flatTicks = 0;
  #lastRate = 0;
  #meanMs = 0;
  #deviationMs = 0;
  #bestMs = 0;
  #measured = false;

  /** Blocks that may be requested and unanswered. */
  get size(): number {
    return this.#size;
  }

  /** The peer's `reqq` (BEP 10): it may drop requests beyond. */
  setPeerLimit(reqq: number): void {
    this.#cap = Math.max(1, Math.min(reqq, LIMITS.windowMax));
    this.#size = Math.min(this.#size, this.#cap);
  }

  /** Begin with so many blocks instead of a few: who answers in runs needs runs. */
  begin(size: number, most: number): void {
    this.#cap = most;
    this.#size = size;
  }

  /** `count` requested blocks arrived. */
  onBlocks(count: number): void {
    if (this.#slowStart) this.#size = Math.min(this.#size + count, this.#cap);
  }

  /** One block took `elapsedMs` from request to arrival. */
  onResponse(elapsedMs: number): void {
    if (!this.#measured) {
      this.#measured = true;
      this.#meanMs = elapsedMs;
      this.#deviationMs = elapsedMs / 2;
      this.#bestMs = elapsedMs;
      return;
    }
    this.#bestMs = Math.min(this.#bestMs, elapsedMs);
    this.#deviationMs += (Math.abs(elapsedMs - this.#meanMs) - this.#deviationMs) / 4;
    this.#meanMs += (elapsedMs - this.#meanMs) / 8;
  }

  /** Once per tick with the peer's smoothed rate in bytes per second. */
  tick(rate: number): void {
    if (this.#slowStart) {
      this.#flatTicks = rate > this.#lastRate * GROWTH_ENOUGH ? 0 : this.#flatTicks + 1;
      this.#lastRate = Math.max(this.#lastRate, rate);
      if (rate === 0 || this.#flatTicks < FLAT_TICKS) return;
      this.#slowStart = false;
    }
    const horizonMs = Math.max(LIMITS.windowMs, 4 * this.#bestMs);
    const wanted = Math.ceil((rate * horizonMs) / 1000 / BLOCK_LENGTH);
    this.#size = Math.max(Math.min(LIMITS.windowMin, this.#cap), Math.min(wanted, this.#cap));
  }

  /** No block came in time: begin again with one request. */
  onSnubbed(): void {
    this.#size = 1;
    this.#slowStart = true;
    this.#flatTicks = 0;
    this.#lastRate = 0;
  }

  /** Longest wait for the next block while requests are out, in ms. */
  get timeoutMs(): number {
    if (!this.#measured) return LIMITS.snubbedMs;
    const adaptive = this.#meanMs + 4 * this.#deviationMs;
    return Math.max(LIMITS.requestTimeoutMinMs, Math.min(adaptive, LIMITS.requestTimeoutMaxMs));
  }
}
