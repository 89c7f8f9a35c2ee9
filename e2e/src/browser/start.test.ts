/** What a person types first: `pnpm start`, with a browser that loads extensions, at first and again. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from '../harness/world.ts';
import { browserPath, envOf, EXTENSION_ID, readPid } from './chromium.ts';

const START = fileURLToPath(new URL('../../../packages/cli/src/start.ts', import.meta.url));
const MAGNET = 'magnet:?xt=urn:btih:08ada5a7a6183aae1e09d831df6748d566095a10&dn=A+film';
const SOON = { timeout: 30_000 };

test('start opens a browser that shows the manager, with what was named in it', async ({ world }) => {
  const home = world.newFolder('home');
  mkdirSync(join(home, 'state'), { mode: 0o700 });
  // The browser of the system, where no window can be seen.
  const program = join(home, 'browser.sh');
  writeFileSync(
    program,
    `#!/bin/sh\nexec '${browserPath()}' --headless=new --no-sandbox --disable-gpu --remote-debugging-port=0 "$@"\n`,
  );
  chmodSync(program, 0o755);
  const env = { ...envOf(home), CHROMIUM: program, DISPLAY: ':none' };
  const start = (...words: string[]): string =>
    execFileSync(process.execPath, [START, ...words], { env, cwd: home, encoding: 'utf8' });
  world.atEnd(() => {
    const pid = readPid(home);
    if (pid !== null) process.kill(pid, 'SIGKILL');
    return Promise.resolve();
  });

  expect(start()).toContain('opens with JSTorrent');
  let browser = await connect(home);
  world.atEnd(() => quit(browser));
  await expect.poll(() => text(browser, 'manager.html'), SOON).toContain('No torrents yet');
  expect(await text(browser, 'manager.html')).toContain('paste with Ctrl V.');
  await expect.poll(() => text(browser, 'setup.html'), SOON).toContain('The helper is here');
  await quit(browser);

  rmSync(noteOf(home));
  start(MAGNET);
  browser = await connect(home);
  await expect.poll(() => text(browser, 'manager.html'), SOON).toContain('A film');
  expect(shown(browser, 'setup.html')).toBeUndefined();
});

/** Where a browser says how it is joined. */
const noteOf = (home: string): string => join(home, 'state/browser/DevToolsActivePort');

/** Join the browser that was started with the session's own profile. */
async function connect(home: string): Promise<Browser> {
  const note = noteOf(home);
  await expect.poll(() => existsSync(note) && readFileSync(note, 'utf8').includes('/'), SOON).toBe(true);
  const [port, path] = readFileSync(note, 'utf8').split('\n');
  return chromium.connectOverCDP(`ws://127.0.0.1:${port}${path}`);
}

const shown = (browser: Browser, name: string): Page | undefined =>
  browser
    .contexts()
    .flatMap((context) => context.pages())
    .find((page) => page.url() === `chrome-extension://${EXTENSION_ID}/${name}`);

const text = async (browser: Browser, name: string): Promise<string> =>
  (await shown(browser, name)?.innerText('body')) ?? '';

async function quit(browser: Browser): Promise<void> {
  if (!browser.isConnected()) return;
  const line = await browser.newBrowserCDPSession();
  const over = new Promise((resolve) => browser.once('disconnected', resolve));
  await line.send('Browser.close').catch(() => {});
  await over;
}
