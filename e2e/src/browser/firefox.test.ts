/** The essential path in Firefox: the same sources, its own manifest, the same helper. */
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { need } from '../clients/client.ts';
import { create } from '../clients/jstorrent.ts';
import { transmission } from '../clients/transmission.ts';
import { writeFile } from '../harness/content.ts';
import { test } from '../harness/world.ts';
import { bittorrentTracker } from '../trackers/tracker.ts';
import { buildForFirefox, firefox, startFirefox } from './firefox.ts';
import { openSite } from './stage.ts';

const SOON = { timeout: 60_000 };
const NAME = 'film.mkv';
const ROWS = `[...document.querySelectorAll('[role=row][data-id]')].map(({ ariaLabel }) => ariaLabel)`;

test('a magnet link on a page goes through the add dialog to the disk, and the manager shows it', async ({
  world,
  skip,
}) => {
  need(skip, firefox, transmission);
  const path = writeFile(world.newFolder('original'), NAME, 3_000_123);
  const { infoHash } = await create(world, path);
  const tracker = await bittorrentTracker.start(world, infoHash);
  const torrent = await create(world, path, { trackers: [tracker.httpUrl] });
  const seed = await transmission.start(world);
  await seed.seed(torrent, dirname(path));

  const extension = buildForFirefox();
  world.atEnd(() => Promise.resolve(rmSync(extension, { recursive: true })));
  const browser = await startFirefox(world, extension);
  browser.cli('set', 'global', 'net.port=0');
  const setup = await browser.page('setup.html');
  await setup.find('heading', 'The helper is here');

  const site = await browser.open(await openSite(world, { Film: torrent.magnet }));
  await site.click('link', 'Film');
  await browser.agree();
  const dialog = await browser.page('add.html');
  await dialog.find('heading', NAME);
  await dialog.click('button', 'Add and start');

  const manager = await browser.open('manager.html');
  const rows = (): Promise<string[]> => manager.evaluate(ROWS);
  await expect.poll(rows, SOON).toEqual([expect.stringMatching(/^film\.mkv, Seeding.*100\s?%/)]);
  expect(readFileSync(join(browser.downloads, NAME)).equals(readFileSync(path))).toBe(true);
});
