import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findRoot } from './inside.ts';
import type { MoveJob, Root } from './jobs.ts';
import { move } from './relocate.ts';

/** What the next renames do, on an otherwise real file system: fail with a code, or ('') rename. */
const renames = vi.hoisted(() => ({ codes: [] as string[] }));
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  const renameSync: typeof fs.renameSync = (from, to) => {
    const code = renames.codes.shift() ?? '';
    if (code !== '') throw Object.assign(new Error(code), { code, syscall: 'rename' });
    fs.renameSync(from, to);
  };
  return { ...fs, renameSync };
});

let base = '';
let root: Root;
beforeEach(() => {
  renames.codes = [];
  base = mkdtempSync(join(tmpdir(), 'jst-relocate-'));
  for (const folder of ['from/t/sub', 'from/.jstorrent-parts/1', 'to'])
    mkdirSync(join(base, folder), { recursive: true });
  writeFileSync(join(base, 'from/t/a'), 'a'.repeat(3_000_000));
  writeFileSync(join(base, 'from/t/sub/b'), 'b');
  writeFileSync(join(base, 'from/.jstorrent-parts/1/7.part'), 'part');
  symlinkSync('sub/b', join(base, 'from/t/link'));
  root = findRoot(join(base, 'from'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function job(): MoveJob {
  return {
    kind: 'move',
    store: 1,
    root,
    target: join(base, 'to'),
    paths: ['t/a', 't/sub/b', 't/link', 't/missing'],
    parts: '.jstorrent-parts/1',
  };
}

/** Paths of all files and links. */
function list(folder: string): readonly string[] {
  const entries = readdirSync(join(base, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(base, folder).length + 1))
    .toSorted();
}

const ALL = ['.jstorrent-parts/1/7.part', 't/a', 't/link', 't/sub/b'];

describe('moving', () => {
  it.each([
    ['renames on one file system', []],
    ['copies across file systems', ['EXDEV', 'EXDEV', 'EXDEV', 'EXDEV']],
    ['does either where folders are on different ones', ['EXDEV', '', 'EXDEV', '']],
  ])('%s, with contents, times and modes', (_name, codes) => {
    chmodSync(join(base, 'from/t/a'), 0o640);
    utimesSync(join(base, 'from/t/a'), 1000, 2000);
    renames.codes = codes;
    expect(move(job()).root.path).toBe(findRoot(join(base, 'to')).path);
    expect(readdirSync(join(base, 'from'))).toEqual([]);
    expect(list('to')).toEqual(ALL);
    const stat = statSync(join(base, 'to/t/a'));
    expect([stat.size, stat.mtimeMs, stat.mode & 0o777]).toEqual([3_000_000, 2_000_000, 0o640]);
    expect(readFileSync(join(base, 'to/t/a'), 'utf8')).toBe('a'.repeat(3_000_000));
    expect(readlinkSync(join(base, 'to/t/link'))).toBe('sub/b');
  });

  it('leaves holes as holes when it copies', () => {
    const sparse = Buffer.alloc(8_000_000);
    sparse.write('end', sparse.length - 3);
    writeFileSync(join(base, 'from/t/a'), sparse);
    renames.codes = ['EXDEV'];
    move(job());
    expect(readFileSync(join(base, 'to/t/a')).equals(sparse)).toBe(true);
    writeFileSync(join(base, 'to/t/a'), Buffer.alloc(8_000_000));
    root = findRoot(join(base, 'to'));
    renames.codes = ['EXDEV'];
    move({ ...job(), target: join(base, 'from') });
    expect(statSync(join(base, 'from/t/a')).size).toBe(8_000_000);
  });

  it.each([[['', '', 'EACCES']], [['EXDEV', '', 'EIO']], [['EXDEV', 'EXDEV', 'EXDEV', 'ENOSPC']]])(
    'puts everything back when it fails after %j',
    (codes) => {
      renames.codes = [...codes];
      expect(() => move(job())).toThrow(codes.at(-1));
      expect(list('from')).toEqual(ALL);
      expect(readdirSync(join(base, 'to'))).toEqual([]);
      expect(lstatSync(join(base, 'from/t/link')).isSymbolicLink()).toBe(true);
    },
  );

  it('to where the files are already changes nothing', () => {
    expect(move({ ...job(), target: join(base, 'from') }).root).toEqual(root);
    expect(list('from')).toEqual(ALL);
    expect(existsSync(join(base, 'to/t'))).toBe(false);
  });
});
