/** Time as the worker reads it; a test gives its own. */

/** When it is, and later. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Calls back once, unless the returned function is called before. */
  readonly after: (ms: number, run: () => void) => () => void;
}

/** The clock of this machine. */
export const clock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
