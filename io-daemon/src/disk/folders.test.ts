import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Answer, DiskFolders, FilePart } from '@jstorrent/data-plane';
import type { FolderEntry } from '@jstorrent/engine/ports';
import { describe, expect, it } from 'vitest';
import { ask, at, beside, disk, failing } from './disk-rig.ts';
import { Roots } from './roots.ts';

const MAIN = { root: 'main', folder: [] };
interface Listing {
  readonly entries: readonly FolderEntry[];
  readonly isCut: boolean;
}

const names = async (...folder: string[]): Promise<string[]> => {
  const listing = await ask<Listing>((answer) => disk.folders.list({ root: 'main', folder }, answer));
  return listing.entries.map(({ name }) => name);
};
const code = async <T>(call: (answer: Answer<T>) => void): Promise<string> => (await failing(call)).code;
const read = (path: readonly string[]) => (answer: Answer<FilePart>) =>
  disk.folders.read({ root: 'main', path, offset: 0, length: 100 }, answer);

describe('links below a root', () => {
  it('count as what they lead to, as long as that is inside', async () => {
    mkdirSync(at('real/deep'), { recursive: true });
    writeFileSync(at('real/file'), 'inside');
    symlinkSync('real', at('to-folder'));
    symlinkSync('real/file', at('to-file'));
    symlinkSync(at('real'), at('absolute'));
    expect(await names()).toEqual(['absolute', 'real', 'to-file', 'to-folder']);
    expect(await names('to-folder')).toEqual(['deep', 'file']);
    const part = await ask<FilePart>(read(['to-folder', 'file']));
    expect(Buffer.from(part.bytes).toString()).toBe('inside');
    await ask<void>((answer) => disk.folders.make({ root: 'main', folder: ['absolute', 'new'] }, answer));
    expect(lstatSync(at('real/new')).isDirectory()).toBe(true);
  });

  it('that lead out, nowhere or in circles are not there', async () => {
    writeFileSync(beside('outside/secret'), 'secret');
    symlinkSync(beside('outside'), at('out'));
    symlinkSync(`../outside/secret`, at('secret'));
    symlinkSync('nowhere', at('dangling'));
    symlinkSync('circle', at('circle'));
    expect(await names()).toEqual([]);
    const { list, make, rename, space } = boundFolders(disk.folders);
    const outcomes = await Promise.all([
      code(list(['out'])),
      code(make(['out', 'x'])),
      code(space(['out', 'x'])),
      code(read(['out', 'secret'])),
      code(read(['secret'])),
      code(rename(['out', 'secret'], ['stolen'])),
      code(list(['dangling'])),
      code(list(['circle'])),
    ]);
    expect(outcomes).toEqual([
      ...Array.from({ length: 6 }, () => 'PATH_ESCAPES'),
      'NOT_FOUND',
      'PATH_ESCAPES',
    ]);
    writeFileSync(at('mine'), 'mine');
    expect(await code(rename(['mine'], ['out', 'mine']))).toBe('PATH_ESCAPES');
    expect(readFileSync(beside('outside/secret'), 'utf8')).toBe('secret');
  });

  it('are renamed themselves', async () => {
    symlinkSync('/etc/passwd', at('link'));
    await ask<void>(boundFolders(disk.folders).rename(['link'], ['other']));
    expect(lstatSync(at('other')).isSymbolicLink()).toBe(true);
  });
});

/** The system's tool: Node cannot make pipes with a name. */
const MKFIFO = 'mkfifo';

describe('a folder', () => {
  it('tells neither pipes nor what is ours, and lets nobody into it', async () => {
    execFileSync(MKFIFO, [at('pipe')]);
    mkdirSync(at('sub/.jstorrent-parts/1'), { recursive: true });
    expect([await names(), await names('sub')]).toEqual([['sub'], []]);
    const { list, rename } = boundFolders(disk.folders);
    expect([
      await code(list(['sub', '.jstorrent-parts'])),
      await code(rename(['sub'], ['.JSTorrent-parts'])),
    ]).toEqual(['BAD_LAYOUT', 'BAD_LAYOUT']);
    expect(await code(read(['pipe']))).toBe('EXISTS');
    expect(await code(list(['pipe']))).toBe('EXISTS');
  });

  it('with more entries than are told is cut', async () => {
    mkdirSync(at('many'));
    for (let i = 0; i < 10_005; i++) writeFileSync(at(`many/${String(i).padStart(5, '0')}`), '');
    const listing = await ask<Listing>((answer) =>
      disk.folders.list({ root: 'main', folder: ['many'] }, answer),
    );
    expect([listing.isCut, listing.entries.length, listing.entries.at(-1)?.name]).toEqual([
      true,
      10_000,
      '09999',
    ]);
  });

  it('of a root that is gone is not found', async () => {
    rmSync(at(''), { recursive: true });
    expect(await code((answer: Answer<Listing>) => disk.folders.list(MAIN, answer))).toBe('NOT_FOUND');
    mkdirSync(at(''));
  });
});

describe('roots', () => {
  it('are those of the start, and those that were told since', () => {
    const initial: Record<string, string> = { a: '/a' };
    const roots = new Roots(initial);
    roots.set('b', '/b');
    roots.set('c', 'relative');
    initial['d'] = '/d';
    expect([...roots.all()]).toEqual([
      ['a', '/a'],
      ['d', '/d'],
      ['b', '/b'],
    ]);
    roots.set('a', null);
    for (const key of ['a', 'c', '__proto__', 'toString'])
      expect(() => roots.find(key)).toThrow(expect.objectContaining({ code: 'UNKNOWN_ROOT' }));
    roots.set('a', '/other');
    expect(basename(roots.find('a'))).toBe('other');
  });
});

/** Questions about `main`, as calls for `ask`. */
function boundFolders(folders: DiskFolders): {
  readonly list: (folder: readonly string[]) => (answer: Answer<Listing>) => void;
  readonly make: (folder: readonly string[]) => (answer: Answer<void>) => void;
  readonly space: (folder: readonly string[]) => (answer: Answer<{ free: number; total: number }>) => void;
  readonly rename: (from: readonly string[], to: readonly string[]) => (answer: Answer<void>) => void;
} {
  const root = 'main';
  return {
    list: (folder) => (answer) => folders.list({ root, folder }, answer),
    make: (folder) => (answer) => folders.make({ root, folder }, answer),
    space: (folder) => (answer) => folders.space({ root, folder }, answer),
    rename: (from, to) => (answer) => folders.rename({ root, from, to }, answer),
  };
}
