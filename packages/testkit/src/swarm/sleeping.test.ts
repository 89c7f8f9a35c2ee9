import { Engine, LIMITS, type EngineEvent, type PlaneEvent } from '@jstorrent/engine';
import { describe, expect, it } from 'vitest';
import { createMemoryPlane } from '../memory-plane.ts';
import { claims, honestSeed } from '../peers/behaviours.ts';
import { listenFakePeer, type PeerBehaviour } from '../peers/fake-peer.ts';
import { digests, makeTorrent } from '../torrents.ts';
import { World } from '../world.ts';
import { PORT, ROOT } from './meet.ts';

const torrent = makeTorrent({ shape: 'pieces1MiB' });

/** Says something every minute. */
const staysAlive: PeerBehaviour = {
  onHandshake: (peer) => peer.every(60_000, () => peer.send(Uint8Array.of(0, 0, 0, 0))),
};

/** An engine whose process can be frozen: no tick, no event, while sockets and peers go on. */
function sleepyEngine(behaviours: readonly PeerBehaviour[]) {
  const world = new World('sleep');
  world.addHost('sleeper');
  const events: EngineEvent[] = [];
  const held: PlaneEvent[] = [];
  let isFrozen = false;
  const deliver = (batch: readonly PlaneEvent[]): void => {
    if (isFrozen) held.push(...batch);
    else engine.onPlaneEvents(batch);
  };
  const plane = createMemoryPlane(world, 'sleeper', { onEvents: deliver });
  const engine: Engine = new Engine({
    plane,
    clock: world.clock,
    random: world.nextRandom('engine'),
    digests,
    onEvent: (event) => events.push(event),
    clientVersion: 'JSTorrent 0.1.0',
  });
  const tick = (): void => {
    if (!isFrozen) engine.tick();
    engine.checkInvariants();
    world.clock.after(LIMITS.tickMs, tick);
  };
  tick();
  const id = engine.add({ metainfo: torrent.metainfo }, { root: ROOT });
  const hosts = ['a', 'b', 'c'];
  for (const name of hosts) {
    world.addHost(name);
    listenFakePeer(world, name, PORT, { infoHash: torrent.infoHash, behaviours });
    engine.addPeers(id, [{ host: world.internet.addressOf(name), port: PORT }]);
  }
  return {
    world,
    engine,
    id,
    dropped: () => events.flatMap((event) => (event.type === 'peerDropped' ? [event.code] : [])),
    /** The machine sleeps; on waking the timers run before anything is read. */
    sleep: (ms: number) => {
      isFrozen = true;
      world.advance(ms);
      isFrozen = false;
      engine.tick();
      engine.onPlaneEvents(held.splice(0));
    },
  };
}

describe('after sleep', () => {
  it('nobody is dropped for the silence of that time', () => {
    for (const sleepMs of [60_000, 119_000, 300_000, 3_600_000]) {
      const { world, engine, id, dropped, sleep } = sleepyEngine([claims(torrent, []), staysAlive]);
      world.advance(5000);
      expect(engine.view(id).peers).toBe(3);
      sleep(sleepMs);
      world.advance(30_000);
      expect(dropped(), `${sleepMs} ms`).toEqual([]);
      expect(engine.view(id).peers).toBe(3);
    }
  });

  it('a download goes on where it was, with the same peers and next to no waste', () => {
    const { world, engine, id, dropped, sleep } = sleepyEngine(
      honestSeed(torrent, { bytesPerSecond: 100_000 }),
    );
    world.advance(3000);
    sleep(60_000);
    expect(engine.peers(id).filter(({ snubbed }) => snubbed)).toEqual([]);
    world.settle(() => engine.view(id).state.kind === 'seeding', { maxMs: 60_000 });
    expect(dropped().filter((code) => code !== 'BOTH_SEEDS')).toEqual([]);
    expect(engine.view(id).wasted).toBeLessThan(torrent.content.length / 10);
  });

  it('those who really went away are noticed as quickly as ever', () => {
    const { world, engine, id, sleep } = sleepyEngine([claims(torrent, [])]);
    world.advance(5000);
    sleep(60_000);
    world.advance(LIMITS.inactivityMs + 1000);
    expect(engine.view(id).peers).toBe(0);
  });
});
