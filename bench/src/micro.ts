/** `pnpm bench:micro`: what single operations cost. See docs/PERFORMANCE.md. */
import { availableParallelism, cpus, loadavg } from 'node:os';
import process from 'node:process';
import { measureCodecs } from './micro/codecs.ts';
import { measureFrames } from './micro/frames.ts';
import { showNs, type Measured } from './micro/measure.ts';
import { measurePieces } from './micro/pieces.ts';
import { measureSwarms, watchHeap } from './micro/swarms.ts';
import { table } from './report.ts';

const GROUPS: Readonly<Record<string, () => readonly Measured[]>> = {
  codecs: measureCodecs,
  frames: measureFrames,
  pieces: measurePieces,
  swarms: measureSwarms,
};

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const wanted = process.argv.slice(2).filter((word) => word !== '--');
const known = [...Object.keys(GROUPS), 'heap'];
if (wanted.some((name) => !known.includes(name))) {
  process.stderr.write(`pnpm bench:micro [${known.join('] [')}]\n`);
  process.exit(2);
}
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
print(
  `Node ${process.version}, ${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), load ${loadavg()[0]?.toFixed(1)}\n`,
);
for (const [name, group] of Object.entries(GROUPS)) {
  if (!isWanted(name)) continue;
  const rows = group().map((row) => [row.name, showNs(row.nsMedian), showNs(row.nsMin)]);
  print(`${table([[name, 'median', 'least'], ...rows])}\n`);
}
if (isWanted('heap')) print(`engine heap in a swarm of 200 changing peers\n${watchHeap().join('\n')}`);
