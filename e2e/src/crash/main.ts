/**
 * Kills downloads at random moments: `crash [--rounds N] [--seed S]`. A round is one shot. Prints what happened and the
 * command that throws the same dice again; exits 1 when something did not hold.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runRounds } from './rounds.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
  },
});
const replay = `pnpm crash --rounds ${values.rounds} --seed ${values.seed}`;
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'jstorrent-crash-')));
mkdirSync(folder, { recursive: true });
console.log(replay);
try {
  const summary = await runRounds({
    folder,
    seed: Number(values.seed),
    rounds: Number(values.rounds),
    leastMib: 20,
    onLine: (line) => console.log(line),
  });
  console.log(summary);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
  console.log(`failed; the files are in ${folder}\n  the same dice: ${replay}`);
  process.exitCode = 1;
}
