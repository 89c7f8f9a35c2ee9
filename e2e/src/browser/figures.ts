/** What pages of the extension take of time and of their thread, for tests that print it. Decides nothing about what is good. */
import type { Page } from 'playwright-core';
import { EXTENSION_ID, type Browser } from './chromium.ts';

/** CPU that the thread of all pages of the extension has used, in ms: what other programs do moves it little. */
export type Meter = () => Promise<number>;

/** The meter of a browser. */
export async function meterOf({ context }: Browser): Promise<Meter> {
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
export async function costing<T>(
  meter: Meter,
  act: () => Promise<T>,
): Promise<T & { readonly cpuMs: number }> {
  const before = await meter();
  const result = await act();
  return { ...result, cpuMs: Math.round((await meter()) - before) };
}

/** A page of the extension that notes when its first row was drawn (`seen.row`, once `seen.first` resolves) and frames above 50 ms (`seen.frames`). */
export async function openWatched(
  { context }: Browser,
  name: string,
  size = { width: 1400, height: 860 },
): Promise<Page> {
  const page = await context.newPage();
  await page.setViewportSize(size);
  await page.addInitScript(WATCH);
  await page.goto(`chrome-extension://${EXTENSION_ID}/${name}`);
  return page;
}

/** Rows of a list have `data-id`, those of a tree of files `data-row`; `seen.drawn` is the next time one of these is drawn. */
const WATCH = `
  globalThis.seen = {
    row: null,
    frames: [],
    drawn: (rows) => new Promise((resolve) => {
      const look = new MutationObserver(() => {
        if (document.querySelector(rows) === null) return;
        look.disconnect();
        requestAnimationFrame(() => setTimeout(() => resolve(Math.round(performance.now()))));
      });
      look.observe(document, { childList: true, subtree: true });
    }),
  };
  seen.first = seen.drawn('[data-id], [data-row]').then((at) => { seen.row = at; });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.frames.push(Math.round(entry.duration));
  }).observe({ type: 'long-animation-frame', buffered: true });
`;

/** How long something takes, and what stood in the way of frames meanwhile. */
export interface Span {
  readonly ms: number;
  /** Frames above 50 ms. */
  readonly longFrames: readonly number[];
}

/** How long it takes until the frame after something is drawn. */
export async function timed(page: Page, act: () => Promise<void>): Promise<Span> {
  await page.evaluate('seen.frames.length = 0');
  const begunAt = performance.now();
  await act();
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))');
  const ms = Math.round(performance.now() - begunAt);
  return { ms, longFrames: await page.evaluate<readonly number[]>('seen.frames') };
}

/** What was seen while a page was scrolled. */
export interface Scrolled {
  /** Most rows that were there at once. */
  readonly rows: number;
  /** Of the time between frames, in ms. */
  readonly median: number;
  readonly p95: number;
  readonly longest: number;
}

/** From the top to the bottom, or so many pixels in each of 200 frames; `rows` is what rows match. */
export async function scroll(page: Page, rows: string, pixels?: number): Promise<Scrolled> {
  return page.evaluate<Scrolled>(`(async () => {
    const list = document.querySelector(${JSON.stringify(rows)}).closest('[role=grid], [role=treegrid]');
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const step = ${pixels ?? '(list.scrollHeight / 200)'};
    const spans = [];
    let rows = 0;
    let before = await frame();
    for (let at = 1; at <= 200; at += 1) {
      list.scrollTop = at * step;
      const now = await frame();
      spans.push(now - before);
      before = now;
      rows = Math.max(rows, list.querySelectorAll(${JSON.stringify(rows)}).length);
    }
    spans.sort((a, b) => a - b);
    const of = (part) => Math.round(spans[Math.min(spans.length - 1, Math.floor(part * spans.length))]);
    return { rows, median: of(0.5), p95: of(0.95), longest: of(1) };
  })()`);
}

/** Print what was found. */
export function tell(what: string, figures: unknown): void {
  console.log(`${what}: ${JSON.stringify(figures)}`);
}
