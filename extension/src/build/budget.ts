/** How much JavaScript each part of a build makes the browser load. Decides what counts; what is allowed is in BUDGET. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Bytes of gzip that each part may load, also later on: a popup opens in 100 ms, a content script is in every page. */
export const BUDGET = { popup: 40_000, manager: 250_000, content: 3_000 } as const;

/** Parts of the extension that have a budget. */
export type BudgetPart = keyof typeof BUDGET;

/** What a part loads, in bytes of gzip. */
export function loadedBytes(build: string, part: BudgetPart): number {
  const roots = part === 'content' ? contentScripts(build) : scriptsOf(build, `${part}.html`);
  let bytes = 0;
  for (const file of withImports(roots)) bytes += gzipSync(readFileSync(file)).length;
  return bytes;
}

/** The scripts of a page, those that are fetched ahead among them. */
function scriptsOf(build: string, page: string): readonly string[] {
  const html = readFileSync(join(build, page), 'utf8');
  const found = [...html.matchAll(/(?:src|href)="\/?([^"]+\.js)"/g)].map(([, path = '']) =>
    join(build, path),
  );
  if (found.length === 0) throw new Error(`${page} has no script`);
  return found;
}

function contentScripts(build: string): readonly string[] {
  const found = filesBelow(build).filter((path) => /\.iife\b.*\.js$/.test(path));
  if (found.length === 0) throw new Error('there is no content script');
  return found;
}

/** Files with everything that they import, at once or later. */
function withImports(roots: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [...roots];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const code = readFileSync(file, 'utf8');
    for (const [, path = ''] of code.matchAll(/\b(?:from|import)\s*\(?\s*["'`](\.{1,2}\/[^"'`]+\.js)["'`]/g))
      open.push(join(dirname(file), path));
  }
  return seen;
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));
}
