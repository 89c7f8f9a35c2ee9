/** Time that a test moves. */
import type { Clock } from '../background/clock.ts';

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #now = 1_000_000;
  #jobs: { readonly at: number; readonly run: () => void }[] = [];

  readonly now = (): number => this.#now;

  readonly after = (ms: number, run: () => void): (() => void) => {
    const job = { at: this.#now + ms, run };
    this.#jobs.push(job);
    return () => {
      this.#jobs = this.#jobs.filter((other) => other !== job);
    };
  };

  /** Spans that are waited for now. */
  get waits(): number[] {
    return this.#jobs.map(({ at }) => at - this.#now);
  }

  /** Let time pass; what is due runs at its moment. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#jobs.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#jobs = this.#jobs.filter((job) => job !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = end;
  }
}
