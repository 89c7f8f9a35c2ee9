/** The main path: a magnet link on a web page, the files of it that are wanted, and the data on the disk. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { need } from '../clients/client.ts';
import { create } from '../clients/jstorrent.ts';
import { transmission } from '../clients/transmission.ts';
import { writeFile } from '../harness/content.ts';
import { until } from '../harness/until.ts';
import { test } from '../harness/world.ts';
import { bittorrentTracker } from '../trackers/tracker.ts';
import { allowedBuild, askWorker, nextPage, openBrowser, openSite } from './stage.ts';

test('a magnet link is clicked, files are chosen, and the chosen ones arrive byte for byte', async ({
  world,
  skip,
}) => {
  need(skip, transmission);
  const path = join(world.newFolder('original'), 'Film');
  for (const [name, length] of [
    ['film.mkv', 6_000_123],
    ['extra.mkv', 3_000_001],
    ['film.srt', 4321],
  ] as const)
    writeFile(path, name, length);
  const { infoHash } = await create(world, path);
  const tracker = await bittorrentTracker.start(world, infoHash);
  const torrent = await create(world, path, { trackers: [tracker.httpUrl] });
  const seed = await transmission.start(world);
  await seed.seed(torrent, dirname(path));

  const browser = await openBrowser(world, { extension: allowedBuild(world) });
  browser.cli('set', 'global', 'net.port=0');
  const settings = await browser.open('settings.html#links');
  await settings.getByRole('switch', { name: 'Open magnet links from web pages' }).click();
  await until('links are taken', async () => {
    const scripts = await askWorker<number>(
      browser,
      'chrome.scripting.getRegisteredContentScripts().then((all) => all.length)',
    );
    return scripts > 0 ? true : undefined;
  });
  await settings.close();

  const page = await browser.context.newPage();
  await page.goto(await openSite(world, { Film: torrent.magnet }));
  await page.getByRole('link', { name: 'Film' }).click();
  const dialog = await nextPage(browser, 'add.html');
  await dialog.getByRole('checkbox', { name: 'Download extra.mkv' }).click();
  await dialog.getByText('2 of 3 files').waitFor();
  await dialog.getByRole('button', { name: 'Add and start' }).click();

  const popup = await browser.open('popup.html');
  await popup.getByText('Finished today').waitFor({ timeout: 60_000 });
  await popup.getByRole('button', { name: 'Open folder' }).click();
  await until('the folder opens', () => Promise.resolve(browser.opened().length > 0 ? true : undefined));
  expect(browser.opened()[0]).toBe(join(browser.downloads, 'Film'));
  const arrived = join(browser.downloads, 'Film');
  for (const name of ['film.mkv', 'film.srt'])
    expect(readFileSync(join(arrived, name)).equals(readFileSync(join(path, name)))).toBe(true);
  expect(existsSync(join(arrived, 'extra.mkv'))).toBe(false);
  const shown = await until('a notification', async () => {
    const all = await askWorker<Record<string, unknown>>(browser, 'chrome.notifications.getAll()');
    return Object.keys(all).length > 0 ? Object.keys(all) : undefined;
  });
  expect(shown).toHaveLength(1);
  expect(await askWorker(browser, 'chrome.action.getBadgeText({})')).toMatch(/^✓?$/);
});
