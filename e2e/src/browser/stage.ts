/**
 * What a test in a browser has: the browser with its session, a web site with links, and seeds of what is linked. Decides how
 * these know of each other.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Page } from 'playwright-core';
import { until } from '../harness/until.ts';
import { answerWeb } from '../harness/web-server.ts';
import type { World } from '../harness/world.ts';
import { startBrowser, type Browser, type BrowserOptions } from './chromium.ts';
import { buildAllowed } from './test-build.ts';

/** A browser that ends with the test. */
export async function openBrowser(world: World, options: BrowserOptions = {}): Promise<Browser> {
  const browser = await startBrowser(options);
  world.atEnd(async () => {
    if (PICTURES !== undefined) await takePictures(browser, PICTURES);
    await browser.clear();
  });
  return browser;
}

/** Where to put a picture of every page as a test leaves it, to look at when it failed. */
const PICTURES = process.env['PICTURES'];

async function takePictures(browser: Browser, folder: string): Promise<void> {
  for (const [at, page] of browser.context.pages().entries()) {
    const name = page
      .url()
      .replace(/^.*\//, '')
      .replaceAll(/[^\w.-]/g, '-');
    await page
      .screenshot({ path: join(folder, `${browser.home.slice(-6)}-${at}-${name}.png`), timeout: 10_000 })
      .catch(() => {});
  }
}

/** A build in which every permission is given, as by a user who allowed all; it goes with the test. */
export function allowedBuild(world: World): string {
  const build = buildAllowed(ALLOWED);
  world.atEnd(() => Promise.resolve(build.remove()));
  return build.folder;
}

/** What such a build adds to its manifest, for files whose tests share one. */
export const ALLOWED = {
  host_permissions: ['*://*/*'],
  permissions: [
    'nativeMessaging',
    'storage',
    'contextMenus',
    'alarms',
    'activeTab',
    'scripting',
    'downloads',
    'notifications',
  ],
};

/** A web site of one page that links to torrents; its address. Each name in `files` is a path on this machine. */
export async function openSite(world: World, links: Readonly<Record<string, string>>): Promise<string> {
  const anchors = Object.entries(links).map(([name, target]) => {
    const href = target.startsWith('magnet:') ? target : `/${encodeURIComponent(name)}.torrent`;
    return `<p><a href="${href.replaceAll('&', '&amp;')}">${name}</a></p>`;
  });
  return answerWeb(world, (request, response) => {
    const name = decodeURIComponent((request.url ?? '').slice(1)).replace(/\.torrent$/, '');
    const file = links[name];
    if (file === undefined || file.startsWith('magnet:')) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      return void response.end(`<!doctype html><title>Films</title>${anchors.join('')}`);
    }
    response.writeHead(200, { 'content-type': 'application/x-bittorrent' });
    response.end(readFileSync(file));
  });
}

/** Let the browser download a .torrent file, as from a link on a web site. */
export async function download(
  world: World,
  { context }: Browser,
  file: string,
  name: string,
): Promise<void> {
  const url = await answerWeb(world, (_, response) => {
    response.setHeader('content-disposition', `attachment; filename="${name}"`);
    response.setHeader('content-type', 'application/x-bittorrent');
    response.end(readFileSync(file));
  });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Browser.setDownloadBehavior', { behavior: 'default' });
  // What becomes a download is no page.
  await page.goto(`${url}get`).catch(() => {});
}

/** What the worker of the extension says to an expression. */
export async function askWorker<T>(browser: Browser, expression: string): Promise<T> {
  const [worker] = browser.context.serviceWorkers();
  const running = worker ?? (await browser.context.waitForEvent('serviceworker'));
  return running.evaluate(expression) as Promise<T>;
}

/** The next page of the extension that opens by itself, whose address begins so. */
export async function nextPage(browser: Browser, begin: string): Promise<Page> {
  const isIt = (page: Page): boolean => page.url().includes(`/${begin}`);
  const page = await until(`${begin} opens`, () => Promise.resolve(browser.context.pages().find(isIt)));
  await page.waitForLoadState();
  return page;
}

/** One torrent of the list, as the command line tells it. */
export interface Listed {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly labels: readonly string[];
  readonly bytesLeft: number;
  readonly totalLength: number;
  readonly queuePosition: number;
}

/** The torrents of a session, in the order of the queue. */
export function listed(browser: Browser): readonly Listed[] {
  const rows = JSON.parse(browser.cli('list', '--json')) as Listed[];
  return rows.toSorted((a, b) => a.queuePosition - b.queuePosition);
}

/** Put a text into the clipboard, as a person does: it is marked somewhere and copied. */
export async function copyText(browser: Browser, text: string): Promise<void> {
  const page = await browser.context.newPage();
  await page.setContent('<textarea aria-label="Note"></textarea>');
  await page.getByLabel('Note').fill(text);
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Control+C');
  await page.close();
}

/** Stop the worker of the extension as the browser does when nothing happens; `page` is one of the extension's. */
export async function stopWorker(browser: Browser, page: Page): Promise<void> {
  const cdp = await browser.context.newCDPSession(page);
  const states: string[] = [];
  const stopped = Promise.withResolvers<void>();
  cdp.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
    states.push(...versions.map(({ runningStatus }) => runningStatus));
    if (states.at(-1) === 'stopped') stopped.resolve();
  });
  await cdp.send('ServiceWorker.enable');
  await cdp.send('ServiceWorker.stopAllWorkers');
  await stopped.promise;
  await cdp.detach();
}

/** A page of the extension in a window of its own; `from` is one that is open. */
export async function nextWindow(browser: Browser, from: Page, name: string): Promise<Page> {
  const [page] = await Promise.all([
    browser.context.waitForEvent('page'),
    from.evaluate(`chrome.windows.create({ url: ${JSON.stringify(name)} })`),
  ]);
  await page.waitForLoadState();
  return page;
}
