/** Rates over time as a chart needs them, and their mean and peak. Decides what a gap is; how it is drawn is the chart's. */
import type { Period, RateHistory } from '@jstorrent/control';

/** Points of a chart: moments in seconds since 1970, and bytes per second; null where nothing is known. */
export type RatePoints = readonly [readonly number[], readonly (number | null)[], readonly (number | null)[]];

/** How long a period is. */
const PERIOD_MS: Readonly<Record<Period, number>> = {
  '10min': 600_000,
  '1h': 3_600_000,
  '24h': 86_400_000,
};

/** Points of a history over its whole period, so that the time axis is as long before there is much to show. */
export function pointsOf(history: RateHistory): RatePoints {
  const { stepMs, endAt, down, up } = history;
  const count = Math.max(down.length, Math.round(PERIOD_MS[history.period] / Math.max(1, stepMs)));
  const missing = count - down.length;
  const times = Array.from({ length: count }, (_, at) => (endAt - (count - 1 - at) * stepMs) / 1000);
  const padded = (rates: readonly number[]): (number | null)[] => [
    ...Array.from({ length: missing }, () => null),
    ...rates,
  ];
  return [times, padded(down), padded(up)];
}

/** Figures beside a chart. */
export interface RateFigures {
  readonly now: number;
  readonly mean: number;
  readonly peak: number;
}

/** Figures of rates; nothing known = nothing moved. */
export function figuresOf(rates: readonly number[]): RateFigures {
  let sum = 0;
  let peak = 0;
  for (const rate of rates) {
    sum += rate;
    peak = Math.max(peak, rate);
  }
  return { now: rates.at(-1) ?? 0, mean: rates.length === 0 ? 0 : sum / rates.length, peak };
}

/** Marks of an axis from 0 to at least `most`: round figures in units of 1000 or 1024, as sizes are shown. */
export function niceMarks(most: number, base: 1000 | 1024): readonly number[] {
  const floor = base * 10;
  const target = Math.max(most, floor) / 4;
  let unit = 1;
  while (unit * base <= target) unit *= base;
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500].map((step) => step * unit);
  const step = steps.find((size) => size >= target) ?? unit * base;
  const count = Math.ceil(Math.max(most, floor) / step);
  return Array.from({ length: count + 1 }, (_, at) => at * step);
}
