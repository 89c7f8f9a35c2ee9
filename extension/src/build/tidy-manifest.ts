/** Takes out of the build what the bundler adds to it. Decides that scripts of pages are in no page's reach. */
import type { Plugin } from 'vite';

interface Resources {
  readonly resources: readonly string[];
}

/** The plugin; goes last. */
export function tidyManifest(): Plugin {
  return {
    name: 'jstorrent:tidy-manifest',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        // The script itself is built apart, as one file.
        for (const name of Object.keys(bundle)) if (/\.iife\.ts-[^/]*\.js$/.test(name)) delete bundle[name];
        const file = bundle['manifest.json'];
        if (file?.type !== 'asset') return;
        const manifest = JSON.parse(String(file.source)) as {
          web_accessible_resources?: readonly Resources[];
        };
        const kept = (manifest.web_accessible_resources ?? []).filter(
          ({ resources }) => !resources.some((name) => name.endsWith('.js')),
        );
        if (kept.length > 0) manifest.web_accessible_resources = kept;
        else delete manifest.web_accessible_resources;
        file.source = JSON.stringify(manifest, null, 2);
      },
    },
  };
}
