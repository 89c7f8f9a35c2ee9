/**
 * An engine at work: over an io-daemon that is kept running, with time, chance and digests of this machine. Decides how
 * the two are wired, begun and ended in order; what is downloaded, and what a daemon that does not come up means, is
 * decided by the owner.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers';
import { Engine, LIMITS, type EngineEvent, type EnginePorts, type Settings } from '@jstorrent/engine';
import type { Daemon, SpawnOptions } from '@jstorrent/io-daemon/spawn';
import { nodeDigests } from './digests.ts';

/** What the owner of a daemon hears. */
export type DaemonOwner = Pick<SpawnOptions, 'onEvents' | 'onReady' | 'onLost' | 'log'>;

/** A daemon without an owner; `stop` ends it whether it was adopted or not. */
export interface OwnableDaemon extends Pick<Daemon, 'plane' | 'pid' | 'stop'> {
  /** To be called once. What happened before is told at once. */
  adopt(owner: DaemonOwner): void;
}

/** What a session is made of. */
export interface EngineSessionOptions {
  /** Without an owner; it belongs to the session from then on. */
  readonly daemon: OwnableDaemon;
  /** Name and version told to peers and trackers. */
  readonly clientVersion: string;
  readonly settings?: Partial<Settings>;
  /** As in the engine's ports; absent: torrents stay in memory. */
  readonly kept?: NonNullable<EnginePorts['kept']>;
  /** Everything that happens, in order, outside of the engine's turns: the engine may be called. */
  readonly onEvent: (event: EngineEvent) => void;
  /** After every batch of events. */
  readonly onSettled?: () => void;
  /** Lines worth telling the user: the daemon's troubles. */
  readonly onLog: (line: string) => void;
  /** A daemon is there and knows the engine's wishes. */
  readonly onReady: () => void;
  /** The daemon died or did not come up; another one is started. */
  readonly onLost: (reason: string) => void;
}

/** A running engine. */
export interface EngineSession {
  readonly engine: Engine;
  /** Resolved when a condition on the engine holds, or after a while (null = never); looked at after every batch. */
  until(condition: () => boolean, timeoutMs: number | null): Promise<void>;
  /** Stop all torrents in order and wait until they are saved, at most this long. */
  stopTorrents(timeoutMs: number): Promise<void>;
  /** End the daemon. Nothing happens afterwards. */
  close(): Promise<void>;
}

/** Put an engine over a daemon. Its wishes are carried out once the daemon is there. */
export function openEngineSession(options: EngineSessionOptions): EngineSession {
  const { daemon } = options;
  const wire = makeEvents(options.onEvent, options.onSettled ?? (() => {}));
  let isReady = false;
  const engine = new Engine({
    plane: daemon.plane,
    clock: { now: () => performance.now(), unixSeconds: () => Math.floor(Date.now() / 1000) },
    random: { bytes: (length) => new Uint8Array(randomBytes(length)), below: (bound) => randomInt(bound) },
    digests: nodeDigests,
    clientVersion: options.clientVersion,
    onEvent: (event) => wire.deliver(event),
    ...(options.settings === undefined ? {} : { settings: options.settings }),
    ...(options.kept === undefined ? {} : { kept: options.kept }),
  });
  daemon.adopt({
    onEvents: (events) => engine.onPlaneEvents(events),
    onReady: () => {
      isReady = true;
      engine.onPlaneReady();
      options.onReady();
    },
    onLost: (reason) => {
      if (isReady) engine.onPlaneLost();
      options.onLost(reason);
    },
    log: options.onLog,
  });
  const ticks = setInterval(() => engine.tick(), LIMITS.tickMs);
  return {
    engine,
    until: (condition, timeoutMs) => wire.until(condition, timeoutMs),
    stopTorrents: async (timeoutMs) => {
      engine.batch(() => {
        for (const id of engine.ids) engine.stop(id);
      });
      const stopped = (): boolean => engine.ids.every((id) => engine.stateOf(id).kind === 'stopped');
      await wire.until(stopped, timeoutMs);
    },
    close: async () => {
      clearInterval(ticks);
      await daemon.stop();
    },
  };
}

interface EventWire {
  deliver(event: EngineEvent): void;
  until(condition: () => boolean, timeoutMs: number | null): Promise<void>;
}

/** Events leave the engine's turn before anyone hears them. */
function makeEvents(onEvent: (event: EngineEvent) => void, onSettled: () => void): EventWire {
  let batch: EngineEvent[] = [];
  const watchers = new Set<() => void>();

  const flush = (): void => {
    const events = batch;
    batch = [];
    for (const event of events) onEvent(event);
    onSettled();
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
