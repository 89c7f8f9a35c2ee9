import { describe, expect, it } from 'vitest';
import { runScenario } from './scenario.ts';

const SEEDS = 200;
const BATCH = 10;

describe('random swarms with faults and bad company', () => {
  for (let first = 1; first <= SEEDS; first += BATCH) {
    it(`end well, seeds ${first} to ${first + BATCH - 1}`, () => {
      for (let seed = first; seed < first + BATCH; seed += 1) {
        try {
          runScenario(seed);
        } catch (error) {
          const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
          expect.fail(`seed ${seed}: ${text}\nreplay: pnpm sim --from ${seed} --seeds 1 --trace`);
        }
      }
    });
  }

  it('are the same again for the same seed, and others for another', () => {
    const first = runScenario(7);
    expect(runScenario(7)).toEqual(first);
    expect(runScenario(8)).not.toEqual({ ...first, seed: 8 });
  });
});
