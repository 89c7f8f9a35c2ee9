/** The lines of the last minute's rates, as paths of an SVG. */

/** Size of the picture in its own units. */
export const SPARK_WIDTH = 64;
/** As `SPARK_WIDTH`. */
export const SPARK_HEIGHT = 26;
/** Below this the picture would show noise as mountains. */
const SMALLEST_SCALE = 20_000;
/** Lines keep off the upper edge. */
const TOP = 1;
const BOTTOM = SPARK_HEIGHT - 1;

/** What is drawn. */
export interface Spark {
  readonly down: string;
  readonly downArea: string;
  readonly up: string;
}

/** Paths for the last `count` samples, oldest first; what is absent at the beginning was nothing. Null when all are 0. */
export function sparkPaths(down: readonly number[], up: readonly number[], count: number): Spark | null {
  const downs = lastOf(down, count);
  const ups = lastOf(up, count);
  const most = Math.max(...downs, ...ups);
  if (most === 0) return null;
  const scale = Math.max(most, SMALLEST_SCALE);
  const line = (samples: readonly number[]): string =>
    samples
      .map((sample, index) => {
        const x = (index / (count - 1)) * SPARK_WIDTH;
        const y = BOTTOM - (sample / scale) * (BOTTOM - TOP);
        return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
      })
      .join('');
  const downLine = line(downs);
  return {
    down: downLine,
    downArea: `${downLine}L${SPARK_WIDTH} ${SPARK_HEIGHT}L0 ${SPARK_HEIGHT}Z`,
    up: line(ups),
  };
}

function lastOf(samples: readonly number[], count: number): readonly number[] {
  const last = samples.slice(-count);
  return [...Array.from<number>({ length: count - last.length }).fill(0), ...last];
}
