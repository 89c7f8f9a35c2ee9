/** The essential path in Firefox: the same sources, its own manifest, the same helper. */
import { rmSync } from 'node:fs';
import { expect } from 'vitest';
import { need } from '../clients/client.ts';
import { until } from '../harness/until.ts';
import { test } from '../harness/world.ts';
import { buildForFirefox, firefox, startFirefox } from './firefox.ts';

test('the manager connects to the helper', async ({ world, skip }) => {
  need(skip, firefox);
  const extension = buildForFirefox();
  world.atEnd(() => Promise.resolve(rmSync(extension, { recursive: true })));
  const browser = await startFirefox(world, extension);
  await browser.open('popup.html');
  const said = await until('it is connected', async () => {
    const text = await browser.evaluate<string>('document.body.innerText');
    return text.includes('magnet') ? text : undefined;
  });
  expect(said).not.toBe('');
});
