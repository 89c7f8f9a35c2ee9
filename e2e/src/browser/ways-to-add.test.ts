/** Every way by which a torrent comes to the list, what is said of one that is there already, and of what is none. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { need, type Torrent } from '../clients/client.ts';
import { create } from '../clients/jstorrent.ts';
import { transmission } from '../clients/transmission.ts';
import { writeFile } from '../harness/content.ts';
import { until } from '../harness/until.ts';
import { test, type World } from '../harness/world.ts';
import { bittorrentTracker } from '../trackers/tracker.ts';
import type { Browser } from './chromium.ts';
import { ALLOWED, askWorker, copyText, download, listed, nextPage, openBrowser, openSite } from './stage.ts';
import { buildAllowed, type TestBuild } from './test-build.ts';

const SOON = { timeout: 30_000 };
const TRACKER = 'http://tracker.invalid/announce';

let build: TestBuild;

beforeAll(() => {
  build = buildAllowed(ALLOWED);
});

afterAll(() => build?.remove());

async function open(world: World): Promise<Browser> {
  const browser = await openBrowser(world, { extension: build.folder });
  browser.cli('set', 'global', 'net.port=0');
  return browser;
}

/** A torrent of one file that nobody shares. */
function make(world: World, name: string, length = 1000): Promise<Torrent> {
  return create(world, writeFile(world.newFolder('original'), name, length));
}

/** The dialog, as it shows something of this name. */
async function dialogOf(browser: Browser, name: string): Promise<Page> {
  const dialog = await nextPage(browser, 'add.html');
  await dialog.getByRole('heading', { name }).waitFor(SOON);
  return dialog;
}

/** Answer the dialog with its main button, and wait until it is gone and the list is this long. */
async function accept(browser: Browser, name: string, count: number): Promise<void> {
  const dialog = await dialogOf(browser, name);
  await dialog.getByText('1 of 1 files').waitFor(SOON);
  const closed = dialog.waitForEvent('close');
  await dialog.keyboard.press('Enter');
  await closed;
  await expect.poll(() => listed(browser).length, SOON).toBe(count);
}

/** Offer links of pages and finished downloads. */
async function takeTorrents(browser: Browser): Promise<void> {
  const settings = await browser.open('settings.html#links');
  await settings.getByRole('switch', { name: 'Offer .torrent links and downloads' }).click();
  await until('links are taken', async () => {
    const scripts = 'chrome.scripting.getRegisteredContentScripts().then((all) => all.length)';
    return (await askWorker<number>(browser, scripts)) > 0 ? true : undefined;
  });
  await settings.close();
}

/** Drop files of this machine, or a link, onto a page. */
async function drop(
  browser: Browser,
  page: Page,
  { files = [], link }: { readonly files?: readonly string[]; readonly link?: string },
): Promise<void> {
  const cdp = await browser.context.newCDPSession(page);
  const items = link === undefined ? [] : [{ mimeType: 'text/uri-list', data: link }];
  const data = { items, files: [...files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await cdp.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
  await cdp.detach();
}

test('a link to a .torrent file is offered, arrives, and the second time shows what is there', async ({
  world,
  skip,
}) => {
  need(skip, transmission);
  const path = writeFile(world.newFolder('original'), 'clip.mkv', 2_000_123);
  const { infoHash } = await create(world, path);
  const tracker = await bittorrentTracker.start(world, infoHash);
  const torrent = await create(world, path, { trackers: [tracker.httpUrl] });
  await (await transmission.start(world)).seed(torrent, dirname(path));
  const browser = await open(world);
  await takeTorrents(browser);
  const page = await browser.context.newPage();
  await page.goto(await openSite(world, { Clip: torrent.file }));
  await page.getByRole('link', { name: 'Clip' }).click();
  await accept(browser, 'clip.mkv', 1);
  await expect.poll(() => listed(browser)[0]?.bytesLeft, SOON).toBe(0);
  expect(readFileSync(join(browser.downloads, 'clip.mkv')).equals(readFileSync(path))).toBe(true);

  await page.getByRole('link', { name: 'Clip' }).click();
  const dialog = await dialogOf(browser, 'clip.mkv');
  await dialog.getByText('You already have this one').waitFor(SOON);
  await dialog.getByText(/100\s?% done · saved to .*Downloads/).waitFor(SOON);
  await dialog.getByRole('button', { name: 'Show it' }).click();
  const manager = await nextPage(browser, 'manager.html');
  const row = manager.getByRole('row', { name: /^clip\.mkv,/ });
  await expect.poll(() => row.getAttribute('aria-selected'), SOON).toBe('true');

  await copyText(browser, `magnet:?xt=urn:btih:${infoHash}&tr=${encodeURIComponent(TRACKER)}`);
  await manager.bringToFront();
  await manager.keyboard.press('Control+V');
  const again = await dialogOf(browser, 'clip.mkv');
  await again.getByText(/names 1 tracker yours doesn’t have/).waitFor(SOON);
  await again.getByRole('button', { name: 'Add 1 tracker' }).click();
  await expect.poll(() => browser.cli('trackers', infoHash), SOON).toContain(TRACKER);
  expect(listed(browser)).toHaveLength(1);
});

test('files are dropped onto the manager, chosen in the popup and chosen in the dialog', async ({
  world,
}) => {
  const torrents = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => make(world, `${name}.bin`)));
  const [a, b, c, d, e] = torrents as [Torrent, Torrent, Torrent, Torrent, Torrent];
  const browser = await open(world);
  const manager = await browser.open('manager.html');
  await manager.getByText('No torrents yet').waitFor(SOON);
  await drop(browser, manager, { files: [a.file] });
  await accept(browser, 'a.bin', 1);
  await manager.getByRole('row', { name: /^a\.bin,/ }).waitFor(SOON);

  await drop(browser, manager, { files: [b.file, c.file] });
  const two = await dialogOf(browser, 'b.bin');
  await two.getByRole('button', { name: 'Show all' }).click();
  await two.getByRole('button', { name: 'Add all 2' }).click();
  await expect.poll(() => listed(browser).map(({ name }) => name), SOON).toEqual(['a.bin', 'b.bin', 'c.bin']);

  const popup = await browser.open('popup.html');
  const chooser = popup.waitForEvent('filechooser');
  await popup.getByRole('button', { name: 'Choose a .torrent file' }).click();
  await (await chooser).setFiles([d.file]);
  await accept(browser, 'd.bin', 4);

  await manager.bringToFront();
  await manager.keyboard.press('n');
  const blank = await nextPage(browser, 'add.html');
  await blank.bringToFront();
  const other = blank.waitForEvent('filechooser');
  await blank.getByRole('button', { name: 'or choose files…' }).click();
  await (await other).setFiles([e.file]);
  await accept(browser, 'e.bin', 5);
});

test('a .torrent file that the browser has downloaded is offered', async ({ world }) => {
  const { file } = await make(world, 'fetched.bin');
  const browser = await open(world);
  await takeTorrents(browser);
  await download(world, browser, file, 'fetched.torrent');
  await accept(browser, 'fetched.bin', 1);
});

test('links come from the address bar, from the menu of a page, and by drop', async ({ world }) => {
  const { infoHash } = await make(world, 'known.bin');
  const site = await openSite(world, { Known: (await make(world, 'linked.bin', 2000)).file });
  const browser = await open(world);
  const magnet = `magnet:?xt=urn:btih:${infoHash}&dn=known.bin`;
  const enter = (text: string): Promise<void> =>
    askWorker(browser, `chrome.omnibox.onInputEntered.dispatch(${JSON.stringify(text)}, 'currentTab')`);
  await enter(magnet);
  const dialog = await dialogOf(browser, 'known.bin');
  const closed = dialog.waitForEvent('close');
  await dialog.getByRole('button', { name: 'Add, choose files later' }).click();
  await closed;
  await expect.poll(() => listed(browser).map(({ name }) => name), SOON).toEqual(['known.bin']);

  await enter('kno');
  const manager = await nextPage(browser, 'manager.html');
  const row = manager.getByRole('row', { name: /^known\.bin,/ });
  await expect.poll(() => row.getAttribute('aria-selected'), SOON).toBe('true');

  const click = { menuItemId: 'link', linkUrl: `${site}Known.torrent`, pageUrl: site, editable: false };
  await askWorker(browser, `chrome.contextMenus.onClicked.dispatch(${JSON.stringify(click)})`);
  await accept(browser, 'linked.bin', 2);

  await manager.bringToFront();
  await drop(browser, manager, { link: `${magnet.replace(infoHash, '0'.repeat(40))}2` });
  const dropped = await dialogOf(browser, 'known.bin2');
  await leaveWithEscape(dropped);
  expect(listed(browser)).toHaveLength(2);
});

test('what is no torrent is explained, wherever it was given', async ({ world }) => {
  const browser = await open(world);
  const bad = join(world.newFolder('bad'), 'bad.torrent');
  writeFileSync(bad, 'd4:infod6:lengthi1eee');
  const manager = await browser.open('manager.html');
  await manager.getByText('Connected').first().waitFor(SOON);
  await drop(browser, manager, { files: [bad] });
  const dialog = await dialogOf(browser, basename(bad));
  await dialog.getByText('This can’t be added').waitFor(SOON);
  expect(await dialog.getByRole('alert').innerText()).not.toMatch(/undefined|BAD_/);
  await dialog.getByRole('button', { name: 'Add something else' }).click();
  await dialog.getByLabel('One link per line').fill('magnet:?xt=urn:btih:1234');
  await dialog.getByText('its hash has 4 characters, not 40').waitFor(SOON);
  expect(await dialog.getByRole('button', { name: 'Continue' }).isDisabled()).toBe(true);
  await leaveWithEscape(dialog);

  await copyText(browser, 'a shopping list');
  await manager.bringToFront();
  await manager.keyboard.press('Control+V');
  await manager.getByRole('alert').getByText('neither a magnet link nor the address').waitFor(SOON);

  const popup = await browser.open('popup.html');
  await popup.getByRole('textbox', { name: 'Add a torrent' }).fill('magnet:?dn=nothing');
  await popup.keyboard.press('Enter');
  await popup.getByRole('alert').getByText('it has no hash').waitFor(SOON);
  expect(listed(browser)).toEqual([]);
});

/** The key goes down, and the window is gone before it comes up. */
async function leaveWithEscape(dialog: Page): Promise<void> {
  const closed = dialog.waitForEvent('close', SOON);
  await dialog.keyboard.down('Escape').catch(() => {});
  await closed;
}
