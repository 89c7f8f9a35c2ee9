/** The main path without a mouse: whatever is done on it can be done with keys, and the keyboard is never lost. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { aria2 } from '../clients/aria2.ts';
import { need } from '../clients/client.ts';
import { create } from '../clients/jstorrent.ts';
import { writeFile } from '../harness/content.ts';
import { test } from '../harness/world.ts';
import { bittorrentTracker } from '../trackers/tracker.ts';
import { copyText, nextPage, openBrowser } from './stage.ts';

/** No page has more places for the keyboard before the one that is looked for. */
const TABS_MAX = 60;
const SOON = { timeout: 30_000 };
const DETAILS = ['General', 'Files', 'Peers', 'Trackers', 'Rates', 'Log'];

/** Go on with Tab until something has the focus. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor(SOON);
  for (let pressed = 0; pressed <= TABS_MAX; pressed += 1) {
    if (await hasFocus(wanted)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${String(wanted)}`);
}

async function hasFocus(element: Locator): Promise<boolean> {
  return (await element.and(element.page().locator(':focus')).count()) > 0;
}

test('from the magnet link to the file, with details, stop, start, removal and undo, without a mouse', async ({
  world,
  skip,
}) => {
  need(skip, aria2);
  const path = join(world.newFolder('original'), 'Show');
  for (const [name, length] of [
    ['episode.mkv', 3_000_123],
    ['sample.mkv', 1_000_001],
    ['subtitles.srt', 4321],
  ] as const)
    writeFile(path, name, length);
  const { infoHash } = await create(world, path);
  const tracker = await bittorrentTracker.start(world, infoHash);
  const torrent = await create(world, path, { trackers: [tracker.httpUrl] });
  const seed = await aria2.start(world);
  await seed.seed(torrent, dirname(path));
  const browser = await openBrowser(world);
  browser.cli('set', 'global', 'net.port=0', 'limits.down=60000');
  await copyText(browser, `${torrent.magnet}&dn=Show`);

  const popup = await browser.open('popup.html');
  await tabTo(popup, popup.getByRole('textbox', { name: 'Add a torrent' }));
  await popup.keyboard.press('Control+V');
  await popup.keyboard.press('Enter');

  const dialog = await nextPage(browser, 'add.html');
  await dialog.getByText('3 of 3 files').waitFor(SOON);
  await tabTo(dialog, dialog.getByRole('treegrid', { name: 'Files' }));
  const focused = dialog.getByRole('row', { name: 'sample.mkv' });
  const isOn = async (): Promise<boolean> =>
    (await focused.getAttribute('id')) ===
    (await dialog.getByRole('treegrid').getAttribute('aria-activedescendant'));
  for (let pressed = 0; pressed < 5 && !(await isOn()); pressed += 1)
    await dialog.keyboard.press('ArrowDown');
  await dialog.keyboard.press('Space');
  await dialog.getByText('2 of 3 files').waitFor(SOON);
  const closed = dialog.waitForEvent('close');
  await dialog.keyboard.press('Control+Enter');
  await closed;

  await popup.bringToFront();
  const inPopup = popup.getByRole('row', { name: 'Show' });
  await inPopup.waitFor(SOON);
  await popup.keyboard.press('ArrowDown');
  expect(await hasFocus(inPopup)).toBe(true);
  await popup.keyboard.press('m');

  const manager = await nextPage(browser, 'manager.html');
  const row = manager.getByRole('row', { name: /^Show,/ });
  await row.waitFor(SOON);
  await manager.keyboard.press('ArrowDown');
  await expect.poll(() => row.getAttribute('aria-selected'), SOON).toBe('true');
  await manager.keyboard.press('Enter');
  const panel = manager.getByRole('tabpanel');
  for (const [at, name] of DETAILS.entries()) {
    await manager.keyboard.press(String(at + 1));
    await expect.poll(() => panel.getAttribute('aria-label'), SOON).toBe(name);
  }
  await tabTo(manager, manager.getByRole('tab', { name: 'Log' }));
  await manager.keyboard.press('ArrowRight');
  await expect.poll(() => panel.getAttribute('aria-label'), SOON).toBe('General');
  expect(await hasFocus(manager.getByRole('tab', { name: 'General' }))).toBe(true);

  await manager.keyboard.press('Shift+F6');
  expect(await hasFocus(manager.getByRole('grid', { name: 'Torrents' }))).toBe(true);
  await manager.keyboard.press('Space');
  await row.getByText('Stopped by you').waitFor(SOON);
  await expect.poll(() => browser.cli('show', infoHash), SOON).toMatch(/stopped/i);
  expect(Number(await progress(row))).toBeLessThan(100);
  browser.cli('limits', '--down', '0');
  await manager.keyboard.press('Space');
  await row.getByText(/^Seeding/).waitFor(SOON);

  await manager.keyboard.press('Delete');
  await row.waitFor({ state: 'detached', ...SOON });
  await expect.poll(() => JSON.parse(browser.cli('list', '--json')) as unknown[], SOON).toHaveLength(0);
  await manager.keyboard.press('Control+Z');
  await row.getByText(/^Seeding/).waitFor(SOON);

  const arrived = join(browser.downloads, 'Show');
  for (const name of ['episode.mkv', 'subtitles.srt'])
    expect(readFileSync(join(arrived, name)).equals(readFileSync(join(path, name)))).toBe(true);
  expect(existsSync(join(arrived, 'sample.mkv'))).toBe(false);
});

const progress = (row: Locator): Promise<string | null> =>
  row.getByRole('progressbar').getAttribute('aria-valuenow');
