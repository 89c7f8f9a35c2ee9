/**
 * `pnpm package`: what is given to people, in `--out` (release/ when absent): the extension for Chromium's store and for Firefox, and for this platform one executable file with its installer. Decides what is in each.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { zipSync, type Zippable } from 'fflate';
import { rolldown } from 'rolldown';
import packageJson from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { out: { type: 'string' }, built: { type: 'boolean' } } });
const out = resolve(process.env['INIT_CWD'] ?? '.', values.out ?? join(root, 'release'));
const { version } = packageJson;
/** Says to Node where the blob stands in the file; from its documentation of single executables. */
const SENTINEL = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
/** A zip's entries have no time of their own, so that the same sources give the same file. */
const EPOCH = new Date('1980-01-02T00:00:00Z');

if (values.built !== true) await import('./build.ts');
buildFirefox();
mkdirSync(out, { recursive: true });
// What was packed before; the folder may be anybody's.
for (const name of readdirSync(out))
  if (name.startsWith('jstorrent-')) rmSync(join(out, name), { recursive: true });
const made = [packChromium(), packFirefox(), await packExecutable()];
for (const file of made) console.log(`${file}  ${(statSync(file).size / 1e6).toFixed(1)} MB`);

function buildFirefox(): void {
  execFileSync(
    process.execPath,
    [join(root, 'extension/node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
    {
      cwd: join(root, 'extension'),
      stdio: 'inherit',
      env: { ...process.env, BROWSER: 'firefox' },
    },
  );
}

/** The store gives the key itself and refuses one in the manifest. */
function packChromium(): string {
  return packExtension('chrome', `jstorrent-extension-${version}-chromium.zip`, (manifest) =>
    Object.fromEntries(Object.entries(manifest).filter(([member]) => member !== 'key')),
  );
}

function packFirefox(): string {
  return packExtension('firefox', `jstorrent-extension-${version}-firefox.zip`, (manifest) => manifest);
}

function packExtension(
  target: 'chrome' | 'firefox',
  name: string,
  change: (manifest: Record<string, unknown>) => Record<string, unknown>,
): string {
  const folder = join(root, 'extension/dist', target);
  const entries: Zippable = {};
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()) {
    const path = join(folder, file);
    // Of the build alone.
    if (!statSync(path).isFile() || file.startsWith('.')) continue;
    const bytes = readFileSync(path);
    const isManifest = file === 'manifest.json';
    const text = isManifest
      ? JSON.stringify(change(JSON.parse(bytes.toString()) as Record<string, unknown>), null, 2)
      : null;
    entries[file.replaceAll('\\', '/')] = [text === null ? bytes : Buffer.from(text), { mtime: EPOCH }];
  }
  const file = join(out, name);
  writeFileSync(file, zipSync(entries, { level: 9 }));
  return file;
}

/** Node with all programs in it, its installer beside it, in one archive. */
async function packExecutable(): Promise<string> {
  const name = `jstorrent-${version}-${process.platform}-${process.arch}`;
  const folder = join(out, name);
  mkdirSync(folder);
  const isWindows = process.platform === 'win32';
  const executable = join(folder, isWindows ? 'jstorrent.exe' : 'jstorrent');
  const work = join(out, 'jstorrent-work');
  mkdirSync(work);
  await bundleEntry(join(work, 'main.cjs'));
  writeFileSync(join(work, 'programs'), packPrograms());
  const configuration = {
    main: join(work, 'main.cjs'),
    output: join(work, 'blob'),
    disableExperimentalSEAWarning: true,
    assets: { programs: join(work, 'programs') },
  };
  writeFileSync(join(work, 'sea.json'), JSON.stringify(configuration));
  execFileSync(process.execPath, ['--experimental-sea-config', join(work, 'sea.json')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  copyFileSync(process.execPath, executable);
  chmodSync(executable, 0o755);
  strip(executable);
  inject(executable, join(work, 'blob'));
  rmSync(work, { recursive: true });
  const installer = isWindows ? 'install.cmd' : 'install.sh';
  copyFileSync(join(root, 'scripts/installer', installer), join(folder, installer));
  chmodSync(join(folder, installer), 0o755);
  for (const file of ['LICENSE', 'CHANGELOG.md']) copyFileSync(join(root, file), join(folder, file));
  writeFileSync(join(folder, 'NODE-LICENSE'), readFileSync(nodeLicence()));
  const archive = join(out, `${name}.tar.gz`);
  execFileSync('tar', ['-czf', archive, '-C', out, name]);
  return archive;
}

async function bundleEntry(file: string): Promise<void> {
  const bundle = await rolldown({
    input: join(root, 'packages/cli/src/one-file/main.ts'),
    platform: 'node',
    logLevel: 'warn',
  });
  await bundle.write({ file, format: 'cjs', codeSplitting: false });
  await bundle.close();
}

/** As packages/cli/src/one-file reads it. */
function packPrograms(): Buffer {
  const dist = join(root, 'dist');
  const names = readdirSync(dist)
    .filter((name) => name.endsWith('.mjs') && !name.startsWith('bench'))
    .toSorted();
  const files = names.map((name) => [name, readFileSync(join(dist, name))] as const);
  const digest = createHash('sha256');
  for (const [name, bytes] of files) digest.update(`${name} ${bytes.length}\n`).update(bytes);
  const index = {
    digest: digest.digest('hex').slice(0, 32),
    files: files.map(([name, bytes]) => [name, bytes.length]),
  };
  const head = Buffer.from(JSON.stringify(index));
  return Buffer.concat([
    Buffer.from(String(head.length).padStart(8, '0')),
    head,
    ...files.map(([, bytes]) => bytes),
  ]);
}

/** Symbols are a sixth of the file and of no use to users; without the tool they stay. */
function strip(executable: string): void {
  if (process.platform === 'win32') return;
  const words = process.platform === 'darwin' ? ['-x', executable] : [executable];
  try {
    execFileSync('strip', words, { stdio: 'ignore' });
  } catch {
    console.log('The tool "strip" is missing: the executable file stays larger than it has to be.');
  }
}

function inject(executable: string, blob: string): void {
  const postject = createRequire(import.meta.url).resolve('postject/dist/cli.js');
  const words = [postject, executable, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', SENTINEL];
  if (process.platform === 'darwin') words.push('--macho-segment-name', 'NODE_SEA');
  execFileSync(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  // A changed file has to be signed anew, if only by itself.
  if (process.platform === 'darwin') execFileSync('codesign', ['--sign', '-', '--force', executable]);
}

/** Node's licence, which has to go with it. */
function nodeLicence(): string {
  const folder = join(root, 'node_modules/node');
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((file) =>
    /(^|[\\/])LICENSE$/.test(file),
  );
  return found === undefined ? join(root, 'LICENSE') : join(folder, found);
}
