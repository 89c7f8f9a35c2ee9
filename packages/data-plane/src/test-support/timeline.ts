/** Virtual time for tests: tasks run one by one, turns end when no task is left, timers fire when time is moved. */
import type { Scheduler } from '../ports.ts';

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

/** A scheduler that a test drives. */
export class Timeline implements Scheduler {
  /** Called after every single task; for invariants. */
  onStep: () => void = () => {};
  #nowMs = 0;
  #tasks: (() => void)[] = [];
  #ends: (() => void)[] = [];
  #timers: Timer[] = [];

  now(): number {
    return this.#nowMs;
  }

  /** Run a task in a later step. */
  later(task: () => void): void {
    this.#tasks.push(task);
  }

  afterTurn(callback: () => void): void {
    this.#ends.push(callback);
  }

  wakeAt(atMs: number, run: () => void): () => void {
    const timer = { atMs, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  /** Run everything that needs no time; fails instead of running for ever. */
  settle(): void {
    for (let steps = 0; steps < 1_000_000; steps++) {
      const next = this.#tasks.shift() ?? this.#ends.shift();
      if (next === undefined) return;
      next();
      this.onStep();
    }
    throw new Error('nothing settles');
  }

  /** Let `ms` pass, timers in order. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    this.settle();
    for (;;) {
      const next = this.#first();
      if (next === null || next.atMs > endMs) break;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#timers = this.#timers.filter((one) => one !== next);
      next.run();
      this.settle();
    }
    this.#nowMs = endMs;
  }

  #first(): Timer | null {
    let first: Timer | null = null;
    for (const timer of this.#timers) if (first === null || timer.atMs < first.atMs) first = timer;
    return first;
  }
}
