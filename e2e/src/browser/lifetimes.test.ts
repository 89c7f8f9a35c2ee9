/**
 * What goes away in the middle of a download and comes back: the browser, the service, the daemon, the worker. Decides that
 * nobody has to do anything about it.
 */
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { expect } from 'vitest';
import { until } from '../harness/until.ts';
import { test, type World } from '../harness/world.ts';
import type { Browser } from './chromium.ts';
import {
  finishDrip,
  labelOf,
  offerDrip,
  percentOf,
  rowsOf,
  startDrip,
  watchPage,
  watchSeed,
} from './drip.ts';
import { openBrowser, stopWorker } from './stage.ts';

const SOON = { timeout: 40_000 };
/** Pieces that were under way when something died may be fetched again: blocks of eight of them. */
const LOST_BLOCKS = 32;

/** Process of the service, which is there. */
function serviceOf(browser: Browser): number {
  const pid = browser.servicePid();
  if (pid === null) throw new Error('there is no service');
  return pid;
}

/** A process of this machine. */
interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly words: string;
}

function running(): readonly Running[] {
  const lines = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, words = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), words }];
  });
}

/** The daemon that a service has. */
function daemonOf(service: number): number {
  return running().find(({ parent }) => parent === service)?.pid ?? 0;
}

/** What the browser started to talk to the service. */
function connectorOf({ profile }: Browser): number {
  const all = running();
  const main = all.find(
    ({ words }) => words.includes(`--user-data-dir=${profile}`) && !words.includes('--type='),
  );
  const found = all.find(({ parent, words }) => parent === main?.pid && words.includes('connector'));
  if (found === undefined) throw new Error('there is no connector');
  return found.pid;
}

/** A manager in the middle of a download, and what it says and is given twice from then on. */
async function inDownload(world: World) {
  const drip = await offerDrip(world);
  const browser = await openBrowser(world);
  const manager = await startDrip(browser, drip);
  return { drip, browser, manager, heard: await watchPage(manager), again: watchSeed(drip.seed) };
}

for (const keepRunning of ['whileActive', 'always'])
  test(`a download goes on while the browser is closed, with keepRunning ${keepRunning}`, async ({
    world,
  }) => {
    const drip = await offerDrip(world);
    const browser = await openBrowser(world);
    browser.cli('set', 'global', `service.keepRunning=${keepRunning}`);
    const manager = await startDrip(browser, drip);
    const service = serviceOf(browser);
    const percent = await percentOf(manager, drip.name);
    const again = watchSeed(drip.seed);
    await browser.quit();
    const { bytes } = drip.seed;
    drip.seed.allow(1024 * 1024);
    await until('the seed is asked on', async () => (drip.seed.bytes > bytes ? true : undefined));

    const next = await browser.restart();
    const found = await next.open('manager.html');
    await expect.poll(() => percentOf(found, drip.name), SOON).toBeGreaterThan(percent);
    expect(serviceOf(next)).toBe(service);
    await finishDrip(next, found, drip);
    expect(again()).toBe(0);
    expect(drip.seed.guests).toBe(1);
    expect(await rowsOf(found).count()).toBe(1);
  });

test('with keepRunning never the service leaves with the browser, and the download goes on when it opens again', async ({
  world,
}) => {
  const drip = await offerDrip(world);
  const browser = await openBrowser(world);
  browser.cli('set', 'global', 'service.keepRunning=never', 'service.graceSeconds=5');
  const manager = await startDrip(browser, drip);
  const percent = await percentOf(manager, drip.name);
  const again = watchSeed(drip.seed);
  await browser.quit();
  await until('the service leaves', async () => (browser.servicePid() === null ? true : undefined));

  const next = await browser.restart();
  const found = await next.open('manager.html');
  await expect.poll(() => percentOf(found, drip.name), SOON).toBeGreaterThanOrEqual(percent);
  await finishDrip(next, found, drip);
  // Pieces that were not whole.
  expect(again()).toBeLessThan(LOST_BLOCKS);
  expect(await rowsOf(found).count()).toBe(1);
});

test('a service that is killed is a quiet line, and the download goes on by itself', async ({ world }) => {
  const { drip, browser, manager, heard, again } = await inDownload(world);
  const service = serviceOf(browser);
  process.kill(service, 'SIGKILL');
  await expect.poll(async () => (await heard()).said.join('\n'), SOON).toContain('Reconnecting');
  await finishDrip(browser, manager, drip);
  expect(serviceOf(browser)).not.toBe(service);
  expect(manager.url()).toContain('/manager.html');
  expect((await heard()).fewest).toBe(1);
  expect(await rowsOf(manager).count()).toBe(1);
  await manager.getByText('Reconnecting').waitFor({ state: 'hidden' });
  expect(again()).toBeLessThan(LOST_BLOCKS);
});

test('what is clicked while the service is away is done when it is there again', async ({ world }) => {
  const { drip, browser, manager, heard } = await inDownload(world);
  await rowsOf(manager).click();
  process.kill(serviceOf(browser), 'SIGKILL');
  await expect.poll(async () => (await heard()).said.join('\n'), SOON).toContain('Reconnecting');
  await manager.getByRole('button', { name: 'Stop', exact: true }).click();
  await manager.getByText('Reconnecting').waitFor({ state: 'hidden' });
  await expect.poll(() => browser.cli('list'), SOON).toContain('stopped');
  await expect.poll(() => labelOf(manager, drip.name), SOON).toContain('Stopped by you');
});

test('a connector that is killed is a quiet line, and the download knows nothing of it', async ({
  world,
}) => {
  const { drip, browser, manager, heard, again } = await inDownload(world);
  const service = serviceOf(browser);
  process.kill(connectorOf(browser), 'SIGKILL');
  await expect.poll(async () => (await heard()).said.join('\n'), SOON).toContain('Reconnecting');
  await manager.getByText('Reconnecting').waitFor({ state: 'hidden' });
  await finishDrip(browser, manager, drip);
  expect((await heard()).fewest).toBe(1);
  expect(serviceOf(browser)).toBe(service);
  expect(drip.seed.guests).toBe(1);
  expect(again()).toBe(0);
});

test('a daemon that is killed is a quiet line, and the download goes on by itself', async ({ world }) => {
  const { drip, browser, manager, heard, again } = await inDownload(world);
  const service = serviceOf(browser);
  process.kill(daemonOf(service), 'SIGKILL');
  await expect.poll(async () => (await heard()).said.join('\n'), SOON).toContain('Transfers start anew');
  await finishDrip(browser, manager, drip);
  expect(serviceOf(browser)).toBe(service);
  expect((await heard()).fewest).toBe(1);
  expect((await heard()).said.join('\n')).not.toContain('Reconnecting');
  expect(again()).toBeLessThan(LOST_BLOCKS);
});

test('a worker that is stopped takes nothing with it, and what is clicked meanwhile is done', async ({
  world,
}) => {
  const drip = await offerDrip(world);
  const browser = await openBrowser(world);
  const manager = await startDrip(browser, drip);
  const percent = await percentOf(manager, drip.name);
  const heard = await watchPage(manager);
  await rowsOf(manager).click();
  await stopWorker(browser, manager);
  drip.seed.allow(1024 * 1024);
  await expect.poll(() => percentOf(manager, drip.name), SOON).toBeGreaterThan(percent + 30);
  expect(drip.seed.guests).toBe(1);

  await stopWorker(browser, manager);
  await manager.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect.poll(() => browser.cli('list'), SOON).toContain('stopped');
  await expect.poll(() => labelOf(manager, drip.name), SOON).toContain('Stopped by you');
  await stopWorker(browser, manager);
  const again = watchSeed(drip.seed);
  await manager.getByRole('button', { name: 'Start', exact: true }).click();
  await finishDrip(browser, manager, drip);
  expect((await heard()).fewest).toBe(1);
  expect(again()).toBeLessThan(LOST_BLOCKS);
});
