import { describe, expect, it } from 'vitest';
import { createMemorySwarm } from '../swarm.ts';
import { lonelySeeder, ROOT } from './meet.ts';

const HOUR_MS = 3_600_000;
const NONE = { ratio: 0, seedMs: 0, idleMs: 0 };

describe('a seed', () => {
  it('stops after the time it was to seed, says why, and goes on when the user starts it again', () => {
    const { swarm, seeder } = lonelySeeder({ client: { settings: { goals: { ...NONE, seedMs: HOUR_MS } } } });
    const view = () => seeder.engine.view(swarm.id);
    swarm.world.settle(() => view().state.kind === 'seeding');
    swarm.world.advance(HOUR_MS / 2);
    expect(view().goalProgress).toBeCloseTo(0.5, 2);
    expect(view().etaMs).toBeLessThan(HOUR_MS / 2 + 1000);
    swarm.world.advance(HOUR_MS / 2 + 10_000);
    expect(view()).toMatchObject({ state: { kind: 'stopped' }, stoppedBy: 'time' });
    expect(view().seededMs).toBeGreaterThanOrEqual(HOUR_MS);
    expect(seeder.events).toContainEqual({ type: 'goalReached', torrent: swarm.id, goal: 'time' });
    seeder.engine.start(swarm.id);
    swarm.world.advance(HOUR_MS);
    expect(view()).toMatchObject({ state: { kind: 'seeding' }, stoppedBy: null });
    expect(seeder.saved.get(swarm.id)?.seededMs).toBeGreaterThan(HOUR_MS);
  });

  it('stops when it has given as much as it should, whatever the goals of all', () => {
    const swarm = createMemorySwarm({
      seeders: 1,
      leechers: 1,
      client: { settings: { goals: { ...NONE, seedMs: 1 } } },
      strangers: true,
    });
    const [seeder, leecher] = [...swarm.seeders, ...swarm.leechers] as [
      (typeof swarm.clients)[0],
      (typeof swarm.clients)[0],
    ];
    for (const { engine } of swarm.clients) engine.limit(swarm.id, { goals: { ...NONE, ratio: 1 } });
    swarm.introduce(leecher);
    swarm.world.settle(() => seeder.engine.view(swarm.id).state.kind === 'stopped', { maxMs: 120_000 });
    expect(seeder.engine.view(swarm.id)).toMatchObject({ stoppedBy: 'ratio' });
    expect(seeder.engine.view(swarm.id).ratio).toBeGreaterThanOrEqual(1);
    expect(leecher.engine.view(swarm.id).state.kind).toBe('seeding');
  });

  it('stops when nobody takes anything for long, but not when it is forced', () => {
    for (const force of [false, true]) {
      const { swarm, seeder } = lonelySeeder();
      seeder.engine.limit(swarm.id, { goals: { ...NONE, idleMs: 60_000 } });
      seeder.engine.start(swarm.id, { force });
      swarm.world.advance(100_000);
      expect(seeder.engine.view(swarm.id).stoppedBy).toBe(force ? null : 'idle');
    }
  });

  it('keeps its totals over sessions, also over one that ends at once', () => {
    const { swarm, seeder } = lonelySeeder();
    swarm.world.advance(5 * 60_000);
    const { seededMs } = seeder.engine.view(swarm.id);
    seeder.kill();
    seeder.restart();
    const resume = seeder.saved.get(swarm.id) ?? null;
    seeder.engine.add({ metainfo: swarm.torrent.metainfo }, { root: ROOT, resume });
    expect(seeder.engine.view(swarm.id).seededMs).toBeGreaterThan(seededMs - 70_000);
    expect(seeder.engine.view(swarm.id).seededMs).toBeLessThanOrEqual(seededMs);
  });
});
