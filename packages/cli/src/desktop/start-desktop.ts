/**
 * What `pnpm start` does where there is a display: the helper is installed, a browser opens with the extension and shows the
 * manager, and what was named is added. Decides what is said when some of it is not possible.
 */
import { homedir } from 'node:os';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import {
  ALLOWED_CALLERS,
  CHROMIUM_EXTENSION_ID,
  connectorCommand,
  install,
  makeDownloadsFolder,
  thisMachine,
} from '@jstorrent/native-host/install';
import { stateDir } from '@jstorrent/native-host/state-dir';
import { runAdd } from '../commands/add.ts';
import { stopOlderService } from '../commands/service.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { plain } from '../text.ts';
import { findBrowser, hasDisplay, type BrowserWorld, type FoundBrowser } from './find-browser.ts';
import { openBrowser } from './open-browser.ts';

const CONNECTOR = fileURLToPath(new URL('../../../../dist/connector.mjs', import.meta.url));
const EXTENSION = fileURLToPath(new URL('../../../../extension/dist/chrome', import.meta.url));

/** This machine. */
export function thisDesktop(): BrowserWorld {
  return {
    platform: process.platform,
    env: process.env,
    home: homedir(),
    isProgram: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true,
  };
}

/** Why no browser is opened here, in a sentence; null when one can be. */
export function whyNoBrowser(world: BrowserWorld): string | null {
  if (!hasDisplay(world)) return 'There is no display here, so no browser is opened.';
  if (findBrowser(world) === null) {
    return 'No browser was found that can show the extension: install Chromium, Brave, Edge, Vivaldi or Chrome, and start again.';
  }
  return null;
}

/** Where and how it is started. */
export interface DesktopOptions {
  readonly world: BrowserWorld;
  readonly output: Output;
  /** Absolute path of the extension; the one that was built, when absent. */
  readonly extension?: string;
}

/** Install, add `sources`, and open the browser. Rejects with a CliError. */
export async function startDesktop(sources: readonly string[], options: DesktopOptions): Promise<ExitCode> {
  const { world, output, extension = EXTENSION } = options;
  const browser = findBrowser(world);
  if (browser === null) return EXIT.broken;
  makeDownloadsFolder();
  await stopOlderService(output);
  const installed = await install(
    { extensionIds: ALLOWED_CALLERS, ...connectorCommand(CONNECTOR) },
    thisMachine(),
  );
  for (const { outcome, sentence } of installed.browsers)
    if (outcome !== 'skipped') output.line(plain(sentence));
  const added = sources.length === 0 ? EXIT.done : await runAdd(sources, PLAIN_ADD, output);
  const url = `chrome-extension://${CHROMIUM_EXTENSION_ID}/manager.html`;
  if (!browser.loads) return explain(browser, extension, output);
  const profile = join(stateDir(), 'browser');
  await openBrowser({
    program: browser.path,
    extension,
    profile,
    launcher: installed.launcher,
    url,
  });
  output.line(`${browser.name} opens with JSTorrent, in a profile of its own: ${profile}`);
  output.line(
    'To have it in the browser that you use every day, open its extensions page, switch on developer',
  );
  output.line(`mode, and load the unpacked extension from ${extension}`);
  return added;
}

const PLAIN_ADD = {
  stopped: false,
  top: false,
  label: [],
  sequential: false,
  firstLast: false,
  skipCheck: false,
  tracker: [],
  webSeed: [],
  merge: true,
} as const;

/** A browser that loads no extension from the command line is told by its user. */
async function explain(browser: FoundBrowser, extension: string, output: Output): Promise<ExitCode> {
  output.line(`${browser.name} loads extensions only by hand. Three clicks, once:`);
  output.line('  1. Open chrome://extensions and switch on "Developer mode", at the top right.');
  output.line('  2. Click "Load unpacked", at the top left.');
  output.line(`  3. Choose this folder: ${extension}`);
  output.line('The helper is installed; JSTorrent connects by itself.');
  await openPage(browser.path, 'chrome://extensions');
  return EXIT.done;
}

async function openPage(program: string, url: string): Promise<void> {
  const { spawn } = await import('node:child_process');
  const child = spawn(program, [url], { detached: true, stdio: 'ignore' });
  child.on('error', () => {});
  child.unref();
}
