/** The background worker in a real browser: what it announces, and what is left of it when the browser stops it. */
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Torrent } from '../clients/client.ts';
import { create, seed } from '../clients/jstorrent.ts';
import { writeFile } from '../harness/content.ts';
import { test, type World } from '../harness/world.ts';
import { startBrowser, type Browser } from './chromium.ts';
import { download, stopWorker } from './stage.ts';
import { buildAllowed, type TestBuild } from './test-build.ts';

const SOON = { timeout: 30_000 };
const MAGNET = 'magnet:?xt=urn:btih:08ada5a7a6183aae1e09d831df6748d566095a10&dn=Sintel';
const PERMISSIONS = ['nativeMessaging', 'storage', 'contextMenus', 'alarms', 'activeTab', 'scripting'];

let build: TestBuild;

beforeAll(() => {
  build = buildAllowed({
    host_permissions: ['*://*/*'],
    permissions: [...PERMISSIONS, 'downloads', 'notifications'],
  });
});

afterAll(() => build?.remove());

/** A browser, and a page of the extension to ask it from. */
async function open(world: World): Promise<{ browser: Browser; own: Page }> {
  const browser = await startBrowser({ extension: build.folder });
  world.atEnd(() => browser.clear());
  const own = await browser.open('settings.html');
  return { browser, own };
}

/** A torrent with a seed, whose address is told. */
async function offer(world: World, name: string): Promise<Torrent & { readonly peer: string }> {
  const path = join(world.newFolder('original'), name);
  writeFile(dirname(path), name, 500_000);
  const torrent = await create(world, path);
  const { host, port } = await (await seed(world, torrent, dirname(path))).address();
  return { ...torrent, peer: `${host}:${port}` };
}

/** Fetch a torrent with the command line, while the browser does something else. */
async function fetchTorrent(
  browser: Browser,
  { file, infoHash, peer }: Torrent & { peer: string },
): Promise<void> {
  browser.cli('add', '--dir', browser.downloads, file);
  browser.cli('peers', infoHash, '--add', peer);
  await expect.poll(() => browser.cli('show', infoHash), SOON).toContain('eeding');
}

const notifications = (own: Page): Promise<string[]> =>
  own.evaluate('chrome.notifications.getAll().then(Object.keys)');
const stored = (own: Page, area: 'local' | 'session'): Promise<Record<string, unknown>> =>
  own.evaluate(`chrome.storage.${area}.get(null)`);
const waiting = async (own: Page): Promise<unknown[]> =>
  Object.entries(await stored(own, 'session')).flatMap(([key, value]) =>
    key.startsWith('add:') ? [value] : [],
  );

test('what is complete while the worker is stopped is announced when it is there again, and once', async ({
  world,
}) => {
  const { browser, own } = await open(world);
  await expect.poll(() => stored(own, 'local'), SOON).toHaveProperty('noticesSeen');
  const first = await offer(world, 'first.bin');
  const second = await offer(world, 'second.bin');
  await stopWorker(browser, own);
  await fetchTorrent(browser, first);
  const wake = (): Promise<unknown> => own.evaluate('chrome.runtime.sendMessage({ ask: "manager" })');
  await wake();
  await expect.poll(() => notifications(own), SOON).toEqual([`folder:${first.infoHash}`]);
  await own.evaluate(`chrome.notifications.clear('folder:${first.infoHash}')`);
  await stopWorker(browser, own);
  await wake();
  await fetchTorrent(browser, second);
  await expect.poll(() => notifications(own), SOON).toEqual([`folder:${second.infoHash}`]);
  await expect.poll(() => own.evaluate('chrome.action.getTitle({})'), SOON).toContain('2 seeding');
});

test('what the user opens elsewhere, and finished downloads of .torrent files, come to the add dialog', async ({
  world,
}) => {
  const { browser, own } = await open(world);
  await own.evaluate('chrome.storage.local.set({ prefs: { captureTorrents: true } })');
  await expect.poll(() => own.evaluate('chrome.action.getTitle({})'), SOON).toBe('JSTorrent');
  await expect.poll(() => browser.cli('open', MAGNET), SOON).toContain('browser');
  await expect.poll(() => waiting(own), SOON).toContainEqual({ kind: 'magnet', magnet: MAGNET });

  const { file } = await create(world, writeShare(world));
  await download(world, browser, file, 'made.torrent');
  const path = join(browser.downloads, 'made.torrent');
  await expect.poll(() => waiting(own), SOON).toContainEqual({ kind: 'path', path });
});

function writeShare(world: World): string {
  const folder = world.newFolder('original');
  writeFile(folder, 'made.bin', 1000);
  return join(folder, 'made.bin');
}
