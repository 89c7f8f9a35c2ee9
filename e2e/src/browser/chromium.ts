/**
 * A real Chromium with the built extension, and a session of its own for the helper: a state folder, a folder for
 * downloads, the real connector. Decides how they are joined; what is done with them is decided by tests.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** The built extension. */
export const EXTENSION = join(ROOT, 'extension/dist/chrome');
/** Its id, which the key in its manifest fixes. */
export const EXTENSION_ID = 'ajmmbpnamdbcjcbhjafkchdoaaahdodc';
const HOST = 'com.jstorrent.host';

/** How a browser is started. */
export interface BrowserOptions {
  /** Language of its interface, as `de` or `ar`. */
  readonly lang?: string;
  /** Whether the helper is installed at first. */
  readonly helper?: boolean;
  /** A session of another browser that is shared: its folder. */
  readonly home?: string;
  readonly colorScheme?: 'light' | 'dark';
  readonly viewport?: { readonly width: number; readonly height: number };
  /** The extension to load, when it is not the usual build. */
  readonly extension?: string;
  /** Its profile, below the folder of the session; a new one if not given. */
  readonly profile?: string;
}

/** How the helper is made known to a browser. */
export interface HelperInstall {
  /** What is started; the connector of this checkout if not given. */
  readonly program?: string;
  /** Id of the extension that may start it; ours if not given. */
  readonly caller?: string;
}

/** A browser and its session. */
export interface Browser {
  readonly context: BrowserContext;
  /** Folder of the session: `state` and `Downloads` are in it. */
  readonly home: string;
  readonly downloads: string;
  /** Its profile. */
  readonly profile: string;
  /** Open a page of the extension: `manager.html`, `popup.html#x`. */
  open(page: string): Promise<Page>;
  /** Run the command line on the same session; its output. */
  cli(...words: readonly string[]): string;
  /** Install the helper for this browser, or take it away. */
  installHelper(how?: HelperInstall): void;
  removeHelper(): void;
  /** Paths that were opened with the system's program, oldest first. */
  opened(): readonly string[];
  /** Process of the service, or null. */
  servicePid(): number | null;
  /** Close the browser alone. */
  quit(): Promise<void>;
  /** Start it again with the same profile. */
  restart(): Promise<Browser>;
  /** Close everything and delete it. */
  clear(): Promise<void>;
}

/** Environment of all programs of a session. */
export function envOf(home: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    HOME: home,
    JSTORRENT_HOME: join(home, 'state'),
    PATH: `${join(home, 'bin')}:${process.env['PATH']}`,
  };
  for (const name of ['XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_RUNTIME_DIR']) delete env[name];
  return env;
}

/** Start a browser. */
export async function startBrowser(options: BrowserOptions = {}): Promise<Browser> {
  const home = options.home ?? realpathSync(mkdtempSync(join(tmpdir(), 'jstorrent-browser-')));
  for (const folder of ['state', 'Downloads'])
    mkdirSync(join(home, folder), { recursive: true, mode: 0o700 });
  writeOpener(home);
  const profile =
    options.profile === undefined ? mkdtempSync(join(home, 'profile-')) : join(home, options.profile);
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  if (options.helper !== false) writeManifest(home, profile);
  return launch(home, profile, options, []);
}

/** `started`: all windows of this profile so far, which end together. */
async function launch(
  home: string,
  profile: string,
  options: BrowserOptions,
  started: BrowserContext[],
): Promise<Browser> {
  const extension = options.extension ?? EXTENSION;
  if (!existsSync(join(extension, 'manifest.json'))) throw new Error(`${extension} is not built`);
  const lang = options.lang ?? 'en-US';
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: browserPath(),
    headless: true,
    locale: lang,
    colorScheme: options.colorScheme ?? 'light',
    viewport: options.viewport ?? { width: 1400, height: 860 },
    env: { ...envOf(home), LANGUAGE: lang } as Record<string, string>,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--lang=${lang}`,
      `--disable-extensions-except=${extension}`,
      `--load-extension=${extension}`,
    ],
  });
  started.push(context);
  const servicePid = (): number | null => readPid(home);
  const browser: Browser = {
    context,
    home,
    downloads: join(home, 'Downloads'),
    profile,
    open: async (page) => {
      const opened = await context.newPage();
      await opened.goto(`chrome-extension://${EXTENSION_ID}/${page}`);
      return opened;
    },
    cli: (...words) =>
      execFileSync(process.execPath, [join(ROOT, 'dist/cli.mjs'), ...words], {
        env: envOf(home),
        encoding: 'utf8',
        // A torrent may have very many files.
        maxBuffer: 64 * 1024 * 1024,
      }),
    installHelper: (how) => writeManifest(home, profile, how),
    opened: () => readLines(join(home, 'opened')),
    removeHelper: () => rmSync(join(profile, 'NativeMessagingHosts'), { recursive: true, force: true }),
    servicePid,
    quit: () => context.close(),
    restart: () => launch(home, profile, options, started),
    clear: async () => {
      for (const one of started) await one.close().catch(() => {});
      const pid = servicePid();
      if (pid !== null) process.kill(pid, 'SIGKILL');
      while (pid !== null && isAlive(pid)) await wait(20);
      if (options.home === undefined) rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return browser;
}

/** The browser of the system. */
export function browserPath(): string {
  const given = process.env['CHROMIUM'];
  const found = [given, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
    (path) => path !== undefined && existsSync(path),
  );
  if (found === undefined)
    throw new Error('no Chromium was found: install the package chromium, or name it in CHROMIUM');
  return found;
}

/** Write what browsers start for a session; its path. */
export function writeLauncher(home: string): string {
  const launcher = join(home, 'native-host.sh');
  const connector = join(ROOT, 'dist/connector.mjs');
  writeFileSync(
    launcher,
    `#!/bin/sh\nexport HOME='${home}' JSTORRENT_HOME='${join(home, 'state')}'\nunset XDG_RUNTIME_DIR\nexport PATH='${join(home, 'bin')}':"$PATH"\nexec '${process.execPath}' '${connector}' "$@"\n`,
  );
  chmodSync(launcher, 0o755);
  return launcher;
}

/** Make the helper known to a browser with this profile. */
export function writeManifest(home: string, profile: string, how: HelperInstall = {}): void {
  const folder = join(profile, 'NativeMessagingHosts');
  mkdirSync(folder, { recursive: true });
  const manifest = {
    name: HOST,
    description: 'JSTorrent',
    path: how.program ?? writeLauncher(home),
    type: 'stdio',
    allowed_origins: [`chrome-extension://${how.caller ?? EXTENSION_ID}/`],
  };
  writeFileSync(join(folder, `${HOST}.json`), JSON.stringify(manifest));
}

/** Process of the service of a session, or null. */
export function readPid(home: string): number | null {
  const folder = join(home, 'state', 'run');
  const note = existsSync(folder) ? readdirSync(folder).find((name) => name.endsWith('.json')) : undefined;
  if (note === undefined) return null;
  const { pid } = JSON.parse(readFileSync(join(folder, note), 'utf8')) as { pid: number };
  return isAlive(pid) ? pid : null;
}

/** Stands for the system's opener, which would show a window: notes what it is asked to open. */
function writeOpener(home: string): void {
  mkdirSync(join(home, 'bin'), { recursive: true });
  const opener = join(home, 'bin/xdg-open');
  writeFileSync(opener, `#!/bin/sh\nprintf '%s\\n' "$1" >> '${join(home, 'opened')}'\n`);
  chmodSync(opener, 0o755);
}

function readLines(file: string): readonly string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
