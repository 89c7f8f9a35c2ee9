/**
 * A torrent of a hundred thousand files in the manager and in the add dialog: everything is found, and what is drawn does not
 * grow with the torrent. Times are printed and not judged, because other programs share the machine.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from '../harness/world.ts';
import type { Browser } from './chromium.ts';
import {
  costing,
  meterOf,
  openWatched as open,
  scroll,
  tell,
  timed,
  type Meter,
  type Span,
} from './figures.ts';
import { listed, openBrowser } from './stage.ts';

const FILES = 100_000;
const FOLDERS = 100;
const ROWS = '[role=treegrid] [data-row]';
/** What 860 pixels show, with what is kept ready beyond them. */
const MAX_ROWS = 60;
const TO_TOP = "document.querySelector('[role=treegrid]').scrollTop = 0";
/** A torrent is written, read and added first. */
const SLOW = { timeout: 120_000 };
/** Their folder, the folders in it, and the files that lie beside these. */
const TOP_ROWS = 1 + FOLDERS + FILES / 2;

test('a hundred thousand files are shown, scrolled, filtered and chosen from', SLOW, async ({ world }) => {
  const browser = await openBrowser(world);
  await expect.poll(() => browser.context.serviceWorkers().length, { timeout: 30_000 }).toBe(1);
  const meter = await meterOf(browser);
  const torrent = writeTorrent(browser);
  browser.cli('add', '--stopped', '--dir', browser.downloads, torrent);
  const { id = '' } = listed(browser)[0] ?? {};
  const page = await open(browser, `manager.html#${id}`);
  const tab = page.getByRole('tab', { name: /^Files/ });
  await tab.waitFor({ timeout: 60_000 });
  await page.bringToFront();
  // The details are there when somebody goes on to the files.
  await page.getByRole('tab', { name: /^Files.*100/ }).waitFor();
  await idle(page);

  tell('100,000 files: first rows of the tab', await costing(meter, () => firstRow(page, () => tab.click())));
  await expect.poll(() => rowCount(page), { timeout: 60_000 }).toBe(TOP_ROWS);
  const general = page.getByRole('tab', { name: /^General/ });
  await general.click();
  tell('the same again', await costing(meter, () => firstRow(page, () => tab.click())));
  await idle(page);

  tell('a wheel', await costing(meter, () => scroll(page, ROWS, 120)));
  const scrolled = await costing(meter, () => scroll(page, ROWS));
  tell('from top to bottom, all rows new', scrolled);
  expect(scrolled.rows).toBeLessThanOrEqual(MAX_ROWS);
  await expect.poll(() => lastIndex(page)).toBe(TOP_ROWS);

  tell('nothing happens for 2 s', await costing(meter, () => quiet(page, 2000)));
  await page.evaluate(TO_TOP);
  await steps(browser, page, meter, id);

  const filter = page.getByRole('searchbox', { name: /filter/i });
  tell('filtered by 4 digits', await costing(meter, () => timed(page, () => filter.fill('4321'))));
  await expect.poll(() => rowCount(page)).toBeLessThan(500);
  tell('filter emptied', await costing(meter, () => timed(page, () => filter.fill(''))));
  await expect.poll(() => rowCount(page)).toBe(TOP_ROWS);
  await page.evaluate(TO_TOP);
  const folder = page.getByRole('row', { name: /part 0\b/ }).getByRole('checkbox');
  const unwanted = await costing(meter, () => timed(page, () => folder.click()));
  await expect.poll(() => folder.isChecked()).toBe(false);
  tell('a folder is not wanted', unwanted);
});

test('a hundred thousand files are chosen from before they are added', SLOW, async ({ world }) => {
  const browser = await openBrowser(world);
  const meter = await meterOf(browser);
  const torrent = writeTorrent(browser);
  const host = await browser.open('licences.json');
  const source = { kind: 'path', path: torrent };
  const dialog = async (): Promise<Page> => {
    await host.evaluate(`chrome.storage.session.set({ 'add:1': ${JSON.stringify(source)} })`);
    const page = await open(browser, 'add.html?source=1', { width: 760, height: 720 });
    await page.evaluate('seen.first');
    return page;
  };
  await (await dialog()).close();
  let page = host;
  const shown = await costing(meter, async () => {
    page = await dialog();
    return page.evaluate<object>('({ row: seen.row, longFrames: seen.frames.splice(0) })');
  });
  tell('add dialog: first rows, from the beginning of its navigation', shown);
  expect(await rowCount(page)).toBe(TOP_ROWS);
  tell('scrolled', await costing(meter, () => scroll(page, ROWS)));
  const filter = page.getByRole('searchbox', { name: /filter/i });
  tell('filtered', await costing(meter, () => timed(page, () => filter.fill('4321'))));
  await expect.poll(() => rowCount(page)).toBeLessThan(500);
  tell(
    'all unwanted',
    await costing(meter, () =>
      timed(page, () => page.getByRole('button', { name: 'None', exact: true }).click()),
    ),
  );
});

/** A file's priority is changed somewhere else: what it costs the page, whether its row is seen or not. */
async function steps(browser: Browser, page: Page, meter: Meter, id: string): Promise<void> {
  for (const file of [1, 2, 3]) {
    const cost = await costing(meter, async () => {
      await page.evaluate('seen.frames.length = 0');
      browser.cli('files', id, '--high', String(file));
      await quiet(page, 1000);
      return { longFrames: await page.evaluate<readonly number[]>('seen.frames') };
    });
    tell('one file has another priority', cost);
  }
}

/** A torrent whose files lie half in folders, half beside them, in the order of a program that knows no numbers. */
function writeTorrent({ downloads }: Browser): string {
  const text = (value: string): string => `${value.length}:${value}`;
  const paths = Array.from({ length: FILES }, (_, n) =>
    n % 2 === 0 ? [`part ${(n / 2) % FOLDERS}`, `f ${n}.bin`] : [`f ${n}.bin`],
  ).toSorted((a, b) => (a.join('/') < b.join('/') ? -1 : 1));
  const files = paths.map((path) => `d6:lengthi1000e4:pathl${path.map(text).join('')}ee`);
  const pieceLength = 4 * 1024 * 1024;
  const pieces = Math.ceil((FILES * 1000) / pieceLength);
  const info = `d5:filesl${files.join('')}e4:name4:many12:piece lengthi${pieceLength}e6:pieces${text('x'.repeat(20 * pieces))}e`;
  const path = join(downloads, 'many.torrent');
  writeFileSync(path, `d4:info${info}e`);
  return path;
}

/** From a click to the frame with the first row. */
async function firstRow(page: Page, act: () => Promise<void>): Promise<Span> {
  await page.evaluate(
    `seen.frames.length = 0; seen.begun = performance.now(); seen.next = seen.drawn(${JSON.stringify(ROWS)}); 0`,
  );
  await act();
  return page.evaluate<Span>(`seen.next.then((at) => ({
    ms: Math.round(at - seen.begun),
    longFrames: seen.frames.splice(0),
  }))`);
}

/** Until nothing long happens for a while. */
async function idle(page: Page): Promise<void> {
  await expect
    .poll(
      async () => {
        await quiet(page, 1000);
        return page.evaluate<number>('seen.frames.splice(0).length');
      },
      { timeout: 30_000 },
    )
    .toBe(0);
}

const quiet = (page: Page, ms: number): Promise<object> =>
  page.evaluate<object>(`new Promise((resolve) => setTimeout(() => resolve({}), ${ms}))`);

const rowCount = async (page: Page): Promise<number> =>
  Number(await page.getByRole('treegrid').getAttribute('aria-rowcount'));

const lastIndex = (page: Page): Promise<number> =>
  page.evaluate<number>(
    "Math.max(...[...document.querySelectorAll('[role=treegrid] [data-row]')].map((row) => row.ariaRowIndex))",
  );
