/**
 * Runs many random swarms: `sim [--seeds N] [--from S] [--trace]`. Prints the command that replays a failing seed, and
 * exits 1 when there was one.
 */
import { parseArgs } from 'node:util';
import { runScenario } from './scenario.ts';

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
let failed = 0;
let virtualMs = 0;
let steps = 0;
for (let seed = first; seed < first + count; seed += 1) {
  if (trace !== undefined) console.log(`seed ${seed}`);
  try {
    const report = runScenario(seed, trace);
    virtualMs += report.virtualMs;
    steps += report.steps;
  } catch (error) {
    failed += 1;
    console.log(`seed ${seed} failed: ${error instanceof Error ? error.stack : String(error)}`);
    console.log(`  replay: pnpm sim --from ${seed} --seeds 1 --trace`);
  }
}
const hours = (virtualMs / 3_600_000).toFixed(1);
console.log(`${count} swarms, ${hours} virtual hours, ${steps} steps, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
