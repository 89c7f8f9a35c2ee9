import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskError } from './codes.ts';
import { findRoot, type OpenMode } from './inside.ts';
import type { Root } from './jobs.ts';
import { OpenFiles, type Wanted } from './open-files.ts';

const MODES: readonly OpenMode[] = ['read', 'write', 'create'];

let base = '';
let root: Root;
let files: OpenFiles;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'jst-open-'));
  for (const folder of ['root', 'root/t', 'outside']) mkdirSync(join(base, folder));
  for (const name of ['outside/f', 'outside/g']) writeFileSync(join(base, name), 'secret');
  root = findRoot(join(base, 'root'));
  files = new OpenFiles(3);
});
afterEach(() => {
  files.forget(0);
  rmSync(base, { recursive: true, force: true });
});

const wanted = (path: string, mode: OpenMode = 'create'): Wanted => ({ store: 1, root, path, mode });
const at = (path: string): string => join(root.path, path);

/** `open`, `missing`, or the code of the failure. */
function attempt(path: string, mode: OpenMode): string {
  try {
    return files.get(wanted(path, mode)) === null ? 'missing' : 'open';
  } catch (error) {
    return diskError(error).code;
  }
}

function write(path: string, text: string): void {
  const fd = files.get(wanted(path));
  if (fd !== null) writeSync(fd, text);
}

/** Everything that was begun in one go is done. */
const rest = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Open a file of the folder, so that the rest of the test, if it waits for nothing, finds the folder checked. */
function begin(): void {
  writeFileSync(at('t/g'), 'ours');
  write('t/f', 'ours');
}

describe('files that are opened in one go', () => {
  it('are the ones that their paths name, the most recently used of them open', () => {
    begin();
    for (const name of ['1', '2', '3', '4']) write(`t/${name}`, name);
    rmSync(at('t/1'));
    writeFileSync(at('t/1'), 'new');
    rmSync(at('t/4'));
    writeFileSync(at('t/4'), 'new');
    write('t/1', 'N');
    write('t/4', 'N');
    expect(['1', '2', '3', '4'].map((name) => readFileSync(at(`t/${name}`), 'utf8'))).toEqual([
      'New',
      '2',
      '3',
      'new',
    ]);
  });

  it.each(MODES)('are never behind a link that takes the place of their folder (%s)', (mode) => {
    begin();
    renameSync(at('t'), at('aside'));
    symlinkSync('../outside', at('t'));
    expect(attempt('t/g', mode)).toBe('PATH_ESCAPES');
    expect(attempt('t/g', mode)).toBe('PATH_ESCAPES');
    expect(readFileSync(join(base, 'outside/g'), 'utf8')).toBe('secret');
  });

  it.each(MODES)('are never behind a link that takes the place of the root (%s)', (mode) => {
    begin();
    renameSync(root.path, join(base, 'aside'));
    mkdirSync(join(base, 'outside/t'));
    writeFileSync(join(base, 'outside/t/g'), 'secret');
    symlinkSync('outside', root.path);
    expect(attempt('t/g', mode)).toBe('PATH_ESCAPES');
  });

  it('come to a folder that is made anew when it vanishes', () => {
    begin();
    files.takeFolders();
    rmSync(at('t'), { recursive: true });
    expect(attempt('t/g', 'read')).toBe('missing');
    expect(attempt('t/g', 'write')).toBe('missing');
    expect(attempt('t/g', 'create')).toBe('open');
    expect([...new Set(files.takeFolders())].toSorted()).toEqual([root.path, at('t')]);
    expect(existsSync(at('t/g'))).toBe(true);
  });

  it.each(MODES)('are not taken for missing when the root is gone (%s)', (mode) => {
    begin();
    rmSync(root.path, { recursive: true });
    expect(attempt('t/g', mode)).toBe('NOT_FOUND');
    expect(attempt('t/f', 'read')).toBe('open');
    files.refresh(wanted('t/f'));
    expect(attempt('t/f', 'read')).toBe('NOT_FOUND');
    expect(existsSync(root.path)).toBe(false);
  });

  it('tell of each folder with the file that changed it', () => {
    begin();
    expect([...new Set(files.takeFolders())]).toEqual([at('t')]);
    write('t/h', '');
    expect(files.takeFolders()).toEqual([at('t')]);
    write('t/g', '');
    expect(files.takeFolders()).toEqual([]);
    write('t/u/a', '');
    expect([...new Set(files.takeFolders())].toSorted()).toEqual([at('t'), at('t/u')]);
    write('t/u/b', '');
    expect(files.takeFolders()).toEqual([at('t/u')]);
  });

  it('make nothing behind a link that was there when they began', async () => {
    begin();
    await rest();
    renameSync(at('t'), at('aside'));
    symlinkSync('../outside', at('t'));
    expect(attempt('t/new', 'create')).toBe('PATH_ESCAPES');
    expect(readdirSync(join(base, 'outside')).toSorted()).toEqual(['f', 'g']);
  });
});

describe('an open file', () => {
  it.each(['in the same go', 'later'])('is opened anew when its path names another one, %s', async (when) => {
    writeFileSync(at('t/other'), 'other');
    write('t/f', 'old');
    write('t/other', '');
    if (when === 'later') await rest();
    renameSync(at('t/f'), at('t/moved'));
    writeFileSync(at('t/f'), 'new');
    for (const path of ['t/f', 't/other']) files.refresh(wanted(path));
    write('t/f', 'N');
    write('t/other', 'O');
    const contents = ['f', 'moved', 'other'].map((name) => readFileSync(at(`t/${name}`), 'utf8'));
    expect(contents).toEqual(['New', 'old', 'Other']);
  });

  it.each(['in the same go', 'later'])('is told of when its path names it no more, %s', async (when) => {
    for (const name of ['kept', 'gone', 'shadowed/f']) write(`t/${name}`, 'ours');
    if (when === 'later') await rest();
    rmSync(at('t/gone'));
    renameSync(at('t/shadowed'), at('t/aside'));
    symlinkSync('../../outside', at('t/shadowed'));
    expect(files.takeVanished(2)).toEqual([]);
    expect([...files.takeVanished(1)].toSorted()).toEqual(['t/gone', 't/shadowed/f']);
    expect(files.takeVanished(1)).toEqual([]);
  });
});
