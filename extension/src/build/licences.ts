/** Lists the packages that the build took something of, with the text of their licences: `licences.json`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** One package. */
export interface Licence {
  readonly name: string;
  readonly version: string;
  /** Its short name, as `MIT`. */
  readonly licence: string;
  /** Its whole text; empty where the package brings none. */
  readonly text: string;
}

/** Folder of the package that a module belongs to; null for modules of our own. */
export function packageFolder(moduleId: string): string | null {
  const path = moduleId.replaceAll('\\', '/').replace(/^\0/, '').replace(/\?.*$/, '');
  const match = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path);
  const folder = match?.[1] ?? null;
  return folder !== null && existsSync(join(folder, 'package.json')) ? folder : null;
}

/** What a package says of itself. */
export function licenceOf(folder: string): Licence {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const file = readdirSync(folder).find((entry) => /^(?:licen[cs]e|copying)/i.test(entry));
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
  return { name, version, licence: license ?? '', text };
}

/** Plugins for builds that belong together: the list holds what any of them took, and stands in the last one's output. */
export function licences(): () => Plugin {
  const folders = new Set<string>();
  return () => ({
    name: 'jstorrent:licences',
    generateBundle(_, bundle) {
      for (const output of Object.values(bundle)) {
        if (output.type !== 'chunk') continue;
        for (const id of output.moduleIds) {
          const folder = packageFolder(id);
          if (folder !== null) folders.add(folder);
        }
      }
      const all = [...folders].map((folder) => licenceOf(folder));
      const unique = new Map(all.map((licence) => [`${licence.name}@${licence.version}`, licence]));
      const sorted = [...unique.values()].toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
      this.emitFile({ type: 'asset', fileName: 'licences.json', source: JSON.stringify(sorted) });
    },
  });
}
