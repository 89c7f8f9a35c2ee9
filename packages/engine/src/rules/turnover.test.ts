import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import { worstPeer, type TurnoverPeer } from './turnover.ts';

const NOW_MS = 1_000_000;

const peer = (facts: Partial<TurnoverPeer> = {}): TurnoverPeer => ({
  connectedAtMs: 0,
  lifetimeRate: 0,
  downloadRate: 0,
  uploadRate: 0,
  peerChoking: false,
  amInterested: true,
  peerInterested: true,
  ...facts,
});

describe('turnover', () => {
  it('replaces the peer that gives least', () => {
    const worst = peer({ downloadRate: 10 });
    expect(worstPeer([peer({ downloadRate: 5000 }), worst, peer({ downloadRate: 900 })], NOW_MS)).toBe(worst);
  });

  it('spares the young: they may still be ramping up', () => {
    const young = peer({ connectedAtMs: NOW_MS - LIMITS.turnoverGraceMs + 1 });
    const old = peer({ connectedAtMs: NOW_MS - LIMITS.turnoverGraceMs, peerChoking: true });
    expect(worstPeer([young, old], NOW_MS)).toBe(old);
    expect(worstPeer([young], NOW_MS)).toBeNull();
    expect(worstPeer([], NOW_MS)).toBeNull();
  });

  it('spares a peer that gives a tenth of the average, and not one that chokes us', () => {
    const fine = peer({ downloadRate: 200 });
    expect(worstPeer([fine, peer({ downloadRate: 1000 })], NOW_MS)).toBeNull();
    const choking = peer({ peerChoking: true });
    expect(worstPeer([choking, fine], NOW_MS)).toBe(choking);
  });

  it('prefers to lose who wants nothing and has nothing', () => {
    const useless = peer({ amInterested: false, peerInterested: false });
    const choking = peer({ peerChoking: true });
    expect(worstPeer([choking, useless], NOW_MS)).toBe(useless);
  });
});
