import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll } from 'vitest';
import { diskContract, realRig, type OutsideFiles } from '@jstorrent/testkit/contracts';
import { nodeDisk } from './disk.ts';

const KEYS = ['first', 'second'] as const;

/** The files below two folders of `base`, seen without the disk. */
function outside(base: string): OutsideFiles {
  const at = (root: string, path: string): string => join(base, root, path);
  return {
    roots: KEYS,
    read: (root, path) => {
      try {
        return new Uint8Array(readFileSync(at(root, path)));
      } catch {
        return null;
      }
    },
    write: (root, path, bytes) => {
      mkdirSync(dirname(at(root, path)), { recursive: true });
      writeFileSync(at(root, path), bytes);
    },
    remove: (root, path) => rmSync(at(root, path), { recursive: true }),
    list: (root) =>
      readdirSync(join(base, root), { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => relative(join(base, root), join(entry.parentPath, entry.name)))
        .toSorted(),
  };
}

// One disk serves all tests, as one serves all torrents; each test has folders of its own.
const roots: Record<string, string> = {};
const disk = nodeDisk({ roots, arenaBytes: 1024 * 1024, workers: 2 });
afterAll(() => disk.close());

diskContract('the Node disk', () => {
  const base = mkdtempSync(join(tmpdir(), 'jst-disk-'));
  for (const key of KEYS) {
    roots[key] = join(base, key);
    mkdirSync(roots[key]);
  }
  const rig = realRig(() => Promise.resolve(rmSync(base, { recursive: true })));
  return Promise.resolve({ ...rig, disk, files: outside(base) });
});
