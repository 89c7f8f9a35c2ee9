/**
 * Virtual time: decides what runs next. One clock drives a whole simulated world, so a run is a pure function of its
 * seed. It does not decide how long anything takes; callers schedule that.
 */
import type { Scheduler } from '@jstorrent/data-plane';
import type { Clock } from '@jstorrent/engine/ports';

/** Why `run` came back. */
export type RunOutcome =
  | 'reached' /** The predicate holds. */
  | 'idle' /** Nothing is scheduled any more. */
  | 'timeLimit' /** The next callback lies beyond `maxMs`. */
  | 'stepLimit'; /** `maxSteps` callbacks ran. */

/** Bounds of one `run`: virtual milliseconds from now (default ten minutes) and callbacks (default two million). */
export interface RunLimits {
  readonly maxMs?: number;
  readonly maxSteps?: number;
}

interface Entry {
  readonly atMs: number;
  readonly order: number;
  callback: (() => void) | null;
}

const DEFAULT_RUN_MS = 600_000;
const DEFAULT_RUN_STEPS = 2_000_000;
/** 2026-01-01, so that creation dates look real. */
const EPOCH_SECONDS = 1_767_225_600;

const isEarlier = (a: Entry, b: Entry): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/**
 * The clock and scheduler of a simulated world. Callbacks due at the same millisecond run in the order they were
 * scheduled; when all of them have run, the turn ends and the `afterTurn` callbacks run; only then does time advance.
 */
export class VirtualClock implements Scheduler, Clock {
  #nowMs = 0;
  #epochSeconds = EPOCH_SECONDS;
  #order = 0;
  #live = 0;
  #steps = 0;
  /** Binary heap by time, then by order of scheduling. Cancelled entries stay until they surface. */
  readonly #heap: Entry[] = [];
  #turnEnd: (() => void)[] = [];
  readonly #observers: (() => void)[] = [];

  now(): number {
    return this.#nowMs;
  }

  unixSeconds(): number {
    return this.#epochSeconds + Math.floor(this.#nowMs / 1000);
  }

  /** Somebody sets the clocks on the walls; `now` goes on as it did. */
  setWallClock(aheadSeconds: number): void {
    this.#epochSeconds = EPOCH_SECONDS + aheadSeconds;
  }

  /** Callbacks that ran since the start. */
  get steps(): number {
    return this.#steps;
  }

  /** Callbacks that are still to run, ends of turn included. */
  get pending(): number {
    return this.#live + this.#turnEnd.length;
  }

  /** Run `callback` at `atMs` (now, when that is past); returns a function that calls it off. */
  schedule(atMs: number, callback: () => void): () => void {
    if (Number.isNaN(atMs)) throw new Error('schedule: time is not a number');
    const entry: Entry = { atMs: Math.max(atMs, this.#nowMs), order: this.#order++, callback };
    this.#live++;
    this.#push(entry);
    return () => {
      if (entry.callback === null) return;
      entry.callback = null;
      this.#live--;
    };
  }

  /** Run `callback` `delayMs` from now. */
  after(delayMs: number, callback: () => void): () => void {
    return this.schedule(this.#nowMs + delayMs, callback);
  }

  wakeAt(atMs: number, callback: () => void): () => void {
    return this.schedule(atMs, callback);
  }

  afterTurn(callback: () => void): void {
    this.#turnEnd.push(callback);
  }

  /** Call `check` after every step, for invariants that must hold between any two callbacks. */
  observe(check: () => void): void {
    this.#observers.push(check);
  }

  /** Run the next callback (or the end of the turn); false when nothing is left. */
  step(): boolean {
    this.#dropCancelled();
    const next = this.#heap[0];
    if (this.#turnEnd.length > 0 && (next === undefined || next.atMs > this.#nowMs)) {
      const callbacks = this.#turnEnd;
      this.#turnEnd = [];
      for (const callback of callbacks) callback();
    } else if (next === undefined) {
      return false;
    } else {
      this.#pop();
      this.#nowMs = next.atMs;
      const callback = next.callback;
      next.callback = null;
      this.#live--;
      callback?.();
    }
    this.#steps++;
    for (const check of this.#observers) check();
    return true;
  }

  /** Run everything due up to `atMs`, then stand at `atMs`. Throws after `maxSteps`: something runs in circles. */
  runUntil(atMs: number, maxSteps: number = DEFAULT_RUN_STEPS): void {
    for (let steps = 0; this.#nextMs() <= atMs; steps++) {
      if (steps >= maxSteps) throw new Error(`runUntil: no rest after ${maxSteps} steps`);
      this.step();
    }
    this.#nowMs = Math.max(this.#nowMs, atMs);
  }

  /** Run everything due in the next `durationMs`. */
  advance(durationMs: number): void {
    this.runUntil(this.#nowMs + durationMs);
  }

  /** Step until `predicate` holds or a limit is met; time does not pass beyond the limit. */
  run(predicate: () => boolean, limits: RunLimits = {}): RunOutcome {
    const endMs = this.#nowMs + (limits.maxMs ?? DEFAULT_RUN_MS);
    const maxSteps = limits.maxSteps ?? DEFAULT_RUN_STEPS;
    for (let steps = 0; ; steps++) {
      if (predicate()) return 'reached';
      if (steps >= maxSteps) return 'stepLimit';
      const nextMs = this.#nextMs();
      if (nextMs === Number.POSITIVE_INFINITY) return 'idle';
      if (nextMs > endMs) return 'timeLimit';
      this.step();
    }
  }

  /** Like `run`, but throws unless the predicate came to hold. */
  settle(predicate: () => boolean, limits: RunLimits = {}): void {
    const outcome = this.run(predicate, limits);
    if (outcome !== 'reached') throw new Error(`nothing settled: ${outcome} at ${this.#nowMs} ms`);
  }

  #nextMs(): number {
    if (this.#turnEnd.length > 0) return this.#nowMs;
    this.#dropCancelled();
    return this.#heap[0]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.callback === null) this.#pop();
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex]!;
      if (!isEarlier(entry, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      const right = heap[childIndex + 1];
      if (right !== undefined && isEarlier(right, heap[childIndex]!)) childIndex++;
      const child = heap[childIndex];
      if (child === undefined || !isEarlier(child, last)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = last;
  }
}
