/** Rates over time, in a few rings of bounded size: fine for the last minutes, coarse for the last day. */

const SECOND = 1000;

/** Step and number of samples of each ring: ten minutes, three hours, a day. */
const LEVELS = [
  { stepMs: SECOND, samples: 600 },
  { stepMs: 10 * SECOND, samples: 1080 },
  { stepMs: 120 * SECOND, samples: 720 },
] as const;

/** Which ring. */
export type HistoryLevel = 'fine' | 'medium' | 'coarse';
const LEVEL_INDEX: Record<HistoryLevel, number> = { fine: 0, medium: 1, coarse: 2 };

/** Mean rates in bytes per second, oldest first. */
export interface RateSamples {
  readonly stepMs: number;
  /** When the last sample ended, on the clock of the engine. */
  readonly endMs: number;
  readonly down: readonly number[];
  readonly up: readonly number[];
}

/** One direction pair at one step. */
class Level {
  readonly stepMs: number;
  readonly #down: Float32Array;
  readonly #up: Float32Array;
  #endMs: number;
  #count = 0;
  #next = 0;
  #downBytes = 0;
  #upBytes = 0;

  constructor(stepMs: number, samples: number, nowMs: number) {
    this.stepMs = stepMs;
    this.#down = new Float32Array(samples);
    this.#up = new Float32Array(samples);
    this.#endMs = nowMs;
  }

  /** Bytes that came and went in the time since the last call; what spans several steps counts as spread evenly. */
  add(down: number, up: number, nowMs: number): void {
    this.#downBytes += down;
    this.#upBytes += up;
    const steps = Math.floor((nowMs - this.#endMs) / this.stepMs);
    if (steps <= 0) return;
    const perSecond = 1000 / (steps * this.stepMs);
    const [downRate, upRate] = [this.#downBytes * perSecond, this.#upBytes * perSecond];
    for (let i = Math.min(steps, this.#down.length); i > 0; i -= 1) {
      this.#down[this.#next] = downRate;
      this.#up[this.#next] = upRate;
      this.#next = (this.#next + 1) % this.#down.length;
      this.#count = Math.min(this.#count + 1, this.#down.length);
    }
    this.#endMs += steps * this.stepMs;
    this.#downBytes = this.#upBytes = 0;
  }

  samples(): RateSamples {
    const first = (this.#next - this.#count + this.#down.length) % this.#down.length;
    const read = (ring: Float32Array): number[] =>
      Array.from({ length: this.#count }, (_, i) => Math.round(ring[(first + i) % ring.length] as number));
    return { stepMs: this.stepMs, endMs: this.#endMs, down: read(this.#down), up: read(this.#up) };
  }
}

/** About 19 KiB for a day of rates. */
export class RateHistory {
  readonly #levels: readonly Level[];
  #down: number;
  #up: number;

  /** `down` and `up`: totals in bytes at this moment, counted from here on. */
  constructor(down: number, up: number, nowMs: number) {
    this.#down = down;
    this.#up = up;
    this.#levels = LEVELS.map(({ stepMs, samples }) => new Level(stepMs, samples, nowMs));
  }

  /** Totals in bytes now; call once a second or so while anything moves. */
  record(down: number, up: number, nowMs: number): void {
    for (const level of this.#levels) level.add(down - this.#down, up - this.#up, nowMs);
    this.#down = down;
    this.#up = up;
  }

  samples(level: HistoryLevel): RateSamples {
    return (this.#levels[LEVEL_INDEX[level]] as Level).samples();
  }
}
