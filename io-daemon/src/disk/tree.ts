/**
 * Small steps on the files of a torrent that the store requests share. Decides what is never touched: what is not the
 * torrent's, folders with something in them, the root.
 */
import { readdirSync, rmdirSync, statfsSync, unlinkSync } from 'node:fs';
import { DiskFailure, systemCode } from './codes.ts';
import { absolute, lookInside } from './inside.ts';
import type { Root } from './jobs.ts';

const PART_NAME = /^\d{1,7}\.part$/u;

/** Name of the part file of a piece, in its torrent's folder of part files. */
export function partName(piece: number): string {
  return `${piece}.part`;
}

/** Where a file is put together of part files, beside the first of them. */
export function draftOf(part: string): string {
  return `${part}.draft`;
}

/** Paths of all part files in `folder`. */
export function partPaths(root: Root, folder: string): readonly string[] {
  if (lookInside(root, folder)?.isDirectory() !== true) return [];
  const names = readdirSync(absolute(root, folder)).filter((name) => PART_NAME.test(name));
  return names.map((name) => `${folder}/${name}`);
}

/** Delete a file or link if it is there. */
export function unlinkInside(root: Root, path: string): void {
  if (lookInside(root, path) !== null) unlinkSync(absolute(root, path));
}

/** Remove those folders above the paths that are empty; the others, and all that cannot be removed, stay. */
export function removeEmptyFolders(root: Root, paths: readonly string[]): void {
  const folders = new Set<string>();
  for (const path of paths) {
    const components = path.split('/');
    for (let depth = components.length - 1; depth > 0; depth--)
      folders.add(components.slice(0, depth).join('/'));
  }
  const deepestFirst = [...folders].toSorted((a, b) => depthOf(b) - depthOf(a));
  for (const folder of deepestFirst) {
    try {
      if (lookInside(root, folder)?.isDirectory() === true) rmdirSync(absolute(root, folder));
    } catch (error) {
      if (!(error instanceof DiskFailure) && systemCode(error) === '') throw error;
    }
  }
}

function depthOf(path: string): number {
  return path.split('/').length;
}

/** Bytes that may still be written below a root. */
export function freeBytes(root: Root): number {
  const { bavail, bsize } = statfsSync(root.path);
  return bavail * bsize;
}

/** A full disk as an error that tells what is missing for `bytes` more; any other error as it is. */
export function withMissing(error: unknown, root: Root, path: string, bytes: number): unknown {
  if (systemCode(error) !== 'ENOSPC') return error;
  return new DiskFailure('DISK_FULL', `no space left for ${path}`, Math.max(0, bytes - freeBytes(root)));
}
