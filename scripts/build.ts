/**
 * Bundles the programs into `dist`: one file per process and a few shared parts, because reading and stripping a hundred
 * sources costs every process a tenth of a second and ten megabytes. Decides what the programs are and how they find each
 * other there. From its sources every program runs as well.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown, type Plugin } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = resolve(root, 'dist');

/** Entry of each program below the repository, by its name in `dist`. */
const PROGRAMS: Readonly<Record<string, string>> = {
  cli: 'packages/cli/src/main.ts',
  'io-daemon': 'io-daemon/src/main.ts',
  'disk-worker': 'io-daemon/src/disk/worker.ts',
  connector: 'native-host/src/connector/main.ts',
  service: 'native-host/src/service/main.ts',
  'store-copier': 'native-host/src/store/copy-worker.ts',
  'bench-control': 'bench/src/control.ts',
};

/** Sources name files that they start or use by `new URL('<relative>', import.meta.url)`: say where these are now. */
const places: Plugin = {
  name: 'places',
  transform(code, id) {
    if (id.includes('node_modules')) return null;
    return code.replaceAll(/new URL\(\s*'([^']+)',\s*import\.meta\.url,?\s*\)/g, (_, path: string) => {
      return `new URL('${placeOf(fileURLToPath(new URL(path, pathToFileURL(id))))}', import.meta.url)`;
    });
  },
};

function placeOf(file: string): string {
  const path = relative(root, file).replaceAll('\\', '/');
  const program = Object.keys(PROGRAMS).find((name) => PROGRAMS[name] === path);
  if (program !== undefined) return `./${program}.mjs`;
  if (path.startsWith('node_modules/.cache/')) return `../${path}`;
  throw new Error(`${path} is named at run time but is no program: add it to ${import.meta.filename}`);
}

const input = Object.fromEntries(Object.entries(PROGRAMS).map(([name, path]) => [name, resolve(root, path)]));
const bundle = await rolldown({ input, platform: 'node', plugins: [places], logLevel: 'warn' });
rmSync(dist, { recursive: true, force: true });
await bundle.write({
  dir: dist,
  format: 'esm',
  entryFileNames: '[name].mjs',
  chunkFileNames: 'part-[name]-[hash].mjs',
});
await bundle.close();
buildExtension();
process.exitCode = 0;

/** Says what the build says, but for a plugin's report on each script, with a warning about an option that is its own. */
function buildExtension(): void {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [resolve(root, 'extension/node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
    { cwd: resolve(root, 'extension'), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const isReport = (line: string): boolean =>
    /^\s*$|crx:content-scripts-iife|inlineDynamicImports|magnet\.iife\.ts →/.test(line);
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => status !== 0 || !isReport(line));
  if (lines.length > 0) console.log(lines.join('\n'));
  if (status !== 0) process.exit(status ?? 1);
}
