/** `jstorrent service`: the program in the background that keeps the torrents. */
import { setTimeout as wait } from 'node:timers/promises';
import { isAlive } from '@jstorrent/native-host/is-alive';
import { CliError, EXIT, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { findService, useLink, withService, type ServiceLink } from '../service/link.ts';
import { factLines } from '../table.ts';
import { count, formatBytes, formatTime, plain } from '../text.ts';

/** Between two looks whether a process is gone. */
const LOOK_MS = 20;
/** The service ends itself within ten seconds. */
const GONE_MS = 15_000;

/** Say whether the service runs, and how. */
export async function runServiceStatus(output: Output): Promise<ExitCode> {
  const link = await findService({ launch: false, timeoutMs: 0 });
  if (link === null) {
    output.event({ running: false });
    output.line('The service does not run; it starts when it is needed.');
    return EXIT.done;
  }
  return useLink(link, () => tellStatus(link, output));
}

/** Start the service unless it runs. */
export function runServiceStart(output: Output): Promise<ExitCode> {
  return withService((link) => tellStatus(link, output));
}

/** End the service in order, and wait until it is gone. */
export async function runServiceStop(output: Output): Promise<ExitCode> {
  const didRun = await endService();
  output.event({ running: false });
  output.line(didRun ? 'The service has ended.' : 'The service did not run.');
  return EXIT.done;
}

/** Of any version. Gives whether one ran. */
async function endService(): Promise<boolean> {
  const link = await findService({ launch: false, timeoutMs: 0, older: true });
  if (link === null) return false;
  await useLink(link, async () => {
    const { pid } = await link.call('service.status', {});
    await link.call('service.stop', {});
    await untilGone(pid);
  });
  return true;
}

/** End a service that this version cannot speak to; the next one takes its torrents over. For who sets a new version up. */
export async function stopOlderService(output: Output): Promise<void> {
  try {
    (await findService({ launch: false, timeoutMs: 0 }))?.close();
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'VERSION_TOO_NEW') throw error;
    await endService();
    output.line('An older service has ended; its torrents go on with this version.');
  }
}

async function tellStatus(link: ServiceLink, output: Output): Promise<ExitCode> {
  const status = await link.call('service.status', {});
  output.event({ running: true, ...status });
  const daemon = status.daemonMemoryBytes === null ? '' : ` and ${formatBytes(status.daemonMemoryBytes)}`;
  const facts = factLines([
    [
      'Service',
      `version ${plain(status.version)}, process ${status.pid}, since ${formatTime(status.startedAt)}`,
    ],
    ['Io-daemon', status.daemonPid === null ? 'starting' : `process ${status.daemonPid}`],
    ['Memory', `${formatBytes(status.memoryBytes)}${daemon}`],
    ['Torrents', `${status.active} active`],
    ['Front ends', count(status.clients, 'connection')],
    ['Port', status.port === 0 ? 'none' : String(status.port)],
    ['State', plain(status.stateFolder)],
    ['Problem', status.storeProblem === null ? null : plain(status.storeProblem)],
  ]);
  for (const line of facts) output.line(line);
  return EXIT.done;
}

async function untilGone(pid: number): Promise<void> {
  const endMs = performance.now() + GONE_MS;
  while (isAlive(pid)) {
    if (performance.now() > endMs) {
      throw new CliError(
        EXIT.broken,
        'TIMED_OUT',
        `the service (process ${pid}) does not end; end it by its number`,
      );
    }
    await wait(LOOK_MS);
  }
}
