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
import { EXTENSION_ID, type Browser } from './chromium.ts';
import { openBrowser } from './stage.ts';

const MAKE = fileURLToPath(new URL('../../../bench/src/list/make.ts', import.meta.url));
/** What 860 pixels show, with what is kept ready beyond them, and room for another density. */
const MAX_ROWS = 60;
/** A notch in each frame is as fast as hands are. */
const WHEEL = '120';
const SMALL = { width: 400, height: 600 };
/** Ten thousand torrents are written first. */
const SLOW = { timeout: 300_000 };

test('ten thousand torrents are scrolled, sorted and searched', SLOW, async ({ world }) => {
  const browser = await session(world, 10_000);
  const meter = await meterOf(browser);
  const page = await open(browser, 'manager.html');
  await page.getByRole('grid').waitFor({ timeout: 60_000 });
  await expect.poll(() => rowCount(page), { timeout: 60_000 }).toBe(10_001);
  tell('10,000: first rows, with the start of the service', await times(page));
  // The page that opens with the first start lies over it: what is not seen is not drawn.
  await page.bringToFront();

  const wheeled = await costing(meter, () => scroll(page, WHEEL));
  tell('10,000: 200 frames of a wheel', wheeled);
  const scrolled = await costing(meter, () => scroll(page, '(grid.scrollHeight / 200)'));
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

/** CPU that the thread of all pages of the extension has used, in ms: what other programs do moves it little. */
type Meter = () => Promise<number>;

async function meterOf({ context }: Browser): Promise<Meter> {
  // A page that does nothing, beside those that are measured.
  const page = await context.newPage();
  await page.goto(`chrome-extension://${EXTENSION_ID}/licences.json`);
  const line = await context.newCDPSession(page);
  await line.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await line.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
  };
}

/** What something costs. */
async function costing<T>(meter: Meter, act: () => Promise<T>): Promise<T & { readonly cpuMs: number }> {
  const before = await meter();
  const result = await act();
  return { ...result, cpuMs: Math.round((await meter()) - before) };
}

/** A browser over a session of so many torrents. */
async function session(world: World, count: number): Promise<Browser> {
  const home = world.newFolder('home');
  execFileSync(process.execPath, [MAKE, join(home, 'state'), join(home, 'Downloads'), String(count)]);
  const browser = await openBrowser(world, { home });
  // What is open when a page is measured is what a user has: the worker, and its connection.
  await expect.poll(() => browser.context.serviceWorkers().length, { timeout: 30_000 }).toBe(1);
  return browser;
}

async function open({ context }: Browser, name: string, size = { width: 1400, height: 860 }): Promise<Page> {
  const page = await context.newPage();
  await page.setViewportSize(size);
  await page.addInitScript(WATCH);
  await page.goto(`chrome-extension://${EXTENSION_ID}/${name}`);
  return page;
}

/** Notes in the page when its first row was drawn, and every frame that took long. */
const WATCH = `
  globalThis.seen = { row: null, frames: [] };
  const look = new MutationObserver(() => {
    if (document.querySelector('[data-id]') === null) return;
    look.disconnect();
    requestAnimationFrame(() => setTimeout(() => { seen.row = Math.round(performance.now()); }));
  });
  look.observe(document, { childList: true, subtree: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.frames.push(Math.round(entry.duration));
  }).observe({ type: 'long-animation-frame', buffered: true });
`;

interface Times {
  /** When something was painted, and when the first torrent was; ms after the navigation began. */
  readonly painted: number;
  readonly row: number;
  /** Frames above 50 ms. */
  readonly longFrames: readonly number[];
}

async function times(page: Page): Promise<Times> {
  await page.waitForFunction('seen.row !== null');
  return page.evaluate<Times>(`({
    painted: Math.round(performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1),
    row: seen.row,
    longFrames: seen.frames.splice(0),
  })`);
}

interface Scrolled {
  /** Most rows that were there at once. */
  readonly rows: number;
  /** Of the time between frames, in ms. */
  readonly median: number;
  readonly p95: number;
  readonly longest: number;
}

/** From the top, so many pixels in each of 200 frames. */
async function scroll(page: Page, pixels: string): Promise<Scrolled> {
  return page.evaluate<Scrolled>(`(async () => {
    const grid = document.querySelector('[role=grid]');
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const step = ${pixels};
    const spans = [];
    let rows = 0;
    let before = await frame();
    for (let at = 1; at <= 200; at += 1) {
      grid.scrollTop = at * step;
      const now = await frame();
      spans.push(now - before);
      before = now;
      rows = Math.max(rows, grid.querySelectorAll('[data-id]').length);
    }
    spans.sort((a, b) => a - b);
    const of = (part) => Math.round(spans[Math.min(spans.length - 1, Math.floor(part * spans.length))]);
    return { rows, median: of(0.5), p95: of(0.95), longest: of(1) };
  })()`);
}

/** How long it takes until the frame after something is drawn, in ms. */
async function timed(
  page: Page,
  act: () => Promise<void>,
): Promise<{ readonly longFrames: readonly number[]; readonly ms: number }> {
  await page.evaluate('seen.frames.length = 0');
  const begunAt = performance.now();
  await act();
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))');
  const ms = Math.round(performance.now() - begunAt);
  return { ms, longFrames: await page.evaluate<readonly number[]>('seen.frames') };
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

function tell(what: string, figures: unknown): void {
  console.log(`${what}: ${JSON.stringify(figures)}`);
}
