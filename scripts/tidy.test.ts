/**
 * What holds for the repository as a whole: who may import whom, how long a file may be, and what may not stand in it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = new URL('..', import.meta.url).pathname;
const FILES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
  .toString()
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(ROOT, file)));
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const isSource = (file: string): boolean => /\.tsx?$/.test(file) && !file.endsWith('.d.ts');
const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file);

/** Which of our packages each may import in what it ships (ARCHITECTURE.md). */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  'packages/protocol': [],
  'packages/engine': ['protocol'],
  'packages/data-plane': ['protocol', 'engine'],
  'packages/io-protocol': ['engine'],
  'packages/control': ['engine'],
  'packages/testkit': ['protocol', 'engine', 'data-plane', 'io-protocol'],
  'packages/cli': ['protocol', 'engine', 'control', 'native-host'],
  'io-daemon': ['protocol', 'engine', 'data-plane', 'io-protocol'],
  'native-host': ['protocol', 'engine', 'control', 'io-daemon'],
  bench: [
    'protocol',
    'engine',
    'control',
    'io-daemon',
    'data-plane',
    'io-protocol',
    'testkit',
    'native-host',
  ],
  extension: ['control', 'native-host'],
  e2e: [],
};
/** Packages that know no platform, and the only packages they may import from outside. */
const PURE: Readonly<Record<string, readonly string[]>> = {
  'packages/protocol': ['bencode'],
  'packages/engine': [],
  'packages/data-plane': [],
  'packages/io-protocol': [],
  'packages/control': ['zod/mini'],
};
const LINES_MAX = 400;

const importsOf = (file: string): string[] =>
  [...read(file).matchAll(/^(?:import|export)\s[^;]*?from '([^']+)'/gm)].map((match) => match[1] ?? '');
const packageOf = (file: string): string | undefined =>
  Object.keys(LAYERS).find((folder) => file.startsWith(`${folder}/`));

it('lets packages import only what their layer allows', () => {
  const wrong: string[] = [];
  for (const file of FILES.filter((name) => isSource(name) && !isTest(name))) {
    const folder = packageOf(file);
    if (folder === undefined) continue;
    const own = JSON.parse(read(`${folder}/package.json`)).name as string;
    for (const target of importsOf(file)) {
      const [scope, name] = target.split('/');
      if (scope === '@jstorrent' && `@jstorrent/${name}` !== own && !LAYERS[folder]?.includes(name ?? '')) {
        wrong.push(`${file} imports ${target}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

it('keeps platforms out of the pure packages', () => {
  const wrong: string[] = [];
  for (const file of FILES.filter((name) => isSource(name) && !isTest(name))) {
    const folder = packageOf(file) ?? '';
    const outside = PURE[folder];
    if (outside === undefined || /\/(testing|test-support)\//.test(file)) continue;
    for (const target of importsOf(file)) {
      const isOurs = target.startsWith('.') || target.startsWith('@jstorrent/');
      if (!isOurs && !outside.includes(target)) wrong.push(`${file} imports ${target}`);
    }
  }
  expect(wrong).toEqual([]);
});

it('lets data plane and frames know of the engine only its ports', () => {
  const wrong = FILES.filter(
    (file) => isSource(file) && !isTest(file) && /^packages\/(data-plane|io-protocol)\//.test(file),
  ).filter((file) => importsOf(file).includes('@jstorrent/engine'));
  expect(wrong).toEqual([]);
});

it('lets front ends and service know of the engine only its types', () => {
  const files = FILES.filter(
    (file) => isSource(file) && !isTest(file) && file.startsWith('packages/control/'),
  );
  expect(files.length).toBeGreaterThan(10);
  const wrong = files.filter((file) =>
    /^(?:import|export)(?! type\s)[^;]*?from '@jstorrent\/engine/m.test(read(file)),
  );
  expect(wrong).toEqual([]);
});

it('never lets one manager import another', () => {
  const managers = FILES.filter((file) => /^packages\/engine\/src\/swarm\/[a-z]+-manager\.ts$/.test(file));
  expect(managers.length).toBeGreaterThan(4);
  const wrong = managers.filter((file) => importsOf(file).some((target) => target.endsWith('-manager.ts')));
  expect(wrong).toEqual([]);
});

it(`keeps every source file within ${LINES_MAX} lines`, () => {
  const long = FILES.filter((file) => isSource(file) && !isTest(file))
    .map((file) => ({ file, lines: read(file).split('\n').length - 1 }))
    .filter(({ lines }) => lines > LINES_MAX)
    .map(({ file, lines }) => `${file}: ${lines}`);
  expect(long).toEqual([]);
});

it('begins every source file with what it decides', () => {
  const bare = FILES.filter((file) => isSource(file) && !isTest(file) && !file.endsWith('.config.ts')).filter(
    (file) => !/^(#!.*\n|\/\/.*\n)*\/\*\*/.test(read(file)),
  );
  expect(bare).toEqual([]);
});

it('leaves nothing open and nothing private in its files', () => {
  const marks = new RegExp(['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X\\b', 'HA' + 'CK'].join('|'));
  const wrong = FILES.filter((file) => /\.(ts|md|sh|py)$/.test(file)).filter(
    (file) => marks.test(read(file)) || /\/work\/|\/root\//.test(read(file)),
  );
  expect(wrong.filter((file) => file !== 'scripts/tidy.test.ts')).toEqual([]);
});

it('has no link in a document that leads nowhere', () => {
  const broken: string[] = [];
  for (const file of FILES.filter((name) => name.endsWith('.md'))) {
    for (const match of read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
      const target = normalize(join(dirname(file), match[1] ?? ''));
      if (!existsSync(join(ROOT, target))) broken.push(`${file} -> ${target}`);
    }
  }
  expect(broken).toEqual([]);
});

it('locks dependencies without naming a registry', () => {
  expect(read('pnpm-lock.yaml')).not.toMatch(/tarball:|resolution:.*https?:/);
});
