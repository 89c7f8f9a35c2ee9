/**
 * What a test in a browser has: the browser with its session, a web site with links, and seeds of what is linked. Decides how
 * these know of each other.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import type { World } from '../harness/world.ts';
import { startBrowser, type Browser, type BrowserOptions } from './chromium.ts';
import { buildAllowed } from './test-build.ts';

/** A browser that ends with the test. */
export async function openBrowser(world: World, options: BrowserOptions = {}): Promise<Browser> {
  const browser = await startBrowser(options);
  world.atEnd(() => browser.clear());
  return browser;
}

/** A build in which every permission is given, as by a user who allowed all; it goes with the test. */
export function allowedBuild(world: World): string {
  const build = buildAllowed({ host_permissions: ['*://*/*'], permissions: PERMISSIONS });
  world.atEnd(() => Promise.resolve(build.remove()));
  return build.folder;
}

const PERMISSIONS = [
  'nativeMessaging',
  'storage',
  'contextMenus',
  'alarms',
  'activeTab',
  'scripting',
  'downloads',
  'notifications',
];

/** A web site of one page that links to torrents; its address. Each name in `files` is a path on this machine. */
export async function openSite(world: World, links: Readonly<Record<string, string>>): Promise<string> {
  const anchors = Object.entries(links).map(([name, target]) => {
    const href = target.startsWith('magnet:') ? target : `/${encodeURIComponent(name)}.torrent`;
    return `<p><a href="${href.replaceAll('&', '&amp;')}">${name}</a></p>`;
  });
  const server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? '').slice(1)).replace(/\.torrent$/, '');
    const file = links[name];
    if (file === undefined || file.startsWith('magnet:')) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      return void response.end(`<!doctype html><title>Films</title>${anchors.join('')}`);
    }
    response.writeHead(200, { 'content-type': 'application/x-bittorrent' });
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  world.atEnd(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
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
  const there = browser.context.pages().find(isIt);
  if (there !== undefined) return there;
  const page = await browser.context.waitForEvent('page', { predicate: isIt, timeout: 20_000 });
  await page.waitForLoadState();
  return page;
}
