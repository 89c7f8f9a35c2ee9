/**
 * Builds the popup by itself, as one script and one style: files that it shared with other pages would be so many more to
 * read before it can be drawn. Decides nothing about what is in it.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Plugin, type PluginOption, type ResolvedConfig } from 'vite';

const PAGE = 'popup.html';

/** The plugin; `plugins` are those that the page itself needs. */
export function popupAlone(plugins: () => readonly PluginOption[]): Plugin {
  let config: ResolvedConfig | null = null;
  return {
    name: 'jstorrent:popup-alone',
    apply: 'build',
    configResolved: (resolved) => {
      config = resolved;
    },
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        if (config === null) return;
        const { root, define, logLevel } = config;
        const outDir = resolve(root, config.build.outDir);
        if (!existsSync(join(outDir, PAGE))) return;
        const { target, minify } = config.build;
        const before = ownFiles(outDir);
        await build({
          root,
          configFile: false,
          publicDir: false,
          ...(logLevel === undefined ? {} : { logLevel }),
          ...(define === undefined ? {} : { define }),
          plugins: [...plugins()],
          build: {
            outDir,
            emptyOutDir: false,
            target,
            minify,
            modulePreload: { polyfill: false },
            rolldownOptions: { input: { popup: join(root, PAGE) } },
          },
        });
        const html = readFileSync(join(outDir, PAGE), 'utf8');
        for (const name of before) if (!html.includes(name)) rmSync(join(outDir, 'assets', name));
      },
    },
  };
}

/** Files in `assets` that belong to the popup alone. */
function ownFiles(outDir: string): readonly string[] {
  return readdirSync(join(outDir, 'assets')).filter((name) => /^popup(?:\.html)?-.*\.(?:js|css)$/.test(name));
}
