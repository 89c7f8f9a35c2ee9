/** Whether something grows: a straight line through samples, and how far it can be believed. Pure arithmetic. */

/** One reading. */
export interface Sample {
  readonly seconds: number;
  readonly value: number;
}

/** The line through samples. */
export interface Trend {
  /** Growth of the value in an hour. */
  readonly perHour: number;
  /** Standard error of that growth: twice this much is noise. */
  readonly errorPerHour: number;
}

/** The first part of a run fills tables and caches; it says nothing of leaks. */
const WARM_UP = 0.2;
const SECONDS_PER_HOUR = 3600;
/** A growth of less than this many standard errors may be chance. */
const SURE_ERRORS = 2;

/** Least squares through what follows the warm-up; zero for less than three samples. */
export function trendOf(samples: readonly Sample[]): Trend {
  const lastSeconds = samples.at(-1)?.seconds ?? 0;
  const used = samples.filter(({ seconds }) => seconds >= lastSeconds * WARM_UP);
  if (used.length < 3) return { perHour: 0, errorPerHour: 0 };
  const mean = (of: (sample: Sample) => number): number =>
    used.reduce((sum, sample) => sum + of(sample), 0) / used.length;
  const meanSeconds = mean(({ seconds }) => seconds);
  const meanValue = mean(({ value }) => value);
  let spread = 0;
  let shared = 0;
  for (const { seconds, value } of used) {
    spread += (seconds - meanSeconds) ** 2;
    shared += (seconds - meanSeconds) * (value - meanValue);
  }
  const slope = shared / spread;
  let rest = 0;
  for (const { seconds, value } of used) rest += (value - meanValue - slope * (seconds - meanSeconds)) ** 2;
  const error = Math.sqrt(rest / (used.length - 2) / spread);
  return { perHour: slope * SECONDS_PER_HOUR, errorPerHour: error * SECONDS_PER_HOUR };
}

/** Whether growth is above what is allowed per hour, and more than chance. */
export function growsBeyond({ perHour, errorPerHour }: Trend, allowedPerHour: number): boolean {
  return perHour > allowedPerHour && perHour > SURE_ERRORS * errorPerHour;
}
