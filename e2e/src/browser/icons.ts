/** Draws the icons of the extension from extension/art: `pnpm --filter @jstorrent/e2e icons`. Browsers take no SVG there. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { browserPath } from './chromium.ts';

const EXTENSION = fileURLToPath(new URL('../../../extension', import.meta.url));
/** The drawing of each icon, and its sizes in pixels. */
const ICONS: Readonly<Record<string, { readonly art: string; readonly sizes: readonly number[] }>> = {
  idle: { art: 'icon', sizes: [16, 32] },
  active: { art: 'icon-active', sizes: [16, 32] },
  paused: { art: 'icon-paused', sizes: [16, 32] },
  error: { art: 'icon-error', sizes: [16, 32] },
  store: { art: 'icon-store', sizes: [16, 32, 48, 128] },
};

const folder = process.argv[2] ?? join(EXTENSION, 'public/icons');
const browser = await chromium.launch({
  executablePath: browserPath(),
  args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
});
const page = await browser.newPage();
for (const [name, { art, sizes }] of Object.entries(ICONS)) {
  const drawing = readFileSync(join(EXTENSION, 'art', `${art}.svg`)).toString('base64');
  for (const size of sizes) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(
      `<style>body{margin:0}img{display:block;width:${size}px;height:${size}px}</style><img src="data:image/svg+xml;base64,${drawing}">`,
      { waitUntil: 'load' },
    );
    const file = join(folder, `${name}-${size}.png`);
    writeFileSync(file, await page.screenshot({ omitBackground: true }));
    console.log(file);
  }
}
await browser.close();
