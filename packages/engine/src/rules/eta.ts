/** How long a download still takes. */

/** How much the slow rate counts: the present one alone would jump, the slow one alone would lag by minutes. */
const LONG_PART = 0.75;

/**
 * Milliseconds for `left` bytes, null when nothing comes. `rate` and `longRate` are smoothed over seconds and over half a
 * minute; a download that has just begun goes by the first.
 */
export function downloadEtaMs(facts: {
  readonly left: number;
  readonly rate: number;
  readonly longRate: number;
}): number | null {
  const { left, rate, longRate } = facts;
  if (left <= 0 || rate <= 0) return null;
  const isSettled = longRate >= rate / 2;
  const pace = isSettled ? longRate * LONG_PART + rate * (1 - LONG_PART) : rate;
  return Math.ceil((left / pace) * 1000);
}
