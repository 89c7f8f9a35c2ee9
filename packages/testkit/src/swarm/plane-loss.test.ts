import { describe, expect, it } from 'vitest';
import { createMemorySwarm, type MemorySwarm } from '../swarm.ts';

const PIECE = 16 * 1024;

/** A slow download that is half done. */
function halfDone(): MemorySwarm {
  const swarm = createMemorySwarm({
    seeders: 1,
    leechers: 1,
    shape: 'pieces16KiB',
    network: { bytesPerSecond: 100_000, latencyMs: 5 },
    hosts: { disk: { latencyMs: 50 } },
  });
  const leecher = swarm.leechers[0]!;
  swarm.world.settle(() => leecher.engine.view(swarm.id).havePieces >= 20);
  return swarm;
}

describe('a leecher whose io-daemon dies', () => {
  it('goes on as soon as the next one has opened the files, and asks for nothing before', () => {
    const swarm = halfDone();
    const leecher = swarm.leechers[0]!;
    const lostAtMs = swarm.world.clock.now();
    // The files take longer to open than a peer to connect.
    swarm.world.disk(leecher.host).setLatency(800);
    leecher.losePlane(1000);
    swarm.world.settle(() => leecher.engine.view(swarm.id).peers > 0);
    expect(swarm.world.clock.now() - lostAtMs).toBeLessThan(3000);
    swarm.world.disk(leecher.host).setLatency(1);
    swarm.finish();
    const { downloaded, totalLength } = leecher.engine.view(swarm.id);
    expect(downloaded).toBeLessThan(totalLength + 15 * PIECE);
  });

  it('keeps what was verified when the next ones die before they have opened the files', () => {
    const swarm = halfDone();
    const leecher = swarm.leechers[0]!;
    for (let i = 0; i < 3; i += 1) {
      leecher.losePlane(1000);
      swarm.world.advance(1020);
    }
    swarm.finish();
    const { downloaded, totalLength } = leecher.engine.view(swarm.id);
    expect(downloaded).toBeLessThan(totalLength + 15 * PIECE);
  });
});
