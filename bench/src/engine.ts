/** An engine over a real daemon, as the product wires them, for the programs of the benchmark. */
import { randomBytes, randomInt } from 'node:crypto';
import { Engine, LIMITS, type EngineEvent } from '@jstorrent/engine';
import { spawnDaemon, type Daemon } from '@jstorrent/io-daemon/spawn';
import { digests } from './digests.ts';

/** Both, at work until the process ends. */
interface RunningEngine {
  readonly engine: Engine;
  readonly daemon: Daemon;
}

/** Begin, with `root` as the folder `base`, and accept connections at a port of this machine (0 = any). */
export function runEngine(root: string, port: number, onEvent: (event: EngineEvent) => void): RunningEngine {
  const daemon = spawnDaemon({
    roots: { base: root },
    onEvents: (events) => engine.onPlaneEvents(events),
    onReady: () => engine.onPlaneReady(),
    onLost: () => engine.onPlaneLost(),
    log: (line) => console.error(line),
  });
  const engine = new Engine({
    plane: daemon.plane,
    clock: { now: () => performance.now(), unixSeconds: () => Math.floor(Date.now() / 1000) },
    random: { bytes: (length) => new Uint8Array(randomBytes(length)), below: (bound) => randomInt(bound) },
    digests,
    clientVersion: 'JSTorrent 0.1.0',
    onEvent,
  });
  engine.listen('127.0.0.1', port);
  setInterval(() => engine.tick(), LIMITS.tickMs);
  return { engine, daemon };
}
