/**
 * Brings files into being that are wanted from now on, in a worker: room first, then zeros where the user wants them
 * allocated, then the bytes that part files held. Decides the order that makes this all or nothing.
 */
import { closeSync, fdatasyncSync, ftruncateSync } from 'node:fs';
import { copyRange, writeZeros } from './bytes.ts';
import { DiskFailure } from './codes.ts';
import { lookAtFile, openInside, syncFolder } from './inside.ts';
import type { AdoptJob, PartMove, Root } from './jobs.ts';
import { freeBytes, removeEmptyFolders, unlinkInside, withMissing } from './tree.ts';

/** What a job made on the way, to be synced or undone. */
interface Made {
  readonly files: Set<string>;
  readonly folders: string[];
}

/** Do it. On failure the files this made are deleted again and all parts are still there. */
export function adopt(job: AdoptJob): null {
  const made: Made = { files: new Set(), folders: [] };
  assertRoom(job);
  try {
    for (const { path, length } of job.fill) fill(job.root, path, length, made);
    for (const move of job.moves) copyPart(job.root, move, made);
    for (const folder of new Set(made.folders)) syncFolder(folder);
  } catch (error) {
    for (const path of made.files) unlinkInside(job.root, path);
    removeEmptyFolders(job.root, [...made.files]);
    throw error;
  }
  for (const part of job.obsolete) unlinkInside(job.root, part);
  removeEmptyFolders(job.root, job.obsolete);
  return null;
}

function assertRoom(job: AdoptJob): void {
  let needed = 0;
  for (const { path, length } of job.fill) {
    needed += Math.max(0, length - (lookAtFile(job.root, path)?.size ?? 0));
  }
  const missing = needed === 0 ? 0 : needed - freeBytes(job.root);
  if (missing > 0) throw new DiskFailure('DISK_FULL', `${needed} bytes are needed`, missing);
}

function fill(root: Root, path: string, length: number, made: Made): void {
  const { fd, size } = openOrCreate(root, path, made);
  try {
    writeZeros(fd, size, length);
    fdatasyncSync(fd);
  } catch (error) {
    // What lies beyond the old end was written here: give the space back.
    ftruncateSync(fd, size);
    throw withMissing(error, root, path, length - size);
  } finally {
    closeSync(fd);
  }
}

function copyPart(root: Root, move: PartMove, made: Made): void {
  const part = openInside(root, move.part, 'read', made.folders);
  if (part === null) return;
  try {
    const { fd } = openOrCreate(root, move.path, made);
    try {
      copyRange(part.fd, fd, { from: move.partAt, at: move.at, length: move.length });
      fdatasyncSync(fd);
    } catch (error) {
      throw withMissing(error, root, move.path, move.length);
    } finally {
      closeSync(fd);
    }
  } finally {
    closeSync(part.fd);
  }
}

function openOrCreate(root: Root, path: string, made: Made): { readonly fd: number; readonly size: number } {
  if (lookAtFile(root, path) === null) made.files.add(path);
  const opened = openInside(root, path, 'create', made.folders);
  if (opened === null) throw new DiskFailure('NOT_FOUND', path);
  return { fd: opened.fd, size: opened.stat.size };
}
