/**
 * Folders of the in-memory disk beside torrents. Decides nothing about links: there are none but those of torrents, which
 * are not told.
 */
import type { DiskFolders } from '@jstorrent/data-plane';
import type { FolderEntry } from '@jstorrent/engine/ports';
import type { MemoryDisk } from './memory-disk.ts';
import { DiskFault, type Volume } from './volume.ts';

/** As many entries as a disk tells. */
const LISTED_MAX = 10_000;

/** The folders of a disk. */
export function memoryFolders(disk: MemoryDisk): DiskFolders {
  const perform = <T>(
    root: string,
    answer: Parameters<typeof disk.perform<T>>[0]['answer'],
    run: (volume: Volume) => T,
  ): void =>
    disk.perform({
      operation: 'folder',
      bytes: 0,
      run: () => run(there(disk, root)),
      answer,
      onEnd: () => {},
    });
  return {
    list: ({ root, folder }, answer) => perform(root, answer, (volume) => list(volume, folder.join('/'))),
    make: ({ root, folder }, answer) =>
      perform(root, answer, (volume) => {
        const path = folder.join('/');
        if (volume.look(path) !== null) throw new DiskFault('EXISTS', path);
        volume.makeFolder(path);
      }),
    space: ({ root }, answer) =>
      perform(root, answer, () => ({ free: disk.freeBytes, total: disk.freeBytes + disk.usedBytes })),
    read: ({ root, path, offset, length }, answer) =>
      perform(root, answer, (volume) => {
        const file = volume.find(path.join('/'));
        if (file === undefined) throw new DiskFault('NOT_FOUND', path.join('/'));
        const bytes = new Uint8Array(Math.max(0, Math.min(length, file.length - offset)));
        file.read(offset, bytes);
        return { size: file.length, mtimeMs: file.mtimeMs, bytes };
      }),
    rename: ({ root, from, to }, answer) =>
      perform(root, answer, (volume) => volume.renameTree(from.join('/'), to.join('/'))),
  };
}

function there(disk: MemoryDisk, root: string): Volume {
  const volume = disk.volume(root);
  if (volume.isGone) throw new DiskFault('NOT_FOUND', root);
  return volume;
}

function list(
  volume: Volume,
  folder: string,
): { readonly entries: readonly FolderEntry[]; readonly isCut: boolean } {
  if (folder !== '' && !volume.folders().includes(folder)) {
    throw new DiskFault(volume.has(folder) ? 'EXISTS' : 'NOT_FOUND', folder);
  }
  const entries: FolderEntry[] = [];
  for (const name of volume.names(folder)) {
    if (name === '.jstorrent-parts') continue;
    const entry = volume.look(folder === '' ? name : `${folder}/${name}`);
    if (entry === null || entry.kind === 'link') continue;
    if (entries.length === LISTED_MAX) return { entries, isCut: true };
    const { size, mtimeMs } = entry;
    entries.push({ name, isFolder: entry.kind === 'other', size, mtimeMs });
  }
  return { entries, isCut: false };
}
