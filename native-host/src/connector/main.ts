/**
 * The connector: what a browser starts to talk to the service of this user. Decides the life of its process: who may
 * call, that nothing but frames comes out, and with which status it ends. It holds nothing; the service does.
 *
 * Exit status: 0 the browser or the service said farewell, 64 called by somebody else, 69 no service could be reached.
 */
import { Socket } from 'node:net';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import manifest from '../../package.json' with { type: 'json' };
import { ALLOWED_CALLERS } from '../install/identity.ts';
import { openLog } from '../log/rotating-log.ts';
import { socketPlace } from '../socket/place.ts';
import { stateDir } from '../state-dir.ts';
import { isAllowedCaller } from './origin.ts';
import { pump } from './pump.ts';
import { readNote } from '../socket/connect.ts';
import { reachService } from './reach.ts';

const EXIT_CALLER = 64;
const EXIT_NO_SERVICE = 69;
/** A process that is dying accepts connections until its last socket is closed. */
const DYING_MS = 100;
/** A service that ended on purpose may be an update of itself: its successor is waited for, but not started. */
const SUCCESSOR_MS = 5000;

const stateFolder = stateDir();
const log = openLog({ folder: stateFolder, name: 'connector', files: 2, bytes: 256 * 1024 });

function leave(status: number, reason: string | null): never {
  if (reason !== null) log.write(reason);
  process.exit(status);
}

/** Standard output carries frames alone. */
function keepOutputClean(): void {
  process.stdout.write = () => true;
  for (const name of ['log', 'info', 'debug', 'warn', 'error'] as const) {
    console[name] = (...words: unknown[]) => log.write(words.map(String).join(' '));
  }
}

async function run(): Promise<never> {
  const words = process.argv.slice(2);
  if (!isAllowedCaller(words, ALLOWED_CALLERS))
    leave(EXIT_CALLER, `called by ${words.join(' ').slice(0, 200)}`);
  const place = socketPlace(stateFolder);
  let isFirst = true;
  const reach = async (): Promise<Socket | null> => {
    if (!isFirst) await wait(DYING_MS);
    // A service that leaves in order takes its note away; one that was killed cannot.
    const wasKilled = readNote(place) !== null;
    const launch = isFirst || wasKilled;
    isFirst = false;
    const found = { stateFolder, place, version: manifest.version, launch };
    return reachService(launch ? found : { ...found, timeoutMs: SUCCESSOR_MS });
  };
  const input = new Socket({ fd: 0, readable: true, writable: false });
  const output = new Socket({ fd: 1, readable: false, writable: true });
  const end = await pump({ input, output, reach });
  if (end === 'serviceGone') leave(EXIT_NO_SERVICE, 'no service could be reached');
  leave(0, null);
}

keepOutputClean();
process.on('uncaughtException', (error) => leave(EXIT_NO_SERVICE, error.stack ?? error.message));
run().catch((error: unknown) => leave(EXIT_NO_SERVICE, String(error)));
