/** `node native-host/src/store/testing/crash.ts [rounds] [seed]`: as many kills as wanted; 0 when nothing was lost. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { runRounds } from './rounds.ts';

const [rounds = '200', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'jstorrent-crash-'));
const report = await runRounds(folder, { seed: Number(seed), rounds: Number(rounds) });
console.log(`${rounds} rounds, seed ${seed}: ${report.calls} calls, ${report.backups} backups looked at`);
console.log(`the last call was kept unsaid in ${report.ahead} rounds`);
for (const loss of report.losses) console.log(`LOST ${loss}`);
if (report.losses.length > 0) {
  console.log(`the files are in ${folder}`);
  process.exitCode = 1;
} else {
  rmSync(folder, { recursive: true });
}
