/**
 * A real Firefox with the built extension, headless, spoken to in WebDriver BiDi. Decides how it is started and which few of
 * its commands are used; what is tested is decided by tests.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { freePort } from '../harness/ports.ts';
import { until } from '../harness/until.ts';
import type { World } from '../harness/world.ts';
import { BidiPage, connectBidi, newPage, pageAt, type Bidi } from './bidi.ts';
import { envOf, writeLauncher } from './chromium.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PROGRAM = '/usr/bin/firefox-esr';
const EXTENSION_ID = 'jstorrent@jstorrent.com';
/** Firefox gives each extension an address of its own; here it is this one. */
const ORIGIN_ID = '7b1f5d6e-3c64-4c0b-9f0a-5d2f6b7a8c91';

/** A Firefox and its session. */
export interface Firefox {
  readonly home: string;
  readonly downloads: string;
  /** Show a page of the extension, or of the web, in a tab of its own. */
  open(address: string): Promise<BidiPage>;
  /** A page of the extension that opens by itself. */
  page(name: string): Promise<BidiPage>;
  /** Say yes to what Firefox itself asks over a page of the web. */
  agree(): Promise<void>;
  /** The command line on the same session; its output. */
  cli(...words: readonly string[]): string;
}

/** Whether it can be started here. */
export const firefox = {
  name: 'firefox',
  apt: 'firefox-esr',
  isInstalled: () => existsSync(PROGRAM),
};

/** Build the extension for Firefox; its folder. */
export function buildForFirefox(): string {
  const folder = mkdtempSync(join(tmpdir(), 'jstorrent-firefox-'));
  const extension = join(ROOT, 'extension');
  execFileSync(
    process.execPath,
    [join(extension, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'],
    {
      cwd: extension,
      env: { ...process.env, BROWSER: 'firefox', OUT_DIR: folder },
    },
  );
  return folder;
}

/** Start it with an extension, which stands in a folder. */
export async function startFirefox(world: World, extension: string): Promise<Firefox> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'jstorrent-firefox-home-')));
  for (const name of ['state', 'Downloads', 'profile']) mkdirSync(join(home, name), { mode: 0o700 });
  tellHost(home);
  const uuids = JSON.stringify(JSON.stringify({ [EXTENSION_ID]: ORIGIN_ID }));
  const prefs = [
    `user_pref("extensions.webextensions.uuids", ${uuids});`,
    'user_pref("app.normandy.enabled", false);',
    'user_pref("browser.shell.checkDefaultBrowser", false);',
    'user_pref("datareporting.policy.dataSubmissionEnabled", false);',
    'user_pref("extensions.getAddons.cache.enabled", false);',
  ];
  writeFileSync(join(home, 'profile/user.js'), `${prefs.join('\n')}\n`);
  // The user chose JSTorrent for magnet links, when Firefox asked.
  const handler = { name: 'JSTorrent', uriTemplate: `moz-extension://${ORIGIN_ID}/magnet.html?u=%s` };
  const handlers = { schemes: { magnet: { action: 2, handlers: [handler] } } };
  writeFileSync(
    join(home, 'profile/handlers.json'),
    JSON.stringify({ defaultHandlersVersion: {}, mimeTypes: {}, ...handlers }),
  );
  const port = await freePort();
  const args = [
    '--headless',
    '--no-remote',
    `--remote-debugging-port=${port}`,
    '--remote-allow-system-access',
  ];
  const child = world.start({
    name: 'firefox',
    file: PROGRAM,
    args: [...args, '--profile', join(home, 'profile'), 'about:blank'],
    env: {
      HOME: home,
      JSTORRENT_HOME: join(home, 'state'),
      XDG_RUNTIME_DIR: '',
      XDG_CONFIG_HOME: '',
      MOZ_HEADLESS: '1',
    },
  });
  const bidi = await connectBidi(port, child);
  world.atEnd(() => {
    const stop = (): string =>
      execFileSync(process.execPath, [join(ROOT, 'dist/cli.mjs'), 'service', 'stop'], {
        env: envOf(home),
        encoding: 'utf8',
      });
    stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    return Promise.resolve();
  });
  await bidi('session.new', { capabilities: {} });
  await bidi('webExtension.install', { extensionData: { type: 'path', path: extension } });
  const addressOf = (page: string): string => `moz-extension://${ORIGIN_ID}/${page}`;
  return {
    home,
    downloads: join(home, 'Downloads'),
    open: async (address) => {
      const page = await newPage(bidi);
      await page.goto(address.startsWith('http') ? address : addressOf(address));
      return page;
    },
    agree: () => agree(bidi),
    page: (name) => pageAt(bidi, addressOf(name)),
    cli: (...words) =>
      execFileSync(process.execPath, [join(ROOT, 'dist/cli.mjs'), ...words], {
        env: envOf(home),
        encoding: 'utf8',
      }),
  };
}

function tellHost(home: string): void {
  const folder = join(home, '.mozilla/native-messaging-hosts');
  mkdirSync(folder, { recursive: true });
  const manifest = {
    name: 'com.jstorrent.host',
    description: 'JSTorrent',
    path: writeLauncher(home),
    type: 'stdio',
    allowed_extensions: [EXTENSION_ID],
  };
  writeFileSync(join(folder, 'com.jstorrent.host.json'), JSON.stringify(manifest));
}

const AGREE = `(() => {
  const dialogs = gBrowser.getTabDialogBox(gBrowser.selectedBrowser).getTabDialogManager()._dialogs;
  const yes = dialogs[0]?._frame.contentDocument.querySelector('dialog')?.getButton('accept');
  if (yes === undefined || yes.disabled) return false;
  yes.click();
  return true;
})()`;

/** Its own windows are pages to it too; a button can be pressed when it has been in view for a moment. */
async function agree(bidi: Bidi): Promise<void> {
  const { contexts } = (await bidi('browsingContext.getTree', { 'moz:scope': 'chrome' })) as {
    contexts: { context: string }[];
  };
  const window = new BidiPage(bidi, contexts[0]?.context ?? '');
  await until('Firefox asks', async () => ((await window.evaluate(AGREE)) === true ? true : undefined));
}
