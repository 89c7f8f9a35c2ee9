/** What is given to people works where there is nothing else: no Node, no repository, an empty home. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../scripts/package.ts', import.meta.url));
let folder = '';
let home = '';
let release = '';

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'jstorrent-package-')));
  home = join(folder, 'home');
  release = join(folder, 'release');
  mkdirSync(join(home, 'Downloads'), { recursive: true });
  mkdirSync(join(home, '.config/chromium'), { recursive: true });
  mkdirSync(release);
  writeFileSync(join(release, 'notes.txt'), 'mine');
  writeFileSync(join(release, 'jstorrent-0.0.1-chromium.zip'), 'old');
  execFileSync(process.execPath, [SCRIPT, '--built', '--out', release], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}, 180_000);
afterAll(() => {
  if (existsSync(join(home, '.local/bin/jstorrent'))) run('service', 'stop');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const bare = (): NodeJS.ProcessEnv => ({ HOME: home, PATH: '/usr/bin:/bin' });
const run = (...words: string[]): string =>
  execFileSync(join(home, '.local/bin/jstorrent'), words, { env: bare(), encoding: 'utf8', cwd: home });
const only = (pattern: RegExp): string => {
  const found = readdirSync(release).filter((name) => pattern.test(name));
  expect(found).toHaveLength(1);
  return join(release, found[0] ?? '');
};

it('packs an extension for each store, with everything its manifest names', () => {
  expect(readFileSync(join(release, 'notes.txt'), 'utf8')).toBe('mine');
  for (const [pattern, member] of [
    [/chromium\.zip$/, 'minimum_chrome_version'],
    [/firefox\.zip$/, 'browser_specific_settings'],
  ] as const) {
    const files = unzipSync(readFileSync(only(pattern)));
    const manifest = JSON.parse(Buffer.from(files['manifest.json'] ?? []).toString()) as Record<
      string,
      unknown
    >;
    expect(manifest).toHaveProperty(member);
    expect(manifest).not.toHaveProperty('key');
    const named = JSON.stringify(manifest).match(/[\w./-]+\.(?:png|html|js)(?=")/g) ?? [];
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((name) => !(name in files))).toEqual([]);
  }
});

it('installs one file that is the program, the service, the daemon and what browsers start', () => {
  const archive = only(/\.tar\.gz$/);
  execFileSync('tar', ['-xzf', archive, '-C', folder]);
  const unpacked = join(folder, (archive.split('/').at(-1) ?? '').replace('.tar.gz', ''));
  const said = execFileSync(join(unpacked, 'install.sh'), { env: bare(), encoding: 'utf8', cwd: folder });
  expect(said).toContain('Chromium finds the host.');
  rmSync(unpacked, { recursive: true });
  rmSync(release, { recursive: true });
  const programs = join(home, '.local/state/jstorrent/program');
  const versions = (): string[] => readdirSync(programs).filter((name) => /^[\da-f]{32}$/.test(name));
  const [version = ''] = versions();
  // By its age others see whether it is used.
  utimesSync(join(programs, version), 0, 0);
  expect(run('--version').trim()).toMatch(/^\d+\.\d+\.\d+$/);
  expect(versions()).toEqual([version]);
  expect(Date.now() - statSync(join(programs, version)).mtimeMs).toBeLessThan(600_000);
  writeFileSync(join(home, 'sample.bin'), Buffer.alloc(3_000_000, 'jstorrent'));
  run('create', 'sample.bin');
  run('add', 'sample.bin.torrent', '-d', home);
  const list = (): string => run('list', '--json');
  const deadline = performance.now() + 30_000;
  while (!list().includes('"seeding"') && performance.now() < deadline);
  expect(list()).toContain('"seeding"');
  const checks = JSON.parse(run('doctor', '--json')) as { status: string; sentence: string }[];
  expect(checks.filter(({ status }) => status === 'bad')).toEqual([]);
  expect(checks.map(({ sentence }) => sentence).join('\n')).toMatch(/The host answers/);
});
