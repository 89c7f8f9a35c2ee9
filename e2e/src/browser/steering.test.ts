/** What a user does with torrents in the manager, and what becomes of the session and of the files on the disk. */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { aria2 } from '../clients/aria2.ts';
import { need, type Torrent } from '../clients/client.ts';
import { create } from '../clients/jstorrent.ts';
import { writeAwkwardFolder, writeFile } from '../harness/content.ts';
import { answerWeb } from '../harness/web-server.ts';
import { test, type World } from '../harness/world.ts';
import { bittorrentTracker } from '../trackers/tracker.ts';
import type { Browser } from './chromium.ts';
import { listed, openBrowser } from './stage.ts';

const SOON = { timeout: 30_000 };

async function open(world: World): Promise<Browser> {
  const browser = await openBrowser(world);
  browser.cli('set', 'global', 'net.port=0');
  return browser;
}

/** A torrent whose data is in the list of a browser already. */
interface Complete extends Torrent {
  /** Its data. */
  readonly path: string;
}

/** Put complete torrents of one file each into the list, in this order. */
async function addComplete(
  world: World,
  browser: Browser,
  names: readonly string[],
): Promise<readonly Complete[]> {
  const added: Complete[] = [];
  for (const [at, name] of names.entries()) {
    const original = writeFile(world.newFolder('original'), name, 100_000 + at);
    const torrent = await create(world, original);
    const path = join(browser.downloads, basename(original));
    copyFileSync(original, path);
    browser.cli('add', '--dir', browser.downloads, torrent.file);
    added.push({ ...torrent, path });
  }
  await expect
    .poll(() => listed(browser).filter(({ state }) => state === 'seeding').length, SOON)
    .toBe(names.length);
  return added;
}

/** A file or folder in the tab of files. */
const fileRow = (manager: Page, name: string): Locator =>
  manager
    .getByRole('treegrid', { name: 'Files' })
    .getByRole('row')
    .filter({ has: manager.getByText(name, { exact: true }) });

/** Give a folder of the torrent that is shown another name, by the keyboard. */
async function renameFolder(manager: Page, from: string, to: string): Promise<void> {
  await fileRow(manager, from).click();
  await manager.keyboard.press('F2');
  await manager.getByLabel(`New name of ${from}`).fill(to);
  await manager.keyboard.press('Enter');
}

/** Magnet links that nobody answers, in this order. */
function addWaiting(browser: Browser, names: readonly string[]): void {
  for (const name of names) {
    const hash = Buffer.from(name.padEnd(20, '.')).toString('hex');
    browser.cli('add', '--dir', browser.downloads, `magnet:?xt=urn:btih:${hash}&dn=${name}`);
  }
}

const rowOf = (manager: Page, name: string): Locator =>
  manager.getByRole('row', { name: new RegExp(`^${name.replaceAll(/[^\w ]/g, '.')},`) });
const rowNames = (manager: Page): Promise<string[]> =>
  manager
    .locator('[role=row][data-id]')
    .evaluateAll((rows: { ariaLabel: string | null; ariaRowIndex: string | null }[]) =>
      rows
        .toSorted((a, b) => Number(a.ariaRowIndex) - Number(b.ariaRowIndex))
        .map(({ ariaLabel }) => (ariaLabel ?? '').split(',')[0] ?? ''),
    );
const inQueue = (browser: Browser): string[] => listed(browser).map(({ name }) => name);

/** Choose in the menu of a torrent. */
async function choose(manager: Page, name: string, ...entries: readonly string[]): Promise<void> {
  await rowOf(manager, name).click({ button: 'right' });
  for (const entry of entries) await manager.getByRole('menuitem', { name: entry }).click();
}

test('a download is slowed down, stopped, started and checked', async ({ world, skip }) => {
  need(skip, aria2);
  const path = writeFile(world.newFolder('original'), 'clip.mkv', 4_000_123);
  const { infoHash } = await create(world, path);
  const tracker = await bittorrentTracker.start(world, infoHash);
  const torrent = await create(world, path, { trackers: [tracker.httpUrl] });
  await (await aria2.start(world)).seed(torrent, dirname(path));
  const browser = await open(world);
  browser.cli('add', '--dir', browser.downloads, '--max-down', '40000', torrent.file);
  const manager = await browser.open('manager.html');
  const row = rowOf(manager, 'clip.mkv');
  await row.getByText('Downloading').waitFor(SOON);

  await choose(manager, 'clip.mkv', 'Limits…');
  const dialog = manager.getByRole('dialog');
  await expect.poll(() => dialog.getByLabel('Download at most').inputValue(), SOON).toBe('40');
  await dialog.getByLabel('Download at most').fill('50');
  await dialog.getByRole('button', { name: 'Apply' }).click();
  const limits = (): unknown => JSON.parse(browser.cli('limits', infoHash, '--json'));
  await expect.poll(limits, SOON).toMatchObject({ down: 50_000 });

  await manager.getByRole('button', { name: 'Slow mode' }).click();
  const all = (): unknown => JSON.parse(browser.cli('limits', '--json'));
  await expect.poll(all, SOON).toMatchObject({ slowMode: { on: true } });
  await expect
    .poll(() => manager.getByRole('button', { name: 'Slow mode' }).getAttribute('aria-pressed'), SOON)
    .toBe('true');
  await manager.getByRole('button', { name: 'Slow mode' }).click();
  await expect.poll(all, SOON).toMatchObject({ slowMode: { on: false } });

  await manager.getByRole('button', { name: 'Stop', exact: true }).click();
  await row.getByText('Stopped by you').waitFor(SOON);
  await expect.poll(() => listed(browser)[0]?.state, SOON).toBe('stopped');
  expect(listed(browser)[0]?.bytesLeft).toBeGreaterThan(0);
  browser.cli('limits', infoHash, '--down', '0');
  await manager.getByRole('button', { name: 'Start', exact: true }).click();
  await row.getByText(/^Seeding/).waitFor(SOON);
  const arrived = join(browser.downloads, 'clip.mkv');
  expect(readFileSync(arrived).equals(readFileSync(path))).toBe(true);

  const damaged = readFileSync(path);
  damaged.fill(0, 1_000_000, 1_000_100);
  writeFileSync(arrived, damaged);
  await choose(manager, 'clip.mkv', 'Check files');
  await expect.poll(() => readFileSync(arrived).equals(readFileSync(path)), SOON).toBe(true);
  await row.getByText(/^Seeding/).waitFor(SOON);
});

test('the queue is put in another order with keys and by dragging', async ({ world }) => {
  const browser = await open(world);
  addWaiting(browser, ['ash', 'birch', 'cedar', 'doum']);
  const manager = await browser.open('manager.html');
  await rowOf(manager, 'doum').waitFor(SOON);
  await expect.poll(() => rowNames(manager), SOON).toEqual(['ash', 'birch', 'cedar', 'doum']);

  await rowOf(manager, 'cedar').click();
  await manager.keyboard.press('Alt+ArrowUp');
  await expect.poll(() => rowNames(manager), SOON).toEqual(['ash', 'cedar', 'birch', 'doum']);
  await expect.poll(() => inQueue(browser), SOON).toEqual(['ash', 'cedar', 'birch', 'doum']);
  await manager.keyboard.press('Alt+End');
  await expect.poll(() => inQueue(browser), SOON).toEqual(['ash', 'birch', 'doum', 'cedar']);
  await manager.keyboard.press('Alt+Home');
  await expect.poll(() => inQueue(browser), SOON).toEqual(['cedar', 'ash', 'birch', 'doum']);

  const upper = { targetPosition: { x: 200, y: 4 } };
  await rowOf(manager, 'doum').dragTo(rowOf(manager, 'ash'), upper);
  await expect.poll(() => inQueue(browser), SOON).toEqual(['cedar', 'doum', 'ash', 'birch']);
  await expect.poll(() => rowNames(manager), SOON).toEqual(['cedar', 'doum', 'ash', 'birch']);
});

test('what is removed can be brought back, and files are deleted when it cannot any more', async ({
  world,
}) => {
  const browser = await open(world);
  const [kept, gone] = await addComplete(world, browser, ['kept.bin', 'gone.bin']);
  const manager = await browser.open('manager.html');
  await rowOf(manager, 'kept.bin').click();
  await manager.getByRole('button', { name: 'Remove', exact: true }).click();
  await rowOf(manager, 'kept.bin').waitFor({ state: 'detached', ...SOON });
  await expect.poll(() => inQueue(browser), SOON).toEqual(['gone.bin']);
  await manager.getByRole('button', { name: 'Undo' }).click();
  await rowOf(manager, 'kept.bin')
    .getByText(/^Seeding/)
    .waitFor(SOON);

  await rowOf(manager, 'kept.bin').click();
  await manager.keyboard.press('Delete');
  await dismissAll(manager);
  await expect.poll(() => inQueue(browser), SOON).toEqual(['gone.bin']);
  expect(existsSync(kept?.path ?? '')).toBe(true);

  await choose(manager, 'gone.bin', 'Remove and delete files');
  await manager.getByText('Removed gone.bin and its files.').waitFor(SOON);
  await expect.poll(() => inQueue(browser), SOON).toEqual([]);
  expect(existsSync(gone?.path ?? '')).toBe(true);
  await manager.keyboard.press('Control+Z');
  await rowOf(manager, 'gone.bin')
    .getByText(/^Seeding/)
    .waitFor(SOON);
  expect(existsSync(gone?.path ?? '')).toBe(true);

  await rowOf(manager, 'gone.bin').click();
  await manager.keyboard.press('Shift+Delete');
  await manager.getByText('Removed gone.bin and its files.').waitFor(SOON);
  await dismissAll(manager);
  await expect.poll(() => existsSync(gone?.path ?? ''), SOON).toBe(false);
  expect(existsSync(kept?.path ?? '')).toBe(true);
  await manager.getByText('No torrents yet').waitFor(SOON);
});

/** Let all messages go: what they offered to take back is final. */
async function dismissAll(manager: Page): Promise<void> {
  const buttons = manager.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Dismiss' });
  await buttons.first().waitFor(SOON);
  while ((await buttons.count()) > 0) await buttons.first().click();
}

/** A tracker that gives nothing and counts how often it is asked. */
async function refusingTracker(world: World): Promise<{ readonly url: string; asked(): number }> {
  let asked = 0;
  const url = await answerWeb(world, (_, response) => {
    asked += 1;
    response.end('d14:failure reason5:latere');
  });
  return { url: `${url}announce`, asked: () => asked };
}

test('trackers are asked; a torrent gets labels, another name, one for a file, and another folder', async ({
  world,
}) => {
  const browser = await open(world);
  const original = writeAwkwardFolder(world.newFolder('original'), 'Album');
  const tracker = await refusingTracker(world);
  const { file } = await create(world, original, { trackers: [tracker.url] });
  browser.cli('add', '--dir', dirname(original), file);
  await expect.poll(() => listed(browser)[0]?.state, SOON).toBe('seeding');
  const manager = await browser.open('manager.html');
  await rowOf(manager, 'Album').click();

  await manager.getByRole('tab', { name: 'Trackers' }).click();
  await manager.getByRole('tabpanel').getByText('later').waitFor(SOON);
  const before = tracker.asked();
  await choose(manager, 'Album', 'Ask trackers now');
  await manager.getByText('Trackers are asked.').waitFor(SOON);
  await expect.poll(() => tracker.asked(), SOON).toBeGreaterThan(before);

  await manager.keyboard.press('l');
  await manager.getByRole('dialog').getByLabel('New label').fill('Music');
  await manager.keyboard.press('Enter');
  await manager.getByRole('dialog').getByRole('checkbox', { name: 'Music' }).waitFor(SOON);
  await manager.getByRole('button', { name: 'Apply' }).click();
  await rowOf(manager, 'Album').getByRole('img', { name: 'Label Music' }).waitFor(SOON);
  await expect.poll(() => listed(browser)[0]?.labels, SOON).toEqual(['Music']);
  await manager
    .getByRole('navigation', { name: 'Filters' })
    .getByRole('button', { name: /^Music/ })
    .waitFor();

  await manager.keyboard.press('F2');
  await manager.getByLabel('Name in the list').fill('Songs <b>1</b>');
  await manager.keyboard.press('Enter');
  await rowOf(manager, 'Songs <b>1</b>').waitFor(SOON);
  await expect.poll(() => inQueue(browser), SOON).toEqual(['Songs <b>1</b>']);

  await manager.getByRole('tab', { name: 'Files' }).click();
  await manager.getByLabel('Filter files').fill('Ünïcode');
  const song = manager.getByRole('treegrid', { name: 'Files' }).getByRole('row', { name: /Ünïcode/ });
  await song.click();
  await manager.keyboard.press('F2');
  await manager.getByLabel(/^New name of/).fill('first song.bin');
  await manager.keyboard.press('Enter');
  await expect.poll(() => existsSync(join(original, 'first song.bin')), SOON).toBe(true);
  expect(existsSync(join(original, 'Ünïcode – 漢字 🎵.bin'))).toBe(false);
  await manager.getByLabel('Filter files').fill('');
  await renameFolder(manager, 'folder', 'tiny');
  await manager.getByText(/is already there/).waitFor(SOON);
  await fileRow(manager, 'folder').waitFor(SOON);
  await renameFolder(manager, 'folder', 'zz top');
  await expect.poll(() => existsSync(join(original, 'zz top', 'deeper', 'one byte')), SOON).toBe(true);
  expect(existsSync(join(original, 'folder'))).toBe(false);
  // It stands last now, below what is seen at first.
  await fileRow(manager, 'zz top').waitFor();
  await renameFolder(manager, 'zz top', 'folder');
  await expect.poll(() => existsSync(join(original, 'folder', 'deeper', 'one byte')), SOON).toBe(true);

  const target = world.newFolder('target');
  const bytes = readFileSync(join(original, 'first song.bin'));
  await choose(manager, 'Songs <b>1</b>', 'Move files…');
  const place = manager.getByRole('dialog').getByRole('textbox');
  await place.fill(target);
  await place.press('Enter');
  await manager.getByRole('dialog').getByRole('button', { name: 'Move' }).click();
  const moved = join(target, 'Album', 'first song.bin');
  await expect.poll(() => existsSync(moved) && readFileSync(moved).equals(bytes), SOON).toBe(true);
  await expect.poll(() => existsSync(join(original, 'first song.bin')), SOON).toBe(false);
  await rowOf(manager, 'Songs <b>1</b>')
    .getByText(/^Seeding/)
    .waitFor(SOON);
  const bar = rowOf(manager, 'Songs <b>1</b>').getByRole('progressbar');
  await expect.poll(() => bar.getAttribute('aria-valuenow'), SOON).toBe('100');
});

test('search and filters find torrents; order and columns are still there after a reload', async ({
  world,
}) => {
  const browser = await open(world);
  await addComplete(world, browser, ['small.bin', 'large.bin']);
  addWaiting(browser, ['waiting small']);
  const manager = await browser.open('manager.html');
  await rowOf(manager, 'waiting small').waitFor(SOON);
  await manager.getByRole('searchbox', { name: 'Search torrents' }).fill('small');
  await expect
    .poll(async () => (await rowNames(manager)).toSorted(), SOON)
    .toEqual(['small.bin', 'waiting small']);
  await manager.getByRole('searchbox').fill('no such');
  await manager.getByText('No torrent matches “no such”').waitFor(SOON);
  await manager.getByRole('button', { name: 'Clear search' }).click();
  const filters = manager.getByRole('navigation', { name: 'Filters' });
  await filters.getByRole('button', { name: /^Seeding/ }).click();
  await expect
    .poll(async () => (await rowNames(manager)).toSorted(), SOON)
    .toEqual(['large.bin', 'small.bin']);
  await filters.getByRole('button', { name: /^All/ }).click();

  const head = (name: string): Locator => manager.getByRole('columnheader', { name });
  await head('Size').getByRole('button').click();
  await expect.poll(() => rowNames(manager), SOON).toEqual(['large.bin', 'small.bin', 'waiting small']);
  await head('Size').getByRole('button').click();
  await expect.poll(() => rowNames(manager), SOON).toEqual(['small.bin', 'large.bin', 'waiting small']);
  await head('Name').click({ button: 'right' });
  await manager.getByRole('menuitem', { name: 'Downloaded' }).click();
  await manager.getByRole('menuitem', { name: 'Ratio' }).click();
  await manager.keyboard.press('Escape');
  await head('Downloaded').waitFor(SOON);
  await head('Size').getByRole('button').focus();
  await manager.keyboard.press('Alt+ArrowRight');
  await manager.keyboard.press('Shift+ArrowRight');
  const columns = (): Promise<string[]> => manager.getByRole('columnheader').allInnerTexts();
  const before = await columns();
  const width = (await head('Size').boundingBox())?.width;

  await manager.reload();
  await expect.poll(() => rowNames(manager), SOON).toEqual(['small.bin', 'large.bin', 'waiting small']);
  expect(await columns()).toEqual(before);
  expect(before.indexOf('Size')).toBe(before.indexOf('Progress') + 1);
  expect(before).not.toContain('Ratio');
  expect((await head('Size').boundingBox())?.width).toBe(width);
  expect(await head('Size').getAttribute('aria-sort')).toBe('ascending');
});
