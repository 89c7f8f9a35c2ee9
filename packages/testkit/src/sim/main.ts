/**
 * Runs many random swarms: `sim [--seeds N] [--from S] [--trace]`. Prints a summary of each failing seed and the command
 * that replays it, and exits 1 when there was one.
 */
import { parseArgs } from 'node:util';
import { replayCommand, runScenario } from './scenario.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
  },
});
const first = Number(values.from);
const count = Number(values.seeds);
const trace = values.trace ? (line: string) => console.log(`  ${line}`) : undefined;
const failed: number[] = [];
let virtualMs = 0;
let steps = 0;
for (let seed = first; seed < first + count; seed += 1) {
  if (trace !== undefined) console.log(`seed ${seed}`);
  try {
    const report = runScenario(seed, trace);
    virtualMs += report.virtualMs;
    steps += report.steps;
  } catch (error) {
    failed.push(seed);
    console.log(error instanceof Error ? error.message : String(error));
  }
}
const hours = (virtualMs / 3_600_000).toFixed(1);
console.log(`${count} swarms, ${hours} virtual hours, ${steps} steps, ${failed.length} failed`);
for (const seed of failed) console.log(`  ${replayCommand(seed)}`);
process.exitCode = failed.length > 0 ? 1 : 0;
