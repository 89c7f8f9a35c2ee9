/**
 * Brings files into being that are wanted from now on, in a worker: room first, then zeros where the user wants them
 * allocated, then the bytes that part files held. Decides the order that makes this all or nothing, and each file by itself
 * whole or not there, whenever it ends: bytes of a part file count only as long as the file does not exist.
 */
import { closeSync, fdatasyncSync, ftruncateSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { copyRange, writeZeros } from './bytes.ts';
import { DiskFailure } from './codes.ts';
import { absolute, checkFolders, lookAtFile, openInside, syncFolder } from './inside.ts';
import type { AdoptJob, PartMove, Root } from './jobs.ts';
import { draftOf, freeBytes, removeEmptyFolders, unlinkInside, withMissing } from './tree.ts';

/** What a job made on the way, to be synced or undone. */
interface Made {
  readonly files: Set<string>;
  readonly folders: string[];
}

/** A file to be: zeros up to a length (0 = none), and what part files have of it. */
interface Goal {
  readonly path: string;
  length: number;
  readonly moves: PartMove[];
}

/** Do it. On failure the files this made are deleted again and all parts are still there. */
export function adopt(job: AdoptJob): null {
  const made: Made = { files: new Set(), folders: [] };
  assertRoom(job);
  try {
    for (const goal of goalsOf(job)) bringAbout(job.root, goal, made);
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

function goalsOf({ fill, moves }: AdoptJob): Iterable<Goal> {
  const goals = new Map<string, Goal>();
  for (const { path, length } of fill) goals.set(path, { path, length, moves: [] });
  for (const move of moves) {
    const goal = goals.get(move.path) ?? { path: move.path, length: 0, moves: [] };
    goals.set(move.path, goal);
    goal.moves.push(move);
  }
  return goals.values();
}

function assertRoom(job: AdoptJob): void {
  let needed = 0;
  for (const { path, length } of job.fill) {
    needed += Math.max(0, length - (lookAtFile(job.root, path)?.size ?? 0));
  }
  const missing = needed === 0 ? 0 : needed - freeBytes(job.root);
  if (missing > 0) throw new DiskFailure('DISK_FULL', `${needed} bytes are needed`, missing);
}

/** What part files hold of a new file is put together beside them, and gets its name when it is durable. */
function bringAbout(root: Root, goal: Goal, made: Made): void {
  const { path, moves } = goal;
  const [first] = moves;
  if (first === undefined || lookAtFile(root, path) !== null) return write(root, path, goal, made);
  const draft = draftOf(first.part);
  unlinkInside(root, draft);
  write(root, draft, goal, made);
  // No part is there any more.
  if (lookAtFile(root, draft) === null) return;
  checkFolders(root, path, made.folders);
  renameSync(absolute(root, draft), absolute(root, path));
  made.files.delete(draft);
  made.files.add(path);
  made.folders.push(dirname(absolute(root, path)));
}

function write(root: Root, path: string, { length, moves }: Goal, made: Made): void {
  if (length > 0) fill(root, path, length, made);
  for (const move of moves) copyPart(root, path, move, made);
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

function copyPart(root: Root, path: string, move: PartMove, made: Made): void {
  const part = openInside(root, move.part, 'read', made.folders);
  if (part === null) return;
  try {
    const { fd } = openOrCreate(root, path, made);
    try {
      copyRange(part.fd, fd, { from: move.partAt, at: move.at, length: move.length });
      fdatasyncSync(fd);
    } catch (error) {
      throw withMissing(error, root, path, move.length);
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
