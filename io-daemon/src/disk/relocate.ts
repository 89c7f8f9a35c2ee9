/**
 * Renames, moves and deletes the files of a torrent, in a worker. Decides how a move is all or nothing: nothing is
 * overwritten, and what was moved before a failure goes back.
 */
import {
  closeSync,
  fdatasyncSync,
  fchmodSync,
  futimesSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  type Stats,
} from 'node:fs';
import { dirname } from 'node:path';
import { copyRange } from './bytes.ts';
import { DiskFailure, systemCode } from './codes.ts';
import {
  absolute,
  checkFolders,
  findRoot,
  lookAtFile,
  lookInside,
  openInside,
  syncFolder,
} from './inside.ts';
import type { MoveJob, RemoveJob, RenameJob, Root } from './jobs.ts';
import { freeBytes, partPaths, removeEmptyFolders, unlinkInside, withMissing } from './tree.ts';

/** Rename one file, never over another one; a file that does not exist has only its new path checked. */
export function rename(job: RenameJob): null {
  const { root, from, to } = job;
  const source = lookAtFile(root, from);
  const target = lookInside(root, to);
  // On a file system that ignores case, a file renamed to another case of its name meets itself.
  const isItself =
    target !== null && source !== null && target.dev === source.dev && target.ino === source.ino;
  if (target !== null && !isItself) throw new DiskFailure('EXISTS', to);
  if (source === null) return null;
  const folders = [dirname(absolute(root, from)), dirname(absolute(root, to))];
  checkFolders(root, to, folders);
  renameSync(absolute(root, from), absolute(root, to));
  for (const folder of new Set(folders)) syncFolder(folder);
  removeEmptyFolders(root, [from]);
  return null;
}

/** Move everything to another root: by renaming where both are one file system, else by copying. */
export function move(job: MoveJob): { readonly root: Root } {
  const target = findRoot(job.target);
  if (target.path === job.root.path) return { root: target };
  const all = [...job.paths, ...partPaths(job.root, job.parts)];
  const paths = all.filter((path) => lookInside(job.root, path) !== null);
  for (const path of paths) {
    if (lookInside(target, path) !== null) throw new DiskFailure('EXISTS', absolute(target, path));
  }
  const undo: (() => void)[] = [];
  const copied: string[] = [];
  const folders: string[] = [];
  try {
    for (const path of paths) {
      checkFolders(target, path, folders);
      folders.push(dirname(absolute(target, path)));
      if (moveByRename(job.root, target, path)) {
        undo.push(() => renameSync(absolute(target, path), absolute(job.root, path)));
        continue;
      }
      undo.push(() => unlinkInside(target, path));
      copyAcross(job.root, target, path);
      copied.push(path);
    }
    for (const folder of new Set(folders)) syncFolder(folder);
  } catch (error) {
    for (const back of undo.toReversed()) back();
    removeEmptyFolders(target, paths);
    throw error;
  }
  for (const path of copied) unlinkInside(job.root, path);
  removeEmptyFolders(job.root, paths);
  return { root: target };
}

/** Delete what is the torrent's. Everything is tried; the first failure is told. */
export function remove(job: RemoveJob): null {
  const { root, files, links } = job;
  const parts = partPaths(root, job.parts);
  const failures: unknown[] = [];
  const attempt = (path: string, isOurs: (stat: Stats) => boolean): void => {
    try {
      const stat = lookInside(root, path);
      if (stat !== null && isOurs(stat)) unlinkSync(absolute(root, path));
    } catch (error) {
      failures.push(error);
    }
  };
  for (const path of [...files, ...parts]) attempt(path, (stat) => stat.isFile());
  for (const path of links) attempt(path, (stat) => stat.isSymbolicLink());
  removeEmptyFolders(root, [...files, ...links, ...parts]);
  if (failures.length > 0) throw failures[0];
  return null;
}

function moveByRename(from: Root, to: Root, path: string): boolean {
  try {
    renameSync(absolute(from, path), absolute(to, path));
    return true;
  } catch (error) {
    if (systemCode(error) === 'EXDEV') return false;
    throw error;
  }
}

function copyAcross(from: Root, to: Root, path: string): void {
  if (lookInside(from, path)?.isSymbolicLink() === true) {
    symlinkSync(readlinkSync(absolute(from, path)), absolute(to, path));
    return;
  }
  const source = openInside(from, path, 'read', []);
  if (source === null) return;
  const { size } = source.stat;
  try {
    const missing = source.stat.blocks * 512 - freeBytes(to);
    if (missing > 0) throw new DiskFailure('DISK_FULL', `no room for ${path}`, missing);
    const copy = openInside(to, path, 'create', []);
    if (copy === null) throw new DiskFailure('NOT_FOUND', path);
    try {
      copyRange(source.fd, copy.fd, { from: 0, at: 0, length: size });
      fchmodSync(copy.fd, source.stat.mode & 0o777);
      futimesSync(copy.fd, source.stat.atimeMs / 1000, source.stat.mtimeMs / 1000);
      fdatasyncSync(copy.fd);
    } catch (error) {
      throw withMissing(error, to, path, size);
    } finally {
      closeSync(copy.fd);
    }
  } finally {
    closeSync(source.fd);
  }
}
