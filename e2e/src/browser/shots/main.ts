/**
 * `pnpm screenshots`: pictures of every page in both themes, of a session with real torrents, in docs/screenshots or the
 * folder that is named. Decides which pages and states are shown.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { EXTENSION_ID, startBrowser, type Browser } from '../chromium.ts';
import { fillSession } from './sample-world.ts';

const out = resolve(
  process.env['INIT_CWD'] ?? '.',
  process.argv[2] ?? fileURLToPath(new URL('../../../../docs/screenshots', import.meta.url)),
);
const MANAGER = { width: 1400, height: 860 };

/** One picture: a page, its size, and what is done before. */
interface Shot {
  readonly name: string;
  readonly page: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly prepare?: (page: Page) => Promise<void>;
}

const SHOTS: readonly Shot[] = [
  {
    name: 'manager',
    page: 'manager.html',
    size: MANAGER,
    prepare: (page) => page.getByText('debian-13').first().click(),
  },
  { name: 'popup', page: 'popup.html', size: { width: 400, height: 600 } },
  { name: 'settings', page: 'settings.html', size: { width: 1100, height: 860 } },
  { name: 'setup', page: 'setup.html', size: { width: 760, height: 720 } },
];

mkdirSync(out, { recursive: true });
const browser = await startBrowser({ viewport: MANAGER });
const world = await fillSession(browser);
try {
  // Until rates and histories have something to show.
  await wait(12_000);
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const shot of SHOTS) await take(browser, shot, colorScheme);
    const add: Shot = {
      name: 'add',
      page: 'add.html',
      size: { width: 720, height: 700 },
      prepare: (page) => fillAdd(page, world.fresh.magnet),
    };
    await take(browser, add, colorScheme);
  }
} finally {
  await world.end();
  await browser.clear();
}

async function take({ context }: Browser, shot: Shot, colorScheme: 'light' | 'dark'): Promise<void> {
  const page = await context.newPage();
  await page.setViewportSize(shot.size);
  await page.emulateMedia({ colorScheme });
  await page.goto(`chrome-extension://${EXTENSION_ID}/${shot.page}`);
  await page.waitForTimeout(2500);
  await shot.prepare?.(page);
  await page.waitForTimeout(2000);
  const file = join(out, `${shot.name}-${colorScheme}.png`);
  await page.screenshot({ path: file });
  console.log(file);
  await page.close();
}

async function fillAdd(page: Page, magnet: string): Promise<void> {
  await page.getByRole('textbox').first().fill(magnet);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForTimeout(3000);
}
