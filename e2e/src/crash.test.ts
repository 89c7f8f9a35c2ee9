import { expect } from 'vitest';
import { runRounds } from './crash/rounds.ts';
import { test } from './harness/world.ts';

test('a download goes on after every kill, claims nothing that is not on disk, and fetches little twice', async ({
  world,
}) => {
  const lines: string[] = [];
  const folder = world.newFolder('crash');
  const summary = await runRounds({
    folder,
    seed: 3,
    rounds: 3,
    leastMib: 8,
    onLine: (line) => lines.push(line),
  });
  expect(summary).toContain('3 shots');
  expect(lines.length).toBeGreaterThan(3);
});
