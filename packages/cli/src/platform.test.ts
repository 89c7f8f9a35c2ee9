import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { walkFiles } from './walk.ts';

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
