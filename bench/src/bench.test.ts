import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { findDifference } from './compare.ts';
import { prepareContent } from './content.ts';

const TORRENT = '3MiB-64KiB';
const cache = mkdtempSync(join(tmpdir(), 'jstorrent-bench-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

const bench = async (...words: string[]): Promise<string> => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const fixed = [
    '--torrent',
    TORRENT,
    '--clients',
    'jstorrent',
    '--runs',
    '1',
    '--warm',
    '0',
    '--patience',
    '0',
    '--cache',
    cache,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...fixed, ...words]);
  return stdout;
};

const isLinux = process.platform === 'linux';

it.runIf(isLinux)('downloads from several seeders, compares the data and leaves nothing behind', async () => {
  expect(await bench('--seeders', '3')).toMatch(/^jstorrent +\d+ /m);
  expect(readdirSync(join(cache, 'runs'))).toEqual([]);
});

it.runIf(isLinux)('uploads to several connections that compare what they get', async () => {
  expect(await bench('--action', 'upload', '--seeders', '2')).toMatch(/^jstorrent +\d+ /m);
});

it.runIf(isLinux)('times metadata from a magnet link', async () => {
  expect(await bench('--action', 'magnet')).toMatch(/^jstorrent .* \d\.\d\d\d$/m);
});

it.runIf(isLinux)('soaks a client that peers come to, and leaves nothing behind', async () => {
  const said = await bench('--action', 'soak', '--minutes', '0.1');
  expect(said).toMatch(/^ +0:0\d .* [1-9]\d* +\d+$/m);
  expect(said).toContain('No verdict');
  expect(readdirSync(join(cache, 'runs'))).toEqual([]);
});

it('makes the same data again, and notices a byte that differs', () => {
  const { files, dir } = prepareContent(TORRENT, cache, 'http://127.0.0.1/announce');
  const [file] = files;
  if (file === undefined) throw new Error('a torrent without files');
  expect(findDifference(files, dir)).toBeNull();
  const copies = mkdtempSync(join(cache, 'copies-'));
  const copy = join(copies, file.relative);
  const bytes = readFileSync(file.path);
  bytes[2_000_000]! ^= 1;
  writeFileSync(copy, bytes);
  expect(findDifference(files, copies)).toContain('differs');
  writeFileSync(copy, readFileSync(file.path));
  expect(findDifference(files, copies)).toBeNull();
  appendFileSync(copy, 'x');
  expect(findDifference(files, copies)).toContain('3145729');
});

it.runIf(isLinux)('times the start of the program', async () => {
  expect(await bench('--action', 'start')).toMatch(/^requested after \d+ ms \(least \d+\), 1 starts$/m);
  expect(readdirSync(join(cache, 'runs'))).toEqual([]);
});
