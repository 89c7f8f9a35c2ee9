/** Figures as text: medians and best values for each client, and ratios within the rounds. */
import type { RunFigures } from './run.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** The middle value, or the mean of the two; NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] ?? NaN;
  return ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** Rows of equal columns, the first one to the left and the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ');
  return rows.map(line).join('\n');
}

const speedOf = ({ bytes, seconds }: RunFigures): number => bytes / 1e6 / seconds;
const costOf = ({ bytes, cpuSeconds }: RunFigures): number => cpuSeconds / (bytes / GIB);

/** One line for one run. */
export function runLine(run: RunFigures): string {
  const parts = [
    `${run.client}: ${speedOf(run).toFixed(0)} MB/s`,
    `${costOf(run).toFixed(2)} CPU s/GiB`,
    `peer ${(run.peerCpuSeconds / (run.bytes / GIB)).toFixed(2)}`,
    `other load ${run.otherCpuSeconds.toFixed(2)} CPU s in ${run.seconds.toFixed(2)} s`,
  ];
  if (run.metadataSeconds !== null) parts.push(`metadata after ${run.metadataSeconds.toFixed(3)} s`);
  return parts.join(', ');
}

/** What all runs of each client come to. */
export function summary(runs: readonly RunFigures[]): string {
  const rows = [['client', 'MB/s', '(best)', 'CPU s/GiB', '(least)', 'MiB', '(anon)', 'peer', 'other']];
  const withMetadata = runs.some(({ metadataSeconds }) => metadataSeconds !== null);
  if (withMetadata) rows[0]?.push('metadata s');
  for (const client of new Set(runs.map((run) => run.client))) {
    const own = runs.filter((run) => run.client === client);
    const mid = (of: (run: RunFigures) => number): number => median(own.map(of));
    const row = [
      client,
      mid(speedOf).toFixed(0),
      `(${Math.max(...own.map(speedOf)).toFixed(0)})`,
      mid(costOf).toFixed(2),
      `(${Math.min(...own.map(costOf)).toFixed(2)})`,
      mid(({ memory }) => memory.resident / MIB).toFixed(0),
      `(${mid(({ memory }) => memory.anonymous / MIB).toFixed(0)})`,
      mid(({ peerCpuSeconds, bytes }) => peerCpuSeconds / (bytes / GIB)).toFixed(2),
      mid(({ otherCpuSeconds }) => otherCpuSeconds).toFixed(2),
    ];
    if (withMetadata) row.push(mid(({ metadataSeconds }) => metadataSeconds ?? NaN).toFixed(3));
    rows.push(row);
  }
  return table(rows);
}

/**
 * The first client against each other one, round by round: what drifts over minutes cancels out. A round is one run of
 * every client; rounds in which one of the two failed do not count.
 */
export function ratios(rounds: readonly (readonly RunFigures[])[]): string {
  const names = [...new Set(rounds.flat().map(({ client }) => client))];
  const [first, ...others] = names;
  const rows = [['ratio', 'MB/s', 'faster in', 'CPU s/GiB', 'cheaper in']];
  for (const other of others) {
    const pairs = rounds.flatMap((round) => {
      const ours = round.find(({ client }) => client === first);
      const theirs = round.find(({ client }) => client === other);
      return ours === undefined || theirs === undefined ? [] : [{ ours, theirs }];
    });
    const speeds = pairs.map(({ ours, theirs }) => speedOf(ours) / speedOf(theirs));
    const costs = pairs.map(({ ours, theirs }) => costOf(ours) / costOf(theirs));
    const wins = (values: readonly boolean[]): string =>
      `${values.filter(Boolean).length} of ${pairs.length}`;
    rows.push([
      `${first} / ${other}`,
      median(speeds).toFixed(2),
      wins(speeds.map((ratio) => ratio > 1)),
      median(costs).toFixed(2),
      wins(costs.map((ratio) => ratio < 1)),
    ]);
  }
  return others.length === 0 ? '' : table(rows);
}
