/** Timing of small operations: warmed up, repeated, medians. */
import process from 'node:process';
import { median } from '../report.ts';

/** One line of the result. */
export interface Measured {
  readonly name: string;
  /** Nanoseconds per operation: the middle and the best round. */
  readonly nsMedian: number;
  readonly nsMin: number;
}

/** CPU time of this thread in ms: other work on the machine does not count, as it would on a clock. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** How long one round is repeated, and how many rounds there are after one for warming up. */
const ROUND_MS = 60;
const ROUNDS = 7;
const PREPARED_MAX = 64;

/**
 * Time `run`, which returns how many operations it did. `prepare` makes what a run uses up and is not timed; a run that
 * uses nothing up does without.
 */
export function measure<State>(name: string, prepare: () => State, run: (state: State) => number): Measured {
  const round = (): number => {
    let ms = 0;
    let operations = 0;
    for (let i = 0; i < PREPARED_MAX && (ms < ROUND_MS || i === 0); i += 1) {
      const state = prepare();
      const startedAtMs = threadMs();
      operations += run(state);
      ms += threadMs() - startedAtMs;
    }
    return (ms * 1e6) / operations;
  };
  round();
  const rounds = Array.from({ length: ROUNDS }, round);
  return { name, nsMedian: median(rounds), nsMin: Math.min(...rounds) };
}

/** A time for people: three digits and a unit. */
export function showNs(ns: number): string {
  if (ns < 1000) return `${ns.toPrecision(3)} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toPrecision(3)} us`;
  return `${(ns / 1e6).toPrecision(3)} ms`;
}
