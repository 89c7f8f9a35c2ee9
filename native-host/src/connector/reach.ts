/**
 * Finds the service of this user, or starts it. Decides how long that may take, how often is asked, and when an older
 * service makes room for this version; imports nothing heavy.
 */
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { PROTOCOL } from '@jstorrent/control/limits';
import { launchService } from '../launch.ts';
import { connectLocally, readNote } from '../socket/connect.ts';
import type { SocketPlace } from '../socket/place.ts';
import { askToLeave } from './ask-to-leave.ts';
import { isNewer } from './versions.ts';

/** A cold start takes half a second; a machine that has just been switched on, and others closing, take longer. */
const START_TIMEOUT_MS = 25_000;
/** First and longest pause between two looks. */
const LOOK_MS = 10;
const LOOK_MAX_MS = 100;
/** Whether one has to be started is asked again after this long. */
const RELAUNCH_MS = 1000;

/** Which service is looked for. */
export interface ReachOptions {
  readonly stateFolder: string;
  readonly place: SocketPlace;
  /** Product version of who asks. */
  readonly version: string;
  /** Start one when there is none. */
  readonly launch: boolean;
  readonly timeoutMs?: number;
}

/**
 * A connection to the service; null when there was none in time. Rejects with NotPrivateError or a system error when it
 * must not or cannot be reached.
 */
export async function reachService(options: ReachOptions): Promise<Socket | null> {
  const { place, version, launch } = options;
  const note = readNote(place);
  const isOlder = note !== null && (isNewer(version, note.version) || note.protocol < PROTOCOL);
  if (launch && isOlder) await askToLeave(place, version);
  const endMs = performance.now() + (options.timeoutMs ?? START_TIMEOUT_MS);
  let launchedMs = Number.NEGATIVE_INFINITY;
  for (let pauseMs = LOOK_MS; ; pauseMs = Math.min(2 * pauseMs, LOOK_MAX_MS)) {
    const socket = await connectLocally(place);
    if (socket !== null) return socket;
    const nowMs = performance.now();
    if (nowMs >= endMs) return null;
    if (launch && nowMs - launchedMs >= RELAUNCH_MS) {
      launchService(options.stateFolder, place);
      launchedMs = nowMs;
    }
    await wait(pauseMs);
  }
}
