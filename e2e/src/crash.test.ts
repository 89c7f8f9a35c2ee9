import { expect } from 'vitest';
import { runRounds } from './crash/rounds.ts';
import { test } from './harness/world.ts';

// These dice hit the host after a save, its successor's daemon after a second, and both soon after that.
test('a download goes on after every kill, claims nothing that is not on disk, and fetches little twice', async ({
  world,
}) => {
  const lines: string[] = [];
  const folder = world.newFolder('crash');
  const summary = await runRounds({
    folder,
    seed: 184_563,
    rounds: 3,
    leastMib: 10,
    onLine: (line) => lines.push(line),
  });
  expect(summary).toContain('3 shots');
  expect(lines.length).toBeGreaterThan(3);
});
