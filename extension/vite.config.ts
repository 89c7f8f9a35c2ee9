/** Builds the extension: `BROWSER` chrome or firefox, to dist/<browser>; `vite` alone serves it with hot reload. */
import { crx, type ManifestV3Export } from '@crxjs/vite-plugin';
import process from 'node:process';
import { defineConfig } from 'vite';
import { inlineSprite } from './src/build/inline-sprite.ts';
import { licences } from './src/build/licences.ts';
import { locales } from './src/build/locales.ts';
import { pagesAlone } from './src/build/pages-alone.ts';
import { tidyManifest } from './src/build/tidy-manifest.ts';
import { manifestOf, WHILE_SERVED, type Target } from './src/manifest.ts';

const target: Target = process.env['BROWSER'] === 'firefox' ? 'firefox' : 'chrome';
const PAGES = ['add', 'settings', 'setup', 'magnet'];
/** Those that people open most. */
const ALONE = ['popup', 'manager'];
/** Members of the manifest that a test build adds, in JSON. */
const extra = JSON.parse(process.env['MANIFEST_EXTRA'] ?? '{}') as Record<string, unknown>;

export default defineConfig(({ command }) => {
  const added = command === 'serve' ? { ...WHILE_SERVED, ...extra } : extra;
  const licenceList = licences();
  const root = new URL('./src/', import.meta.url).pathname;
  const outDir =
    process.env['OUT_DIR'] ??
    new URL(`./dist/${command === 'serve' ? 'dev' : target}`, import.meta.url).pathname;
  return {
    root,
    publicDir: '../public',
    plugins: [
      locales(`${root}messages`),
      inlineSprite(`${root}ui/sprite.svg`),
      crx({ manifest: manifestOf(target, added) as unknown as ManifestV3Export, browser: target }),
      tidyManifest(),
      licenceList(),
      pagesAlone(ALONE, () => [inlineSprite(`${root}ui/sprite.svg`), licenceList()]),
    ],
    define: { __TARGET__: JSON.stringify(target) },
    build: {
      outDir,
      emptyOutDir: true,
      target: target === 'chrome' ? 'chrome123' : 'firefox128',
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: Object.fromEntries(
          (command === 'serve' ? [...ALONE, ...PAGES] : PAGES).map((page) => [page, `${root}${page}.html`]),
        ),
      },
    },
    server: { port: 5173, strictPort: false, cors: { origin: [/^chrome-extension:/] } },
  };
});
