/**
 * Keeps one io-daemon running for its host: started, restarted with back-off when it dies, stopped in order. Decides when a
 * daemon is started; what one process does is in daemon-process.ts.
 */
import { clearTimeout, setTimeout } from 'node:timers';
import type { Plane, PlaneEventHandler } from '@jstorrent/engine/ports';
import { type DaemonProcess, startDaemon } from './daemon-process.ts';

/** Pauses before the first, second, ... restart in a row; the last one repeats. */
const RESTART_DELAYS_MS = [0, 1000, 2000, 5000, 10_000, 30_000] as const;
/** A daemon that was ready for this long is sound: the next restart begins with the first pause again. */
const STEADY_MS = 60_000;
/** How long a daemon may take to leave: a write that is under way and a busy machine. */
const STOP_TIMEOUT_MS = 3000;

/** What a host says about its daemon. */
export interface SpawnOptions {
  /** Absolute paths of the folders the user allowed, by opaque key without `=`. */
  readonly roots: Readonly<Record<string, string>>;
  /** Memory for pieces being received, in whole MiB; the daemon's default when absent. */
  readonly arenaBytes?: number;
  /** The permissions that new files do not get, as for `umask(2)`; those of this process when absent. */
  readonly umask?: number;
  /** The daemon's main module; the one beside this file when absent. */
  readonly entry?: URL;
  readonly onEvents: PlaneEventHandler;
  /** A daemon is there and knows nothing yet. Called at the start and after every `onLost`, unless stopped. */
  readonly onReady: () => void;
  /** The daemon died: all links, stores, sockets and questions are gone, unanswered. Called once until `onReady` again. */
  readonly onLost: (reason: string) => void;
  /** Lines worth a log: what the daemon says, and why it is started again. */
  readonly log: (line: string) => void;
}

/** A daemon as its host uses it. */
export interface Daemon {
  /** Drops commands while no daemon is ready. */
  readonly plane: Plane;
  /** The running process, for diagnosis; undefined between two. */
  readonly pid: number | undefined;
  /** Whether the daemon is megabytes of commands behind; a host that can wait should. */
  readonly backlogged: boolean;
  /**
   * Let the daemon leave; kill it when that takes too long. Resolved when it is gone. No event and no call comes after `stop`
   * was called. What is to be closed in order is closed before.
   */
  stop(): Promise<void>;
}

/** Start a daemon and keep one running until `stop`. */
export function spawnDaemon(options: SpawnOptions): Daemon {
  const { entry = new URL('./main.ts', import.meta.url), log } = options;
  const words = toWords(options);
  const stopped = Promise.withResolvers<void>();
  let running: DaemonProcess | null = null;
  let phase: 'starting' | 'ready' | 'lost' | 'stopping' = 'starting';
  let restarts = 0;
  /** Until the next restart, the proof of steadiness, or the end of patience: never two at once. */
  let timer: NodeJS.Timeout | undefined;

  function start(): void {
    running = startDaemon(
      { entry, words, umask: options.umask ?? null },
      { onReady, onGone, onEvents, onLine: (line) => log(line) },
    );
  }

  function onReady(): void {
    if (phase === 'stopping') return;
    phase = 'ready';
    timer = setTimeout(() => {
      restarts = 0;
    }, STEADY_MS).unref();
    options.onReady();
  }

  const onEvents: PlaneEventHandler = (events) => {
    if (phase === 'ready') options.onEvents(events);
  };

  function onGone(reason: string): void {
    running = null;
    clearTimeout(timer);
    if (phase === 'stopping') {
      stopped.resolve();
      return;
    }
    const delayMs = RESTART_DELAYS_MS[restarts] ?? RESTART_DELAYS_MS.at(-1)!;
    restarts = Math.min(restarts + 1, RESTART_DELAYS_MS.length - 1);
    log(`io-daemon is gone (${reason}), next one in ${delayMs / 1000} s`);
    timer = setTimeout(start, delayMs);
    const wasTold = phase === 'lost';
    phase = 'lost';
    if (!wasTold) options.onLost(reason);
  }

  function stop(): Promise<void> {
    if (phase === 'stopping') return stopped.promise;
    phase = 'stopping';
    clearTimeout(timer);
    if (running === null) stopped.resolve();
    else {
      const daemon = running;
      daemon.end();
      timer = setTimeout(() => daemon.kill(), STOP_TIMEOUT_MS);
    }
    return stopped.promise;
  }

  start();
  return {
    plane: {
      submit: (commands) => {
        if (phase === 'ready') running?.client.submit(commands);
      },
    },
    get pid() {
      return running?.pid;
    },
    get backlogged() {
      return running?.client.backlogged ?? false;
    },
    stop,
  };
}

/** The daemon's command line. */
function toWords({ roots, arenaBytes }: SpawnOptions): string[] {
  const words = Object.entries(roots).map(([key, path]) => `--root=${key}=${path}`);
  if (arenaBytes !== undefined) words.push(`--arena=${Math.floor(arenaBytes / (1024 * 1024))}`);
  return words;
}
