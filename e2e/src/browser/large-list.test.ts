/**
 * Sessions of thousands of torrents in the manager and the popup: everything is found, and what is drawn does not grow with
 * the list. Times are printed and not judged, because other programs share the machine.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test, type World } from '../harness/world.ts';
import type { Browser } from './chromium.ts';
import { costing, meterOf, openWatched as open, scroll, tell, timed } from './figures.ts';
import { openBrowser } from './stage.ts';

const MAKE = fileURLToPath(new URL('../../../bench/src/list/make.ts', import.meta.url));
/** What 860 pixels show, with what is kept ready beyond them, and room for another density. */
const MAX_ROWS = 60;
/** A notch in each frame is as fast as hands are. */
const WHEEL = 120;
const SMALL = { width: 400, height: 600 };
/** Narrower lists do not show when torrents were added. */
const WITH_DATES = { width: 1500, height: 860 };
/** Ten thousand torrents are written first. */
const SLOW = { timeout: 300_000 };

test('ten thousand torrents are scrolled, sorted and searched', SLOW, async ({ world }) => {
  const browser = await session(world, 10_000);
  const meter = await meterOf(browser);
  const page = await open(browser, 'manager.html');
  await page.setViewportSize(WITH_DATES);
  await page.getByRole('grid').waitFor({ timeout: 60_000 });
  await expect.poll(() => rowCount(page), { timeout: 60_000 }).toBe(10_001);
  tell('10,000: first rows, with the start of the service', await times(page));
  // The page that opens with the first start lies over it: what is not seen is not drawn.
  await page.bringToFront();

  const wheeled = await costing(meter, () => scroll(page, '[data-id]', WHEEL));
  tell('10,000: 200 frames of a wheel', wheeled);
  const scrolled = await costing(meter, () => scroll(page, '[data-id]'));
  tell('10,000: 200 frames from top to bottom, all rows new in each', scrolled);
  expect(scrolled.rows).toBeLessThanOrEqual(MAX_ROWS);
  await expect.poll(() => lastIndex(page)).toBe(10_001);

  for (const [column, first] of [
    ['Name', /number 0,/],
    ['Size', /number \d+,/],
    ['Added', /number 9999,/],
    ['Progress', /100/],
  ] as const) {
    const cost = await costing(meter, () =>
      timed(page, () => page.getByRole('columnheader', { name: column }).getByRole('button').first().click()),
    );
    await expect.poll(() => firstRow(page)).toMatch(first);
    tell(`10,000: sorted by ${column}`, cost);
  }
  const found = await costing(meter, () =>
    timed(page, () => page.getByRole('searchbox').fill('number 4321')),
  );
  await expect.poll(() => rowCount(page)).toBe(2);
  expect(await firstRow(page)).toContain('number 4321');
  tell('10,000: searched', found);
});

test('a thousand torrents are there at once in manager and popup', SLOW, async ({ world }) => {
  const browser = await session(world, 1000);
  const meter = await meterOf(browser);
  const first = await open(browser, 'manager.html');
  await expect.poll(() => rowCount(first), { timeout: 60_000 }).toBe(1001);
  await first.close();
  const isThere = async (page: Page): Promise<Times> => {
    await page.getByText('A torrent with a name').first().waitFor();
    return times(page);
  };
  let manager = first;
  const shown = await costing(meter, async () => {
    manager = await open(browser, 'manager.html');
    return isThere(manager);
  });
  tell('1,000: manager', shown);
  await expect.poll(() => rowCount(manager)).toBe(1001);
  expect(await drawnRows(manager)).toBeLessThanOrEqual(MAX_ROWS);
  await manager.close();
  let popup = await open(browser, 'popup.html', SMALL);
  await isThere(popup);
  await popup.close();
  const again = await costing(meter, async () => {
    popup = await open(browser, 'popup.html', SMALL);
    return isThere(popup);
  });
  tell('1,000: popup', again);
  expect(await popup.getByRole('listitem').count()).toBeLessThanOrEqual(MAX_ROWS);
});

/** A browser over a session of so many torrents. */
async function session(world: World, count: number): Promise<Browser> {
  const home = world.newFolder('home');
  execFileSync(process.execPath, [MAKE, join(home, 'state'), join(home, 'Downloads'), String(count)]);
  const browser = await openBrowser(world, { home });
  // What is open when a page is measured is what a user has: the worker, and its connection.
  await expect.poll(() => browser.context.serviceWorkers().length, { timeout: 30_000 }).toBe(1);
  return browser;
}

interface Times {
  /** When something was painted, and when the first torrent was; ms after the navigation began. */
  readonly painted: number;
  readonly row: number;
  /** Frames above 50 ms. */
  readonly longFrames: readonly number[];
}

async function times(page: Page): Promise<Times> {
  await expect.poll(() => page.evaluate('seen.row'), { timeout: 60_000 }).not.toBeNull();
  return page.evaluate<Times>(`({
    painted: Math.round(performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1),
    row: seen.row,
    longFrames: seen.frames.splice(0),
  })`);
}

const rowCount = async (page: Page): Promise<number> =>
  Number(await page.getByRole('grid').getAttribute('aria-rowcount'));

const drawnRows = (page: Page): Promise<number> =>
  page.evaluate<number>("document.querySelectorAll('[role=grid] [data-id]').length");

const firstRow = (page: Page): Promise<string> =>
  page.evaluate<string>(
    "document.querySelector('[role=row][aria-rowindex=\"2\"]')?.getAttribute('aria-label') ?? ''",
  );

const lastIndex = (page: Page): Promise<number> =>
  page.evaluate<number>(
    "Math.max(...[...document.querySelectorAll('[data-id]')].map((row) => row.ariaRowIndex))",
  );
