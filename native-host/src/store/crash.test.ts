import { afterEach, expect, test } from 'vitest';
import { newSession } from './testing/folder.ts';
import { runRounds } from './testing/rounds.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

test('a process killed at any moment, twenty times, loses nothing it had said was done', async () => {
  const { folder } = newSession((clean) => ends.push(clean));
  const report = await runRounds(folder, { seed: 5, rounds: 20, lifeMs: 60 });
  expect(report.losses).toEqual([]);
  expect(report.calls).toBeGreaterThan(20);
  // Twenty starts of a process, on a machine that may have much else to do.
}, 180_000);
