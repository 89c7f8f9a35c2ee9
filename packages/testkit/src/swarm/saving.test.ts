import { describe, expect, it } from 'vitest';
import type { Client } from '../client.ts';
import { honestSeed } from '../peers/behaviours.ts';
import type { MemorySwarm } from '../swarm.ts';
import { lonelyLeecher, meet } from './meet.ts';

/** A slow download that has begun. */
function begun() {
  const { swarm, leecher } = lonelyLeecher({ shape: 'pieces16KiB' });
  meet(swarm, 'seed', honestSeed(swarm.torrent, { bytesPerSecond: 50_000 }));
  swarm.world.settle(() => leecher.engine.view(swarm.id).havePieces > 0);
  return { swarm, leecher, disk: swarm.world.disk(leecher.host) };
}

function savedPieces(swarm: MemorySwarm, client: Client): number {
  const bits: Iterable<number> = client.saved.get(swarm.id)?.pieces ?? [];
  return [...bits].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
}

const kind = (swarm: MemorySwarm, client: Client): string => client.engine.view(swarm.id).state.kind;

function stop(swarm: MemorySwarm, client: Client): void {
  client.engine.stop(swarm.id);
  swarm.world.settle(() => kind(swarm, client) === 'stopped');
}

describe('progress', () => {
  it('is saved every few seconds', () => {
    const { swarm, leecher } = begun();
    for (let round = 0; round < 2; round += 1) {
      const { havePieces } = leecher.engine.view(swarm.id);
      swarm.world.advance(6000);
      expect(savedPieces(swarm, leecher)).toBeGreaterThanOrEqual(havePieces);
    }
    expect(leecher.engine.view(swarm.id).state.kind).toBe('downloading');
  });

  it('counts as unknown from the moment a recheck of a stopped torrent is asked for', () => {
    const { swarm, leecher } = begun();
    stop(swarm, leecher);
    expect(savedPieces(swarm, leecher)).toBeGreaterThan(0);
    leecher.engine.recheck(swarm.id);
    expect(savedPieces(swarm, leecher)).toBe(0);
  });

  it('is saved again after a save failed', () => {
    const { swarm, leecher, disk } = begun();
    disk.fail('sync', { code: 'DISK_FULL' });
    swarm.world.settle(() => leecher.states(swarm.id).includes('failed'));
    expect(savedPieces(swarm, leecher)).toBe(0);
    const { havePieces } = leecher.engine.view(swarm.id);
    swarm.world.advance(7000);
    expect(leecher.engine.view(swarm.id).state.kind).toBe('downloading');
    expect(savedPieces(swarm, leecher)).toBeGreaterThanOrEqual(havePieces);
  });

  it('is saved by the next daemon at once when one dies while it saves', () => {
    const { swarm, leecher, disk } = begun();
    swarm.world.advance(4500);
    disk.setLatency(5000);
    swarm.world.advance(1000);
    const { havePieces } = leecher.engine.view(swarm.id);
    disk.setLatency(1);
    leecher.losePlane(100);
    swarm.world.advance(1000);
    expect(savedPieces(swarm, leecher)).toBeGreaterThanOrEqual(havePieces);
  });

  it('is not forgotten when the torrent is stopped before its files are open', () => {
    const { swarm, leecher, disk } = begun();
    swarm.world.advance(3000);
    stop(swarm, leecher);
    const pieces = savedPieces(swarm, leecher);
    expect(pieces).toBeGreaterThan(5);
    disk.setLatency(1000);
    leecher.engine.start(swarm.id);
    swarm.world.advance(100);
    stop(swarm, leecher);
    expect(savedPieces(swarm, leecher)).toBe(pieces);
  });

  it('is found again when the torrent is stopped while everything is checked', () => {
    const { swarm, leecher, disk } = begun();
    swarm.world.advance(3000);
    stop(swarm, leecher);
    leecher.engine.start(swarm.id);
    swarm.world.settle(() => kind(swarm, leecher) === 'downloading');
    const { havePieces } = leecher.engine.view(swarm.id);
    disk.setLatency(200);
    leecher.engine.recheck(swarm.id);
    swarm.world.advance(500);
    expect(kind(swarm, leecher)).toBe('checking');
    stop(swarm, leecher);
    expect(savedPieces(swarm, leecher)).toBe(0);
    leecher.engine.start(swarm.id);
    swarm.world.settle(() => kind(swarm, leecher) === 'downloading');
    expect(leecher.engine.view(swarm.id).havePieces).toBeGreaterThanOrEqual(havePieces);
  });
});
