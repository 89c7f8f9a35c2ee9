import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import { chokeRound, nextInLine, uploadSlots, type ChokeCandidate } from './choker.ts';

interface TestPeer extends ChokeCandidate {
  readonly name: number;
  /** Takes nothing. */
  readonly idle: boolean;
  interested: boolean;
  unchoked: boolean;
  snubbed: boolean;
  downloadRate: number;
  uploadRate: number;
  unchokedAtMs: number;
  tookAtMs: number;
  optimisticAtMs: number;
}

const peer = (name: number, facts: Partial<TestPeer> = {}): TestPeer => ({
  name,
  idle: false,
  interested: true,
  unchoked: false,
  snubbed: false,
  downloadRate: 0,
  uploadRate: 0,
  unchokedAtMs: 0,
  tookAtMs: 0,
  optimisticAtMs: -Infinity,
  ...facts,
});

const names = (peers: Iterable<TestPeer>): number[] =>
  [...peers].map(({ name }) => name).sort((a, b) => a - b);

/** Rounds every ten seconds, the optimistic slot every third, the unchoked take blocks; who was unchoked in each round. */
function run(peers: readonly TestPeer[], rounds: number, seeding: boolean, slots = 4): number[][] {
  let optimistic: TestPeer | null = null;
  return Array.from({ length: rounds }, (_, index) => {
    const nowMs = (index + 1) * LIMITS.chokeRoundMs;
    for (const one of peers) if (one.unchoked && !one.idle) one.tookAtMs = nowMs;
    const round = { seeding, slots, rotateOptimistic: index % 3 === 0, optimistic };
    const decision = chokeRound(peers, round, nowMs);
    if (decision.optimistic !== null && decision.optimistic !== optimistic)
      decision.optimistic.optimisticAtMs = nowMs;
    optimistic = decision.optimistic;
    for (const one of peers) {
      const unchoked = decision.unchoke.has(one);
      if (unchoked && !one.unchoked) one.unchokedAtMs = nowMs;
      one.unchoked = unchoked;
    }
    return names(decision.unchoke);
  });
}

describe('the choker', () => {
  it('unchokes those that give most, and one more', () => {
    const peers = Array.from({ length: 10 }, (_, i) => peer(i, { downloadRate: i * 1000 }));
    const [first] = run(peers, 1, false);
    expect(first).toHaveLength(4);
    expect(first?.slice(1)).toEqual([7, 8, 9]);
  });

  it('gives nothing to who is not interested, and no earned slot to who owes us blocks', () => {
    const peers = [
      peer(0, { interested: false, downloadRate: 900 }),
      peer(1, { snubbed: true, downloadRate: 800 }),
      ...[2, 3, 4, 5].map((name) => peer(name, { downloadRate: name, optimisticAtMs: name })),
    ];
    const [first] = run(peers, 1, false);
    expect(first).toEqual([1, 3, 4, 5]);
  });

  it('gives the optimistic slot to every waiting peer in turn', () => {
    const givers = [1, 2, 3].map((name) => peer(name, { downloadRate: 1e6 }));
    const newcomers = Array.from({ length: 8 }, (_, i) => peer(10 + i));
    const rounds = run([...givers, ...newcomers], 3 * newcomers.length, false);
    for (const { name } of newcomers) {
      expect(
        rounds.filter((unchoked) => unchoked.includes(name)),
        `peer ${name}`,
      ).toHaveLength(3);
    }
    for (const unchoked of rounds) expect(unchoked.slice(0, 3)).toEqual([1, 2, 3]);
  });

  it('serves every peer in turn when seeding', () => {
    const peers = Array.from({ length: 12 }, (_, i) => peer(i, { uploadRate: i }));
    const served = new Set(run(peers, 60, true).flat());
    expect(served.size).toBe(12);
  });

  it('lets a peer of a seed keep its slot for a minute', () => {
    const peers = Array.from({ length: 12 }, (_, i) => peer(i));
    const rounds = run(peers, 6, true, 2);
    const [kept] = rounds[0]?.filter((name) => rounds[5]?.includes(name)) ?? [];
    expect(kept).toBeDefined();
    for (const unchoked of rounds) expect(unchoked).toContain(kept);
  });

  it('lets a peer of a seed that takes nothing keep its slot for a round only', () => {
    const idlers = Array.from({ length: 8 }, (_, i) => peer(i, { idle: true }));
    const rounds = run([...idlers, peer(9)], 6, true);
    const first = rounds.findIndex((unchoked) => unchoked.includes(9));
    expect(first).toBeLessThan(3);
    for (const unchoked of rounds.slice(first)) expect(unchoked).toContain(9);
    expect(new Set(rounds.flat()).size).toBe(9);
  });

  it('lets a peer of a seed wait no longer because others were served faster before', () => {
    const served = Array.from({ length: 8 }, (_, i) => peer(i, { uploadRate: 1e6, unchokedAtMs: 5 }));
    const newcomers = Array.from({ length: 3 }, (_, i) => peer(10 + i));
    expect(run([...served, ...newcomers], 1, true)[0]?.slice(1)).toEqual([10, 11, 12]);
  });

  it('gives a slot that became free to who has waited longest, and none that is not free', () => {
    const waiting = [
      peer(1, { unchokedAtMs: 7 }),
      peer(2, { unchokedAtMs: 5 }),
      peer(3, { interested: false }),
      peer(4, { snubbed: true }),
    ];
    const holders = [peer(5, { unchoked: true }), peer(6, { unchoked: true, interested: false })];
    const next = (slots: number): number[] =>
      nextInLine([...waiting, ...holders], slots).map(({ name }) => name);
    expect([next(0), next(1), next(2), next(9)]).toEqual([[], [], [2], [2, 1]]);
  });

  it('uses every slot when enough peers are interested, and never more', () => {
    const facts = fc.record({
      interested: fc.boolean(),
      unchoked: fc.boolean(),
      snubbed: fc.boolean(),
      downloadRate: fc.nat(1000),
      uploadRate: fc.nat(1000),
    });
    fc.assert(
      fc.property(fc.array(facts), fc.boolean(), fc.integer({ min: 2, max: 8 }), (list, seeding, slots) => {
        const peers = list.map((one, name) => peer(name, one));
        const round = { seeding, slots, rotateOptimistic: true, optimistic: null };
        const { unchoke } = chokeRound(peers, round, 1e6);
        const wanting = peers.filter(({ interested }) => interested);
        const able = wanting.filter(({ snubbed }) => seeding || !snubbed);
        expect([...unchoke].every(({ interested }) => interested)).toBe(true);
        expect(unchoke.size).toBeLessThanOrEqual(slots);
        expect(unchoke.size).toBeGreaterThanOrEqual(Math.min(slots, able.length));
        if (wanting.length > 0) expect(unchoke.size).toBeGreaterThan(0);
      }),
    );
  });
});

describe('upload slots', () => {
  it('begin with four', () => {
    expect(uploadSlots([])).toBe(LIMITS.uploadSlots);
    expect(uploadSlots(Array.from({ length: 20 }, () => 100))).toBe(LIMITS.uploadSlots);
  });

  it('grow by one beyond the peers that prove worth a slot, up to a limit', () => {
    const fast = (count: number): number[] => Array.from({ length: count }, () => 100e6);
    expect(uploadSlots(fast(7))).toBe(8);
    expect(uploadSlots(fast(5000))).toBe(LIMITS.uploadSlotsMax);
  });

  it('need each peer to take a step more than the one before', () => {
    const rates = Array.from({ length: 10 }, () => 5 * LIMITS.uploadSlotStep);
    expect(uploadSlots(rates)).toBe(6);
  });
});
