/**
 * The in-memory disk seen from outside, as contract suites want it.
 */
import type { MemoryDisk } from '../disk/memory-disk.ts';
import type { OutsideFiles } from './rig.ts';

/** The files of a disk with the default roots. */
export const memoryOutside = (disk: MemoryDisk): OutsideFiles => ({
  roots: ['downloads', 'other'],
  pathOf: (root) => root,
  read: (root, path) => (disk.volume(root).find(path) === undefined ? null : disk.readFile(root, path)),
  write: (root, path, bytes) => disk.putFile(root, path, bytes),
  remove: (root, path) => {
    for (const below of disk.volume(root).paths()) {
      if (below === path || below.startsWith(`${path}/`)) disk.volume(root).remove(below);
    }
  },
  list: (root) => [...disk.volume(root).paths(), ...disk.volume(root).links().keys()].sort(),
});
