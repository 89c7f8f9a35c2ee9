/**
 * How long popup and manager take to show torrents: `pnpm feel [torrents] [times]`. With a display the browser is shown. It is
 * driven by a page of the extension alone, so that nothing that watches it takes part in the time.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { browserPath, envOf, EXTENSION, EXTENSION_ID, readPid, writeManifest } from '../chromium.ts';
import { DevTools } from './dev-tools.ts';

const MAKE = fileURLToPath(new URL('../../../../bench/src/list/make.ts', import.meta.url));
const [count = '1000', times = '15'] = process.argv.slice(2);

/** In a page of the extension: opens another as a click does; when it showed torrents, in ms, and how far things moved. */
const OPEN = `async (page) => {
  const isPopup = page === 'popup';
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const clickedAt = performance.timeOrigin + performance.now();
  const tab = isPopup ? await chrome.action.openPopup() : await chrome.tabs.create({ url: page });
  let view, drawn;
  for (let at = 0; drawn === undefined && at < 30; at += 1) {
    await wait(2000);
    [view] = chrome.extension.getViews(isPopup ? { type: 'popup' } : { tabId: tab.id });
    [drawn] = view.performance.getEntriesByName('torrents drawn');
  }
  const shifts = [];
  new view.PerformanceObserver((list) => shifts.push(...list.getEntries().map(({ value }) => value)))
    .observe({ type: 'layout-shift', buffered: true });
  await wait(50);
  if (isPopup) view.close();
  else await chrome.tabs.remove(tab.id);
  await wait(300);
  return {
    clicked: view.performance.timeOrigin + drawn.startTime - clickedAt,
    navigated: drawn.startTime,
    shift: shifts.reduce((sum, one) => sum + one, 0),
  };
}`;

interface Opened {
  readonly clicked: number;
  readonly navigated: number;
  readonly shift: number;
}

const home = mkdtempSync(join(tmpdir(), 'jstorrent-feel-'));
const profile = join(home, 'profile');
for (const folder of ['state', 'Downloads', 'profile']) mkdirSync(join(home, folder), { mode: 0o700 });
execFileSync(process.execPath, [MAKE, join(home, 'state'), join(home, 'Downloads'), count]);
writeManifest(home, profile);
const browser = spawn(browserPath(), browserWords(), {
  env: { ...envOf(home), DISPLAY: process.env['DISPLAY'] },
  stdio: 'ignore',
});
try {
  const tools = await DevTools.connect(await addressOf(profile));
  const run = await tools.open(`chrome-extension://${EXTENSION_ID}/settings.html`);
  for (const page of ['manager.html', 'popup']) console.log(`${page}: ${await measure(run, page)}`);
  tools.close();
} finally {
  browser.kill();
  const pid = readPid(home);
  if (pid !== null) process.kill(pid, 'SIGKILL');
  await Promise.all([once(browser, 'close'), wait(500)]);
  rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

function browserWords(): string[] {
  return [
    ...(process.env['DISPLAY'] === undefined ? ['--headless=new'] : []),
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--window-size=1400,900',
    `--user-data-dir=${profile}`,
    `--disable-extensions-except=${EXTENSION}`,
    `--load-extension=${EXTENSION}`,
    '--remote-debugging-port=0',
  ];
}

/** Where a browser listens that was just started with a profile. */
async function addressOf(folder: string): Promise<string> {
  const note = join(folder, 'DevToolsActivePort');
  for (;;) {
    const [port, path] = existsSync(note) ? readFileSync(note, 'utf8').split('\n') : [];
    if (path !== undefined && path !== '') return `ws://127.0.0.1:${port}${path}`;
    await wait(50);
  }
}

/** The tenth, the half and the nine tenths of all times. */
async function measure(run: (script: string) => Promise<unknown>, page: string): Promise<string> {
  const all: Opened[] = [];
  // The first one has nothing to remember, and waits for the service.
  for (let at = 0; at <= Number(times); at += 1) {
    const one = (await run(`(${OPEN})('${page}')`)) as Opened;
    if (at > 0) all.push(one);
  }
  const of = (pick: (one: Opened) => number): string => {
    const sorted = all.map(pick).toSorted((a, b) => a - b);
    return [0.1, 0.5, 0.9]
      .map((part) => Math.round(sorted[Math.floor(part * sorted.length)] ?? -1))
      .join(', ');
  };
  const shift = Math.max(...all.map((one) => one.shift));
  return (
    `torrents seen ${of(({ clicked }) => clicked)} ms after the click, ` +
    `${of(({ navigated }) => navigated)} ms after the browser began with the page; ` +
    `moved by ${shift.toFixed(4)} at most`
  );
}
