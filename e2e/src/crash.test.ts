import { expect } from 'vitest';
import { runRounds } from './crash/rounds.ts';
import { runServiceRounds } from './crash/service/rounds.ts';
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

// These dice fill a disk, choose files, move to that disk and away from it, and hit the service alone, with its daemon, and
// between two commands.
test('a session is what was confirmed after every kill, and all of it completes', async ({ world }) => {
  const lines: string[] = [];
  const summary = await runServiceRounds({
    folder: world.newFolder('crash'),
    seed: 11,
    from: 0,
    rounds: 3,
    leastKib: 700,
    pauseMsMax: 1500,
    onLine: (line) => lines.push(line),
  });
  expect(summary).toContain('3 shots');
  expect(lines.length).toBeGreaterThan(3);
});
