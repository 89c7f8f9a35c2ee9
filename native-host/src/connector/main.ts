/**
 * The connector: what a browser starts to talk to the service of this user. Decides the life of its process: who may
 * call, that nothing but frames comes out, and with which status it ends. It holds nothing; the service does.
 *
 * With `--open LINK` it hands a link or a file to the service instead, as the system's program for them.
 *
 * Exit status: 0 the browser or the service said farewell, 64 called by somebody else, 66 what was to be opened cannot be,
 * 69 no service could be reached.
 */
import { Socket } from 'node:net';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import manifest from '../../package.json' with { type: 'json' };
import { openLog } from '../log/rotating-log.ts';
import { socketPlace } from '../socket/place.ts';
import { stateDir } from '../state-dir.ts';
import { allowedCallers } from './callers.ts';
import { isAllowedCaller } from './origin.ts';
import { pump } from './pump.ts';
import { readNote } from '../socket/connect.ts';
import { reachService } from './reach.ts';

const EXIT_CALLER = 64;
const EXIT_NOT_OPENED = 66;
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

/** Standard error is the system's log, or a terminal. */
async function open(text: string): Promise<never> {
  const { openableOf, requestOpening } = await import('./open.ts');
  const fail = (status: number, why: string): never => {
    process.stderr.write(`JSTorrent cannot open this: ${why}\n`);
    leave(status, `--open: ${why}`);
  };
  let source: object;
  try {
    source = openableOf(text);
  } catch (error) {
    return fail(EXIT_NOT_OPENED, String(error));
  }
  const place = socketPlace(stateFolder);
  const { version } = manifest;
  const socket = await reachService({ stateFolder, place, version, launch: true });
  if (socket === null) return fail(EXIT_NO_SERVICE, 'no service could be reached');
  const why = await requestOpening(socket, source, version);
  return why === null ? leave(0, null) : fail(EXIT_NOT_OPENED, why);
}

async function run(): Promise<never> {
  const words = process.argv.slice(2);
  const [first, link] = words;
  if (first === '--open' && link !== undefined && words.length === 2) return open(link);
  if (
    !isAllowedCaller(
      words,
      allowedCallers(stateFolder, (why) => log.write(why)),
    )
  )
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
