/**
 * Kills downloads at random moments, or with `--service` a whole session: `crash [--service] [--rounds N] [--seed S] [--from
 * ROUND]`. A round is one shot. Prints what happened and the command that throws the same dice again; exits 1 when
 * something did not hold. With `--service` a failing session is replayed alone by `--from` its first round.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runRounds } from './rounds.ts';
import { runServiceRounds } from './service/rounds.ts';

const { values } = parseArgs({
  options: {
    service: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
  },
});
const rounds = values.rounds ?? (values.service ? '200' : '20');
const words = values.service ? ` --service --from ${values.from}` : '';
const replay = `pnpm crash${words} --rounds ${rounds} --seed ${values.seed}`;
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'jstorrent-crash-')));
mkdirSync(folder, { recursive: true });
console.log(replay);
try {
  const common = {
    folder,
    seed: Number(values.seed),
    rounds: Number(rounds),
    onLine: (line: string) => console.log(line),
  };
  const summary = values.service
    ? await runServiceRounds({ ...common, from: Number(values.from), leastKib: 2000, pauseMsMax: 12_000 })
    : await runRounds({ ...common, leastMib: 20 });
  console.log(summary);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
  console.log(`failed; the files are in ${folder}\n  the same dice: ${replay}`);
  process.exitCode = 1;
}
