import { describe, expect, it } from 'vitest';
import { VILLAINS } from '../swarm/villains.ts';
import { ACTS } from './acts.ts';
import { drawPlan, type Plan } from './plan.ts';
import { runScenario } from './scenario.ts';
import { SHAPES } from './shapes.ts';

const SEEDS = 1000;
const BATCH = 25;

describe('random swarms with faults, wishes and bad company', () => {
  for (let first = 1; first <= SEEDS; first += BATCH) {
    it(`end well, seeds ${first} to ${first + BATCH - 1}`, () => {
      for (let seed = first; seed < first + BATCH; seed += 1) runScenario(seed);
    });
  }

  it('are the same again for the same seed, and others for another', () => {
    const first = runScenario(7);
    expect(runScenario(7)).toEqual(first);
    expect(runScenario(8)).not.toEqual({ ...first, seed: 8 });
  });
});

describe('the seeds that run here', () => {
  const plans = Array.from({ length: SEEDS }, (_, index) => drawPlan(index + 1));
  const count = (fits: (plan: Plan) => boolean): number => plans.filter(fits).length;

  it('draw every shape, act, villain and way to meet many times', () => {
    for (const shape of Object.keys(SHAPES))
      expect(
        count((plan) => plan.shape === shape),
        shape,
      ).toBeGreaterThan(10);
    for (const act of Object.keys(ACTS))
      expect(
        count(({ acts }) => acts.some(({ name }) => name === act)),
        act,
      ).toBeGreaterThan(20);
    for (const villain of Object.keys(VILLAINS))
      expect(
        count(({ villains }) => villains.some(({ name }) => name === villain)),
        villain,
      ).toBeGreaterThan(20);
    for (const meeting of ['told', 'http', 'udp'])
      expect(
        count((plan) => plan.meeting === meeting),
        meeting,
      ).toBeGreaterThan(100);
  });

  it('have crowds of nineteen villains around one honest seed', () => {
    const isCrowd = (plan: Plan): boolean =>
      plan.villains.length === 19 && plan.seeders + plan.leechers === 2;
    expect(count((plan) => isCrowd(plan) && plan.company === 'mixed crowd')).toBeGreaterThan(40);
    expect(count((plan) => isCrowd(plan) && plan.company === 'crowd of one kind')).toBeGreaterThan(40);
  });

  it('have magnets, sequential downloads, slow and lossy lines, and arenas smaller than a piece', () => {
    expect(count(({ isMagnet }) => isMagnet)).toBeGreaterThan(100);
    expect(count(({ isSequential }) => isSequential)).toBeGreaterThan(100);
    expect(count(({ network }) => network.bytesPerSecond === 50_000)).toBeGreaterThan(100);
    expect(count(({ network }) => (network.loss ?? 0) > 0)).toBeGreaterThan(100);
    expect(count(({ arenaBytes, torrent }) => arenaBytes < torrent.pieceLength)).toBeGreaterThan(20);
    expect(count(({ acts }) => acts.length >= 3)).toBeGreaterThan(200);
  });
});
