/**
 * The process of the service. Decides that there is one per user, what ends it, and with which status; what it does is
 * decided in service.ts.
 *
 * Exit status: 0 it ended in order or another one serves already, 70 a bug, 74 the session cannot be opened.
 */
import { rmSync } from 'node:fs';
import process from 'node:process';
import manifest from '../../package.json' with { type: 'json' };
import { launchMark } from '../launch.ts';
import { openLog } from '../log/rotating-log.ts';
import { listenLocally, type LocalListener } from '../socket/listen.ts';
import type { FileLock } from '../socket/lock.ts';
import { knownPlace } from '../socket/place.ts';
import { makePrivateFolder, stateDir } from '../state-dir.ts';
import { keepPrivate } from '../umask.ts';
import { claimService } from './claim.ts';
import { ServiceLog } from './service-log.ts';
import type { Service } from './service.ts';

const EXIT_BUG = 70;
const EXIT_SESSION = 74;
/** Beyond it the process ends as it is: nothing that was told to anybody is lost by that. */
const STOP_LIMIT_MS = 10_000;

keepPrivate();
const stateFolder = stateDir();
const place = knownPlace(stateFolder, process.argv[2]);
const log = new ServiceLog(
  openLog({ folder: stateFolder, name: 'service', files: 5, bytes: 1024 * 1024 }),
  Date.now,
);

let service: Service | null = null;
let listener: LocalListener | null = null;
let isLeaving = false;
/** Held as long as this process lives: what nobody refers to would be collected, and the lock with it. */
let lock: FileLock | null = null;

function leave(reason: string): void {
  if (isLeaving) return;
  isLeaving = true;
  log.say('notable', 'LEAVING', reason);
  setTimeout(() => {
    log.say('problem', 'LEAVING', 'it took too long');
    process.exit(0);
  }, STOP_LIMIT_MS).unref();
  // A successor may begin to wait now; whoever is connected hears the end.
  listener?.close();
  void (service?.stop() ?? Promise.resolve()).finally(() => {
    lock?.release();
    process.exit(0);
  });
}

async function run(): Promise<void> {
  makePrivateFolder(stateFolder);
  lock = await claimService(stateFolder, place);
  if (lock === null) return;
  // Also when this one fails, the next connector may start another one at once.
  process.once('exit', () => rmSync(launchMark(stateFolder), { force: true }));
  const { startService } = await import('./service.ts');
  const { version } = manifest;
  service = startService({ stateFolder, version, log, now: Date.now, onLeave: leave });
  listener = await listenLocally(place, version, (socket) => service?.accept(socket));
  rmSync(launchMark(stateFolder), { force: true });
  log.say('notable', 'STARTED', `version ${version}, process ${process.pid}, Node ${process.version}`);
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => leave(signal));
process.on('uncaughtException', (error) => {
  // What was told to anybody is in the database; going on with a broken state could harm it.
  log.say('problem', 'BUG', error.stack ?? error.message);
  process.exit(EXIT_BUG);
});
run().catch((error: unknown) => {
  const resource = error instanceof Error && 'resource' in error ? ` (${String(error.resource)})` : '';
  log.say('problem', 'START', `${error instanceof Error ? error.message : String(error)}${resource}`);
  process.exit(EXIT_SESSION);
});
