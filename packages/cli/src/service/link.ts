/**
 * The connection of one command to the service of this user. Decides how long a service may take to come up and what its
 * errors mean for the exit code; what is asked of it is decided by the commands.
 */
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import {
  connectControl,
  ControlError,
  CONTROL_LIMITS,
  framed,
  PROTOCOL,
  type ControlClient,
  type ControlEvent,
  type ErrorCode,
} from '@jstorrent/control';
import { reachService } from '@jstorrent/native-host/reach';
import { socketChannel } from '@jstorrent/native-host/socket-channel';
import { socketPlace } from '@jstorrent/native-host/socket-place';
import { stateDir } from '@jstorrent/native-host/state-dir';
import { CliError, EXIT, type ExitCode } from '../errors.ts';
import { VERSION } from '../version.ts';

/** A connection to the service, greeted. */
export interface ServiceLink extends Pick<ControlClient, 'call'> {
  /** Hear events; call what it gives back to hear no more. */
  hear(listener: (event: ControlEvent) => void): () => void;
  /** Rejects with a CliError when the connection ends by itself. */
  readonly lost: Promise<never>;
  close(): void;
}

/** How a service is looked for. */
export interface LinkOptions {
  /** Start one when none runs. */
  readonly launch: boolean;
  /** How long to look; the time of a slow start when absent. */
  readonly timeoutMs?: number;
  /** Speak to an older service as it speaks: for what has been the same from the first version on. */
  readonly older?: boolean;
}

/** Connect; null when there is no service in time. Rejects with a CliError when it must not or cannot be spoken to. */
export async function findService(options: LinkOptions): Promise<ServiceLink | null> {
  const stateFolder = stateDir();
  let socket: Socket | null;
  try {
    const place = socketPlace(stateFolder);
    socket = await reachService({ stateFolder, place, version: VERSION, ...options });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new CliError(EXIT.broken, String(error.code), `the service cannot be reached: ${error.message}`);
  }
  return socket === null ? null : greet(socket, options.older === true);
}

/** Run something with the service, which is started when none runs. Errors of the service become CliErrors. */
export async function withService<T>(run: (link: ServiceLink) => Promise<T>): Promise<T> {
  const link = await findService({ launch: true });
  if (link !== null) return useLink(link, run);
  const text = `the service did not start; "jstorrent doctor" says why, and so does ${join(stateDir(), 'service.log')}`;
  throw new CliError(EXIT.broken, 'NO_SERVICE', text);
}

/** Run something with a connection and close it. Errors of the service become CliErrors. */
export async function useLink<T>(link: ServiceLink, run: (link: ServiceLink) => Promise<T>): Promise<T> {
  try {
    return await run(link);
  } catch (error) {
    throw cliError(error);
  } finally {
    link.close();
  }
}

/** Whether this user has a session that a service could open. */
export function hasSession(): boolean {
  return existsSync(join(stateDir(), 'session.db'));
}

async function greet(socket: Socket, older: boolean): Promise<ServiceLink> {
  const listeners = new Set<(event: ControlEvent) => void>();
  const lost = Promise.withResolvers<never>();
  // Who waits for nothing does not care.
  lost.promise.catch(() => {});
  const client = connectControl(framed(socketChannel(socket), CONTROL_LIMITS.messageBytes), {
    timer: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    onEvent: (event) => {
      for (const listener of listeners) listener(event);
    },
    onClose: () => lost.reject(cliError(new ControlError('CLOSED'))),
  });
  try {
    const say = (protocol: number) => client.call('hello', { protocol, name: 'cli', version: VERSION });
    await say(PROTOCOL).catch((error: unknown) => {
      const protocol = older ? olderProtocol(error) : null;
      if (protocol === null) throw error;
      return say(protocol);
    });
  } catch (error) {
    client.close();
    throw cliError(error);
  }
  return {
    call: (name, params, options) => client.call(name, params, options),
    hear: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    lost: lost.promise,
    close: () => client.close(),
  };
}

/** What an older service speaks that refused us. */
function olderProtocol(error: unknown): number | null {
  if (!(error instanceof ControlError) || error.code !== 'VERSION_TOO_NEW') return null;
  const protocol = error.data?.['protocol'];
  return typeof protocol === 'number' && protocol < PROTOCOL ? protocol : null;
}

const EXIT_CODES: Readonly<Partial<Record<ErrorCode, ExitCode>>> = {
  BAD_PARAMS: EXIT.usage,
  UNKNOWN_TORRENT: EXIT.usage,
  BAD_TORRENT: EXIT.source,
  BAD_MAGNET: EXIT.source,
  V2_ONLY: EXIT.source,
  TOO_LARGE: EXIT.source,
  BAD_METADATA: EXIT.source,
  UNKNOWN_ROOT: EXIT.disk,
  PATH_ESCAPES: EXIT.disk,
  NOT_FOUND: EXIT.disk,
  DENIED: EXIT.disk,
  DISK_FULL: EXIT.disk,
  DISK_ERROR: EXIT.disk,
  READ_ONLY: EXIT.disk,
  TOO_MANY_FILES: EXIT.disk,
  NAME_TOO_LONG: EXIT.disk,
  FILE_TOO_LARGE: EXIT.disk,
  EXISTS: EXIT.disk,
  BAD_LAYOUT: EXIT.disk,
  FILE_CHANGED: EXIT.disk,
  TIMED_OUT: EXIT.broken,
  CLOSED: EXIT.broken,
  BAD_MESSAGE: EXIT.broken,
  UNKNOWN_COMMAND: EXIT.broken,
  HELLO_FIRST: EXIT.broken,
  VERSION_TOO_OLD: EXIT.broken,
  VERSION_TOO_NEW: EXIT.broken,
};

/** What else to do, where the sentence for front ends in general does not say it. */
const SENTENCES: Readonly<Partial<Record<ErrorCode, string>>> = {
  CLOSED: 'The service has ended. Call again: it is started anew.',
  VERSION_TOO_NEW:
    'The service that runs is an older one. "jstorrent service stop" ends it; its torrents go on with the next one.',
  UNKNOWN_ROOT: 'The service has no folder for this. Name one with --dir, or set downloads.place.',
};

/** The exit code for an error of the service. */
export function exitCodeOf(code: string): ExitCode {
  return EXIT_CODES[code as ErrorCode] ?? EXIT.refused;
}

/** An error of the service as one of this program; any other error as it is. */
function cliError(error: unknown): unknown {
  if (!(error instanceof ControlError)) return error;
  const { code, message } = error;
  return new CliError(exitCodeOf(code), code, SENTENCES[code] ?? message);
}
