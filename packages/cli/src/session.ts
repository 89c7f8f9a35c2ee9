/**
 * An engine at work for one command. Decides how long the io-daemon may take to come up, and how long torrents may take to
 * close; how the two are wired is decided in the host's engine-session.ts.
 */
import { clearTimeout, setTimeout } from 'node:timers';
import type { Engine, EngineEvent, Settings } from '@jstorrent/engine';
import { openEngineSession, type OwnableDaemon } from '@jstorrent/native-host/engine-session';
import { CliError, EXIT } from './errors.ts';
import { CLIENT_VERSION } from './version.ts';

/** How long one daemon after the other may die before the first is ready: the next come at once and after a second. */
const START_TIMEOUT_MS = 3000;
/** How long torrents may take to save and close. */
const STOP_TIMEOUT_MS = 10_000;

/** What a session is made of. */
export interface SessionOptions {
  /** Without an owner; it belongs to the session from then on. */
  readonly daemon: OwnableDaemon;
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
  const ready = Promise.withResolvers<void>();
  let isReady = false;
  let patience: NodeJS.Timeout | undefined;
  const session = openEngineSession({
    ...options,
    clientVersion: CLIENT_VERSION,
    onReady: () => {
      isReady = true;
      clearTimeout(patience);
      ready.resolve();
    },
    onLost: (reason) => {
      if (isReady) return;
      const failure = new CliError(EXIT.broken, 'DAEMON_FAILED', `the io-daemon cannot start: ${reason}`);
      patience = setTimeout(() => ready.reject(failure), START_TIMEOUT_MS);
    },
  });
  try {
    await ready.promise;
  } catch (error) {
    await session.close();
    throw error;
  }
  return {
    engine: session.engine,
    until: (condition) => session.until(condition, null),
    stopTorrents: () => session.stopTorrents(STOP_TIMEOUT_MS),
    close: () => session.close(),
  };
}
