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
import type { Child } from '../harness/child.ts';
import { freePort } from '../harness/ports.ts';
import { until } from '../harness/until.ts';
import type { World } from '../harness/world.ts';
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
  /** Show a page of the extension. */
  open(page: string): Promise<void>;
  /** The value of an expression in the page, as JSON. */
  evaluate<T>(expression: string): Promise<T>;
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
  const bidi = await connect(port, child);
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
  const { contexts } = (await bidi('browsingContext.getTree', {})) as { contexts: { context: string }[] };
  const context = contexts[0]?.context ?? '';
  return {
    home,
    downloads: join(home, 'Downloads'),
    open: async (page) => {
      await bidi('browsingContext.navigate', {
        context,
        url: `moz-extension://${ORIGIN_ID}/${page}`,
        wait: 'complete',
      });
    },
    evaluate: async <T>(expression: string): Promise<T> => {
      const answer = (await bidi('script.evaluate', {
        expression: `Promise.resolve(${expression}).then((value) => JSON.stringify(value ?? null))`,
        target: { context },
        awaitPromise: true,
        userActivation: true,
      })) as { type: string; result?: { value?: string }; exceptionDetails?: { text: string } };
      if (answer.type !== 'success') throw new Error(answer.exceptionDetails?.text ?? 'the page failed');
      return JSON.parse(answer.result?.value ?? 'null') as T;
    },
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

type Bidi = (method: string, params: object) => Promise<unknown>;

/** Speak BiDi with a Firefox that is starting. */
async function connect(port: number, child: Child): Promise<Bidi> {
  const socket = await until('firefox listens', async () => {
    if (child.ended !== null) throw child.error('has ended');
    const attempt = new WebSocket(`ws://127.0.0.1:${port}/session`);
    const isOpen = await new Promise<boolean>((resolve) => {
      attempt.addEventListener('open', () => resolve(true));
      attempt.addEventListener('error', () => resolve(false));
    });
    return isOpen ? attempt : undefined;
  });
  const pending = new Map<number, PromiseWithResolvers<unknown>>();
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as {
      id?: number;
      type: string;
      result?: unknown;
      message?: string;
    };
    const call = pending.get(answer.id ?? -1);
    if (answer.type === 'error') call?.reject(new Error(answer.message));
    else call?.resolve(answer.result);
  });
  let last = 0;
  return (method, params) => {
    last += 1;
    const call = Promise.withResolvers<unknown>();
    pending.set(last, call);
    socket.send(JSON.stringify({ id: last, method, params }));
    return call.promise;
  };
}
