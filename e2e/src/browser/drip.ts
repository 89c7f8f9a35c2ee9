/**
 * A download that stands still where a test wants it: a seed that gives so much and waits, and a tracker that leads to it.
 * Decides how both know of the torrent and how a page is read; what happens meanwhile is decided by tests.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Torrent } from '../clients/client.ts';
import { create } from '../clients/jstorrent.ts';
import { writeFile } from '../harness/content.ts';
import { startSeed, type RawSeed } from '../harness/raw-seed.ts';
import type { World } from '../harness/world.ts';
import { bittorrentTracker } from '../trackers/tracker.ts';
import type { Browser } from './chromium.ts';

const MIB = 1024 * 1024;
const PIECE_LENGTH = 64 * 1024;
const SOON = { timeout: 40_000 };

/** A torrent of one file, and its seed. */
export interface Drip {
  readonly torrent: Torrent;
  readonly name: string;
  readonly content: Buffer;
  readonly seed: RawSeed;
}

/** Offer a file of 3 MiB, of which the seed gives a third until it is allowed more. */
export async function offerDrip(world: World, name = 'drip.bin'): Promise<Drip> {
  const path = writeFile(world.newFolder('original'), name, 3 * MIB);
  const { infoHash } = await create(world, path);
  const tracker = await bittorrentTracker.start(world, infoHash);
  const torrent = await create(world, path, { trackers: [tracker.httpUrl] });
  const content = readFileSync(path);
  const seed = await startSeed(
    world,
    { torrent, path, content, pieceLength: PIECE_LENGTH },
    { allowance: MIB },
  );
  await announce(tracker.httpUrl, infoHash, seed);
  return { torrent, name, content, seed };
}

/** Add it, and show a manager in which a third of it is there. */
export async function startDrip(browser: Browser, { torrent, name }: Drip): Promise<Page> {
  browser.cli('set', 'global', 'net.port=0');
  browser.cli('add', '--dir', browser.downloads, torrent.file);
  const manager = await browser.open('manager.html');
  await expect.poll(() => percentOf(manager, name), SOON).toBeGreaterThan(30);
  return manager;
}

/** The seed gives the rest; resolved when a manager shows all of it, and it is right on the disk. */
export async function finishDrip(
  browser: Browser,
  manager: Page,
  { name, content, seed }: Drip,
): Promise<void> {
  seed.allow(Infinity);
  await expect.poll(() => labelOf(manager, name), SOON).toContain('Seeding');
  expect(readFileSync(join(browser.downloads, name)).equals(content)).toBe(true);
}

/** Lines of a list, in the manager or in the popup. */
export const rowsOf = (page: Page): Locator => page.locator('[role=row][data-id]');

/** What is said of the one line with this name. */
export async function labelOf(page: Page, name: string): Promise<string> {
  const label = await rowsOf(page).and(page.getByRole('row', { name })).getAttribute('aria-label');
  return label ?? '';
}

/** Its progress, as it is said. */
export async function percentOf(page: Page, name: string): Promise<number> {
  return Number(/([\d.]+)\s?%/.exec(await labelOf(page, name))?.[1] ?? 0);
}

/** How often blocks were given again, beginning with what is given from now on. */
export function watchSeed({ given }: RawSeed): () => number {
  const before = new Set(given.keys());
  const times = new Map(given);
  return () => [...before].reduce((sum, at) => sum + (given.get(at) ?? 0) - (times.get(at) ?? 0), 0);
}

/** What a page said to its user since it is watched. */
export interface Heard {
  /** Texts of its quiet lines. */
  readonly said: readonly string[];
  /** The fewest lines its list had. */
  readonly fewest: number;
}

const WATCH = `{
  const heard = (globalThis.heard = { said: [], fewest: Infinity });
  const look = () => {
    for (const { textContent } of document.querySelectorAll('[role=status]'))
      if (!heard.said.includes(textContent)) heard.said.push(textContent);
    heard.fewest = Math.min(heard.fewest, document.querySelectorAll('[role=row][data-id]').length);
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
  look();
}`;

/** Watch a page; the function tells what it said meanwhile. */
export async function watchPage(page: Page): Promise<() => Promise<Heard>> {
  await page.evaluate(WATCH);
  return () => page.evaluate('heard');
}

/** Tell the tracker of the seed, as a client does. */
async function announce(url: string, infoHash: string, { port }: RawSeed): Promise<void> {
  const hash = infoHash.replaceAll(/../g, (byte) => `%${byte}`);
  const about = `peer_id=-RS0000-announced000&port=${port}&uploaded=0&downloaded=0&left=0&compact=1`;
  const reply = await fetch(`${url}?info_hash=${hash}&${about}&event=started`);
  if (!reply.ok) throw new Error(`the tracker answers ${reply.status}`);
}
