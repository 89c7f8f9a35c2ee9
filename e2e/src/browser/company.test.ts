/** Several windows, and several browsers of one user, at once: all of them show the same, whoever does something. */
import { expect } from 'vitest';
import { test } from '../harness/world.ts';
import { startBrowser } from './chromium.ts';
import { finishDrip, labelOf, offerDrip, rowsOf, startDrip } from './drip.ts';
import { nextWindow, openBrowser } from './stage.ts';

const SOON = { timeout: 40_000 };

test('two managers and the popup show the same, whichever of them does something', async ({ world }) => {
  const drip = await offerDrip(world);
  const browser = await openBrowser(world);
  const first = await startDrip(browser, drip);
  const second = await nextWindow(browser, first, 'manager.html');
  const popup = await browser.open('popup.html');
  const all = [first, second, popup];
  const each = async (text: string): Promise<void> => {
    for (const page of all) await expect.poll(() => labelOf(page, drip.name), SOON).toContain(text);
  };
  await each('33');

  await rowsOf(first).click();
  await first.getByRole('button', { name: 'Stop', exact: true }).click();
  await each('Stopped');
  await rowsOf(popup).hover();
  await rowsOf(popup).getByRole('button', { name: 'Start' }).click();
  await each('Downloading');

  await rowsOf(second).click();
  await second.keyboard.press('Delete');
  await second.getByRole('button', { name: 'Undo' }).waitFor();
  for (const page of all) await expect.poll(() => rowsOf(page).count(), SOON).toBe(0);
  await second.getByRole('button', { name: 'Undo' }).click();
  await each(drip.name);
  await finishDrip(browser, first, drip);
  await expect.poll(() => labelOf(second, drip.name), SOON).toContain('Seeding');
  expect(await rowsOf(second).count()).toBe(1);
});

test('two profiles share one service, and one goes on when the other closes', async ({ world }) => {
  const drip = await offerDrip(world);
  const browser = await openBrowser(world);
  const manager = await startDrip(browser, drip);
  const service = browser.servicePid();
  const other = await startBrowser({ home: browser.home });
  world.atEnd(() => other.quit());
  const others = await other.open('manager.html');
  await expect.poll(() => labelOf(others, drip.name), SOON).toContain('33');

  await rowsOf(others).click();
  await others.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect.poll(() => labelOf(manager, drip.name), SOON).toContain('Stopped by you');
  await rowsOf(manager).click();
  await manager.getByRole('button', { name: 'Start', exact: true }).click();
  await expect.poll(() => labelOf(others, drip.name), SOON).toContain('Downloading');

  await browser.quit();
  await finishDrip(other, others, drip);
  expect(other.servicePid()).toBe(service);
  expect(drip.seed.guests).toBe(2);
  expect(await rowsOf(others).count()).toBe(1);
  await other.quit();
});
