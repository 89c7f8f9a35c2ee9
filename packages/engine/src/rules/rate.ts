/** How fast bytes flow, measured at ticks. */

/** Half of an old rate is forgotten in about this time. */
const SMOOTHING_MS = 2000;
/** The same of the long rate: at 2 KiB/s a block comes every eight seconds only. */
const LONG_SMOOTHING_MS = 30_000;

/** Bytes per second, smoothed over a few seconds, and the total. */
export class RateMeter {
  #total = 0;
  #sinceTick = 0;
  #rate = 0;
  #longRate = 0;
  #peak = 0;
  #lastMs: number;

  constructor(nowMs: number) {
    this.#lastMs = nowMs;
  }

  add(bytes: number): void {
    this.#total += bytes;
    this.#sinceTick += bytes;
  }

  /** Fold what came since the last tick into the rate. */
  tick(nowMs: number): void {
    const elapsedMs = nowMs - this.#lastMs;
    if (elapsedMs <= 0) return;
    const current = (this.#sinceTick * 1000) / elapsedMs;
    const weight = Math.min(1, elapsedMs / SMOOTHING_MS);
    this.#rate = this.#rate === 0 ? current : this.#rate + (current - this.#rate) * weight;
    if (this.#rate < 1) this.#rate = 0;
    this.#longRate += (current - this.#longRate) * Math.min(1, elapsedMs / LONG_SMOOTHING_MS);
    this.#peak = Math.max(this.#peak, this.#rate);
    this.#sinceTick = 0;
    this.#lastMs = nowMs;
  }

  /** Nothing flows for some time; nobody ticks meanwhile. */
  rest(): void {
    this.#rate = 0;
    this.#longRate = 0;
    this.#sinceTick = 0;
  }

  /** Bytes per second. */
  get rate(): number {
    return this.#rate;
  }

  /** Bytes per second, smoothed over half a minute. */
  get longRate(): number {
    return this.#longRate;
  }

  /** The highest smoothed rate so far, bytes per second. */
  get peak(): number {
    return this.#peak;
  }

  /** Bytes since the beginning. */
  get total(): number {
    return this.#total;
  }
}
