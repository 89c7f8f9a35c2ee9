/**
 * An engine at work: over an io-daemon that is kept running, with time, chance and digests of this machine. Decides how
 * the two are wired, begun and ended in order; what is downloaded is decided by the commands.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { clearInterval, setInterval } from 'node:timers';
import { Engine, LIMITS, type EngineEvent, type Settings } from '@jstorrent/engine';
import type { EarlyDaemon } from './early-daemon.ts';
import { CliError, EXIT } from './errors.ts';
import { nodeDigests } from './source.ts';
import { CLIENT_VERSION } from './version.ts';

/** How long one daemon after the other may die before the first is ready: the next come at once and after a second. */
const START_TIMEOUT_MS = 3000;
/** How long torrents may take to save and close. */
const STOP_TIMEOUT_MS = 10_000;

/** What a session is made of. */
export interface SessionOptions {
  /** Without an owner; it belongs to the session from then on. */
  readonly daemon: EarlyDaemon;
  readonly settings?: Partial<Settings>;
  /** Everything that happens, in order, outside of the engine's turns: the engine may be called. */
  readonly onEvent: (event: EngineEvent) => void;
  /** Lines worth telling the user: the daemon's troubles. */
  readonly onLog: (line: string) => void;
}

/** A running engine. */
export interface Session {
  readonly engine: Engine;
  /** Resolved when a condition on the engine holds; it is looked at after every batch of events. */
  until(condition: () => boolean): Promise<void>;
  /** Stop all torrents in order and wait until they are saved, at most some seconds. */
  stopTorrents(): Promise<void>;
  /** End the daemon. Nothing happens afterwards. */
  close(): Promise<void>;
}

/** Put an engine over a daemon. Rejects with a CliError when the daemon does not come up. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { daemon, onEvent, onLog } = options;
  const ready = Promise.withResolvers<void>();
  const wire = makeEvents(onEvent);
  let isReady = false;
  let patience: NodeJS.Timeout | undefined;

  const engine = new Engine({
    plane: daemon.plane,
    clock: { now: () => performance.now(), unixSeconds: () => Math.floor(Date.now() / 1000) },
    random: { bytes: (length) => new Uint8Array(randomBytes(length)), below: (bound) => randomInt(bound) },
    digests: nodeDigests,
    clientVersion: CLIENT_VERSION,
    onEvent: (event) => wire.deliver(event),
    ...(options.settings === undefined ? {} : { settings: options.settings }),
  });
  daemon.adopt({
    onEvents: (events) => engine.onPlaneEvents(events),
    onReady: () => {
      isReady = true;
      clearTimeout(patience);
      engine.onPlaneReady();
      ready.resolve();
    },
    onLost: (reason) => {
      if (isReady) return engine.onPlaneLost();
      const failure = new CliError(EXIT.broken, 'DAEMON_FAILED', `the io-daemon cannot start: ${reason}`);
      patience = setTimeout(() => ready.reject(failure), START_TIMEOUT_MS);
    },
    log: onLog,
  });

  try {
    await ready.promise;
  } catch (error) {
    await daemon.stop();
    throw error;
  }
  const ticks = setInterval(() => engine.tick(), LIMITS.tickMs);
  return {
    engine,
    until: (condition) => wire.until(condition, null),
    stopTorrents: async () => {
      for (const id of engine.ids) engine.stop(id);
      const stopped = (): boolean => engine.ids.every((id) => engine.view(id).state.kind === 'stopped');
      await wire.until(stopped, STOP_TIMEOUT_MS);
    },
    close: async () => {
      clearInterval(ticks);
      await daemon.stop();
    },
  };
}

interface EventWire {
  deliver(event: EngineEvent): void;
  /** Resolved when a condition holds, or after a while (null = never). */
  until(condition: () => boolean, timeoutMs: number | null): Promise<void>;
}

/** Events leave the engine's turn before anyone hears them. */
function makeEvents(onEvent: (event: EngineEvent) => void): EventWire {
  let batch: EngineEvent[] = [];
  const watchers = new Set<() => void>();

  const flush = (): void => {
    const events = batch;
    batch = [];
    for (const event of events) onEvent(event);
    for (const watch of watchers) watch();
  };

  return {
    deliver: (event) => {
      if (batch.length === 0) queueMicrotask(flush);
      batch.push(event);
    },
    until: (condition, timeoutMs) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      if (condition()) return Promise.resolve();
      const watch = (): void => {
        if (condition()) resolve();
      };
      watchers.add(watch);
      const timer = timeoutMs === null ? undefined : setTimeout(resolve, timeoutMs);
      return promise.finally(() => {
        clearTimeout(timer);
        watchers.delete(watch);
      });
    },
  };
}
