/** `jstorrent install`, `uninstall` and `doctor`: what browsers and the desktop know of JSTorrent, and whether it works. */
import { fileURLToPath } from 'node:url';
import {
  ALLOWED_CALLERS,
  BROWSER_IDS,
  connectorCommand,
  doctor,
  familyOf,
  install,
  installHandler,
  makeDownloadsFolder,
  programCommand,
  realProbes,
  thisMachine,
  uninstall,
  uninstallHandler,
  type BrowserId,
  type BrowserOutcome,
  type Check,
  type HandlerOutcome,
} from '@jstorrent/native-host/install';
import { socketPlace } from '@jstorrent/native-host/socket-place';
import { diskError, EXIT, usageError, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { findService, useLink } from '../service/link.ts';
import type { Style } from '../table.ts';
import { plain } from '../text.ts';
import { styleText } from 'node:util';
import { stopOlderService } from './service.ts';

/** What browsers start, what keeps the torrents, what touches the disk, and this program. */
const CONNECTOR = fileURLToPath(new URL('../../../../native-host/src/connector/main.ts', import.meta.url));
const SERVICE = fileURLToPath(new URL('../../../../native-host/src/service/main.ts', import.meta.url));
const DAEMON = fileURLToPath(new URL('../../../../io-daemon/src/main.ts', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../main.ts', import.meta.url));
/** The sources run without a warning that would go to the browser's log. */
const FLAGS = ['--disable-warning=ExperimentalWarning'] as const;

/** Options of `install`. */
export interface InstallOptions {
  /** None = those that are used here. */
  readonly browser: readonly string[];
  /** Beside those of JSTorrent. */
  readonly extensionId: readonly string[];
  /** Magnet links and .torrent files are opened by JSTorrent. */
  readonly handler: boolean;
}

/** Make the host known to browsers, and this program to the desktop if wished. */
export async function runInstall(options: InstallOptions, output: Output): Promise<ExitCode> {
  const browsers = options.browser.map(toBrowser);
  const extensionIds = withOurs(options.extensionId);
  return onDisk(async () => {
    const world = thisMachine();
    makeDownloadsFolder();
    await stopOlderService(output);
    const installed = await install(
      {
        ...(browsers.length === 0 ? {} : { browsers }),
        extensionIds,
        ...connectorCommand(CONNECTOR),
      },
      world,
    );
    const handler = options.handler ? await installHandler(programCommand(FLAGS, PROGRAM), world) : null;
    output.event({ ...installed, handler });
    return tellOutcomes(installed.browsers, handler, output);
  });
}

/** Undo `install`. The torrents stay. */
export function runUninstall(output: Output): Promise<ExitCode> {
  return onDisk(async () => {
    const world = thisMachine();
    const browsers = await uninstall(world);
    const handler = await uninstallHandler(world);
    output.event({ browsers, handler });
    return tellOutcomes(browsers, handler, output);
  });
}

function tellOutcomes(
  browsers: readonly BrowserOutcome[],
  handler: HandlerOutcome | null,
  output: Output,
): ExitCode {
  for (const { sentence } of browsers) output.line(plain(sentence));
  if (handler !== null) output.line(plain(handler.sentence));
  const isFailed = [...browsers, ...(handler === null ? [] : [handler])].some(
    ({ outcome }) => outcome === 'failed',
  );
  return isFailed ? EXIT.disk : EXIT.done;
}

const MARKS = {
  ok: ['ok', 'green'],
  warn: ['warning', 'yellow'],
  bad: ['bad', 'red'],
} as const satisfies Record<Check['status'], readonly [string, Style]>;

/** Look whether everything is where it belongs; exit code 1 when something does not work. */
export async function runDoctor(output: Output): Promise<ExitCode> {
  const world = thisMachine();
  const link = await findService({ launch: false, timeoutMs: 0 }).catch(() => null);
  const status =
    link === null ? null : await useLink(link, () => link.call('service.status', {})).catch(() => null);
  const files = [CONNECTOR, SERVICE, DAEMON, PROGRAM];
  const probes = realProbes({
    stateFolder: world.stateFolder,
    place: socketPlace(world.stateFolder),
    files,
  });
  const checks = await doctor({
    world,
    probes,
    port: status === null || status.port === 0 ? null : status.port,
  });
  output.event(checks);
  for (const { status: how, sentence, fix } of checks) {
    const [word, style] = MARKS[how];
    const mark = output.hasColors ? styleText(style, word, { validateStream: false }) : word;
    output.line(`${mark}${' '.repeat(9 - word.length)}${plain(sentence)}`);
    if (fix !== null) output.line(`${' '.repeat(9)}${plain(fix)}`);
  }
  return checks.some(({ status: how }) => how === 'bad') ? EXIT.broken : EXIT.done;
}

function toBrowser(name: string): BrowserId {
  const browser = BROWSER_IDS.find((id) => id === name.toLowerCase());
  if (browser === undefined) throw usageError(`a browser is ${BROWSER_IDS.join(', ')}, not "${name}"`);
  return browser;
}

function withOurs(ids: readonly string[]): Readonly<Record<'chromium' | 'firefox', readonly string[]>> {
  const all = {
    chromium: [...ALLOWED_CALLERS.chromium] as string[],
    firefox: [...ALLOWED_CALLERS.firefox] as string[],
  };
  for (const id of ids) {
    const family = familyOf(id);
    if (family === null) {
      const text =
        'has 32 letters from a to p, or for Firefox looks like name@example.org or a UUID in braces';
      throw usageError(`the id of an extension ${text}, not "${id}"`);
    }
    all[family].push(id);
  }
  return all;
}

async function onDisk(run: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await run();
  } catch (error) {
    const path = error instanceof Error && 'path' in error ? String(error.path) : thisMachine().stateFolder;
    throw diskError(path, error);
  }
}
