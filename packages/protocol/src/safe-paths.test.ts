import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeComponent, safePaths } from './safe-paths.ts';
import { RUNS } from './testing/hostile.ts';
import { utf8Length } from './utf8.ts';

const nasty = fc.constantFrom(
  '..',
  '.',
  '',
  '/',
  '\\',
  'C:',
  'con',
  'NUL',
  'com1',
  'a',
  'A',
  'b',
  'é',
  'e\u0301',
  '\u200b',
  '\u202e',
  '\u0000',
  '.txt',
  ' ',
  '...',
  '(2)',
  ' (2)',
  'ß',
  'ss',
  '\ud800',
  '😀',
  'x'.repeat(250),
  'ﬁ',
  'ſ',
  ':$DATA',
  '~',
);
const component = fc.oneof(
  nasty,
  fc.array(nasty, { maxLength: 4 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const manyPaths = fc.array(fc.array(component, { maxLength: 6 }), { maxLength: 30 });

/** What no component may be, said independently of the code. */
function isSafe(name: string): boolean {
  const stem = name.split('.')[0]?.trimEnd().toLowerCase() ?? '';
  const devices = [
    'con',
    'prn',
    'aux',
    'nul',
    ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((n) => [`com${n}`, `lpt${n}`]),
  ];
  return (
    name !== '' &&
    name !== '.' &&
    name !== '..' &&
    // oxlint-disable-next-line no-control-regex
    !/[\u0000-\u001f\u007f/\\:*?"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/.test(name) &&
    !/[. ]$/.test(name) &&
    !devices.includes(stem) &&
    name.isWellFormed() &&
    utf8Length(name) <= 240
  );
}

test('THREATS 9, 10: whatever the names are, every component is safe and every path short', () => {
  fc.assert(
    fc.property(manyPaths, (paths) => {
      for (const path of safePaths(paths)) {
        expect(path.length).toBeGreaterThan(0);
        for (const name of path) expect([name, isSafe(name)]).toEqual([name, true]);
        expect(utf8Length(path.join('/'))).toBeLessThanOrEqual(900);
        expect(path.length).toBeLessThanOrEqual(48);
      }
    }),
    RUNS,
  );
});

test('THREATS 10: no two files share a path and no file is a folder, whatever the case', () => {
  fc.assert(
    fc.property(manyPaths, (paths) => {
      const safe = safePaths(paths).map((path) => path.map((name) => name.normalize('NFC').toLowerCase()));
      const files = new Set(safe.map((path) => path.join('/')));
      expect(files.size).toBe(paths.length);
      for (const path of safe) {
        for (let depth = 1; depth < path.length; depth++)
          expect(files.has(path.slice(0, depth).join('/'))).toBe(false);
      }
    }),
    RUNS,
  );
});

test('the result depends on the names alone, and safe names stay as they are', () => {
  fc.assert(
    fc.property(manyPaths, (paths) => {
      const once = safePaths(paths);
      expect(safePaths(paths)).toEqual(once);
      expect(safePaths(once)).toEqual(once);
    }),
    RUNS,
  );
});

test('THREATS 9: traversal, absolute paths, drives, shares and streams lead nowhere else', () => {
  expect(safePaths([['..', '..', 'etc', 'passwd']])).toEqual([['etc', 'passwd']]);
  expect(safePaths([['/etc/passwd']])).toEqual([['_etc_passwd']]);
  expect(safePaths([['..\\..\\boot.ini']])).toEqual([['.._.._boot.ini']]);
  expect(safePaths([['C:', 'x']])).toEqual([['C_', 'x']]);
  expect(safePaths([['\\\\server\\share']])).toEqual([['__server_share']]);
  expect(safePaths([['a:b']])).toEqual([['a_b']]);
  expect(safePaths([['a\u0000.txt']])).toEqual([['a_.txt']]);
  expect(safePaths([['.\u200b.', 'x']])).toEqual([['x']]);
  expect(safePaths([['..'], [], ['', '.']])).toEqual([['_'], ['_ (2)'], ['_ (3)']]);
});

test('THREATS 10: reserved names, trailing dots and invisible characters are changed', () => {
  const changed = {
    con: '_con',
    'NUL.txt': '_NUL.txt',
    'com1 .log': '_com1 .log',
    'COM¹': '_COM¹',
    'name. . ': 'name',
    '...': '_',
    'a\u202egpj.exe': 'agpj.exe',
    console: 'console',
    '.hidden': '.hidden',
    'file.tar.gz': 'file.tar.gz',
    'ファイル 1.mkv': 'ファイル 1.mkv',
  };
  for (const [name, safe] of Object.entries(changed)) expect(safeComponent(name)).toBe(safe);
});

test('THREATS 10: an over-long name keeps its extension', () => {
  const [name] = safePaths([['é'.repeat(500) + '.mkv']])[0] ?? [''];
  expect(name).toMatch(/^é+\.mkv$/);
  expect(utf8Length(name ?? '')).toBeLessThanOrEqual(240);
});

test('THREATS 10: collisions get numbers in the order of the torrent', () => {
  const names = [['a.txt'], ['A.TXT'], ['a.txt'], ['a (2).txt'], ['x'], ['x', 'y'], ['X', 'z'], ['x', 'q']];
  expect(safePaths(names)).toEqual([
    ['a.txt'],
    ['A (2).TXT'],
    ['a (3).txt'],
    ['a (2) (2).txt'],
    ['x'],
    ['x (2)', 'y'],
    ['X (3)', 'z'],
    ['x (2)', 'q'],
  ]);
});

test('THREATS 10: a hundred thousand equal or over-long names cost little', () => {
  const equal = Array.from({ length: 100_000 }, () => ['same']);
  expect(new Set(safePaths(equal).map((path) => path.join('/'))).size).toBe(100_000);
  const deep = [Array.from({ length: 1000 }, () => 'd'.repeat(300)).concat('file')];
  expect(safePaths(deep)[0]?.length).toBeLessThanOrEqual(48);
  expect(safeComponent(' '.repeat(1_000_000) + 'x')).toBe('_');
});
