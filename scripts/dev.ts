/**
 * `pnpm dev`: builds the programs, serves the extension with hot reload, and opens a browser that has it, with a session of
 * its own below node_modules/.cache. Ends with Ctrl-C; the session stays for the next time.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const home = resolve(root, 'node_modules/.cache/dev');
mkdirSync(home, { recursive: true, mode: 0o700 });
process.env['JSTORRENT_HOME'] = resolve(home, 'state');

await import('./build.ts');
const vite = spawn(process.execPath, [resolve(root, 'extension/node_modules/vite/bin/vite.js')], {
  cwd: resolve(root, 'extension'),
  stdio: 'inherit',
});
vite.once('exit', (code) => process.exit(code ?? 1));
const served = resolve(root, 'extension/dist/dev');
while (!existsSync(resolve(served, 'manifest.json'))) await wait(100);

const { startDesktop, thisDesktop, whyNoBrowser } =
  await import('../packages/cli/src/desktop/start-desktop.ts');
const { createOutput } = await import('../packages/cli/src/output.ts');
const output = createOutput({ mode: 'people' });
const world = thisDesktop();
const why = whyNoBrowser(world);
if (why === null) await startDesktop(process.argv.slice(2), { world, output, extension: served });
else output.line(`${why} Load the extension from ${served}.`);
