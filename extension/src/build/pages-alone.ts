/**
 * Builds pages by themselves, each as one script and one style, and what it loads later: files that it shared with other pages
 * would be so many more to read before it can be drawn. Decides nothing about what is in them.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Plugin, type PluginOption, type ResolvedConfig } from 'vite';

/** The plugin; `plugins` are those that the pages themselves need. */
export function pagesAlone(pages: readonly string[], plugins: () => readonly PluginOption[]): Plugin {
  let config: ResolvedConfig | null = null;
  return {
    name: 'jstorrent:pages-alone',
    apply: 'build',
    configResolved: (resolved) => {
      config = resolved;
    },
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        if (config === null) return;
        for (const page of pages) await buildAlone(config, page, plugins());
      },
    },
  };
}

async function buildAlone(
  config: ResolvedConfig,
  page: string,
  plugins: readonly PluginOption[],
): Promise<void> {
  const { root, define, logLevel } = config;
  const { target, minify } = config.build;
  const outDir = resolve(root, config.build.outDir);
  // Those of a page that the manifest names are there already.
  const before = ownFiles(outDir, page);
  await build({
    root,
    configFile: false,
    publicDir: false,
    ...(logLevel === undefined ? {} : { logLevel }),
    ...(define === undefined ? {} : { define }),
    plugins: [...plugins],
    build: {
      outDir,
      emptyOutDir: false,
      target,
      minify,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1000,
      rolldownOptions: { input: { [page]: join(root, `${page}.html`) } },
    },
  });
  const html = readFileSync(join(outDir, `${page}.html`), 'utf8');
  for (const name of before) if (!html.includes(name)) rmSync(join(outDir, 'assets', name));
}

/** Files in `assets` that belong to a page alone. */
function ownFiles(outDir: string, page: string): readonly string[] {
  const assets = join(outDir, 'assets');
  if (!existsSync(assets)) return [];
  const isOwn = new RegExp(`^${page}(?:\\.html)?-.*\\.(?:js|css)$`);
  return readdirSync(assets).filter((name) => isOwn.test(name));
}
