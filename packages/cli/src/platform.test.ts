import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stateDir } from './state-dir.ts';
import { walkFiles } from './walk.ts';

test('state is kept where the platform wants it, or where the user wants it', () => {
  const home = homedir();
  expect(stateDir({}, 'linux')).toBe(join(home, '.local', 'state', 'jstorrent'));
  expect(stateDir({ XDG_STATE_HOME: '/state' }, 'linux')).toBe(join('/state', 'jstorrent'));
  expect(stateDir({}, 'darwin')).toBe(join(home, 'Library', 'Application Support', 'jstorrent'));
  expect(stateDir({ LOCALAPPDATA: '/local' }, 'win32')).toBe(join('/local', 'jstorrent'));
  expect(stateDir({ JSTORRENT_STATE_DIR: '/mine', XDG_STATE_HOME: '/state' }, 'linux')).toBe('/mine');
});

test('a folder is walked in the order of names, links are named and left out, and so is one path', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jstorrent-walk-'));
  try {
    for (const name of ['b', 'B', 'a.txt', 'a/z', 'out.torrent']) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), name);
    }
    symlinkSync(folder, join(folder, 'loop'));
    const { files, skipped } = walkFiles(folder, join(folder, 'out.torrent'));
    expect(files.map(({ path }) => path.join('/'))).toEqual(['B', 'a/z', 'a.txt', 'b']);
    expect(skipped).toEqual([join(folder, 'loop')]);
    expect(walkFiles(join(folder, 'b'), '')).toEqual({ files: [{ path: [], length: 1 }], skipped: [] });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
