/**
 * Opens files that are truly inside a root (THREATS 34). Decides what counts as leaving it: any symbolic link below the
 * root, in a folder's place or in the file's own, and any path that names another object once the file is open.
 *
 * A path is checked before something is created and after it was opened. Where the system says which path an open file
 * has (/proc of Linux), that must be the one meant. Elsewhere, and where it says anything else, the path is walked again: a
 * link swapped in between either is seen then or has led to a file whose identity differs from the one the path names.
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  statSync,
  type Stats,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import process from 'node:process';
import { DiskFailure, systemCode } from './codes.ts';
import type { Root } from './jobs.ts';

/** `read` and `write` open what is there, `create` makes the file and its folders when they are missing. */
export type OpenMode = 'read' | 'write' | 'create';

/** An open regular file; the caller closes `fd`. */
export interface InsideFile {
  readonly fd: number;
  readonly stat: Stats;
}

// A pipe that stands in a file's place must not block the worker, a link must not be followed. (Absent on Windows.)
const GUARD = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const FLAGS: Readonly<Record<OpenMode, number>> = {
  read: constants.O_RDONLY | GUARD,
  write: constants.O_RDWR | GUARD,
  create: constants.O_RDWR | constants.O_CREAT | GUARD,
};

/** Opening refuses a link by itself. */
const REFUSES_LINKS = constants.O_NOFOLLOW !== undefined;

/** The system says which path an open file has: tried once, with the one folder that is always there. */
const TELLS_PATHS = process.platform === 'linux' && tellsPath('/');

/** The folder behind `path`; fails with `NOT_FOUND` when there is none. */
export function findRoot(path: string): Root {
  try {
    const real = realpathSync(path);
    const stat = statSync(real);
    if (stat.isDirectory()) return { path: real, dev: stat.dev };
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(systemCode(error))) throw error;
  }
  throw new DiskFailure('NOT_FOUND', `the folder ${path} is gone`);
}

/** The absolute path of `path` below `root`. */
export function absolute(root: Root, path: string): string {
  return below(root.path, path);
}

/** `join` for a path that needs no resolving. */
function below(folder: string, path: string): string {
  return sep === '/' && !folder.endsWith('/') ? `${folder}/${path}` : join(folder, path);
}

/**
 * Walk the folders that lead to `path` and check that each is a folder. `made`: create missing ones and append the
 * changed folders (absolute) to it; null: create nothing. Returns whether all folders are there.
 */
export function checkFolders(root: Root, path: string, made: string[] | null): boolean {
  const rootStat = lstatSync(root.path, { throwIfNoEntry: false });
  if (rootStat?.isSymbolicLink() === true) throw new DiskFailure('PATH_ESCAPES', `${root.path} is a link`);
  if (rootStat === undefined || rootStat.dev !== root.dev) {
    throw new DiskFailure('NOT_FOUND', `the folder ${root.path} is gone`);
  }
  let folder = root.path;
  for (const component of path.split('/').slice(0, -1)) {
    const parent = folder;
    folder = below(folder, component);
    let stat = lstatSync(folder, { throwIfNoEntry: false });
    if (stat === undefined) {
      if (made === null) return false;
      makeFolder(folder);
      made.push(parent, folder);
      stat = lstatSync(folder);
    }
    if (stat.isSymbolicLink()) throw new DiskFailure('PATH_ESCAPES', `${folder} is a link`);
    if (!stat.isDirectory()) throw new DiskFailure('EXISTS', `${folder} is not a folder`);
  }
  return true;
}

/** What stands at `path`, or null; fails when a folder on the way is a link or no folder. */
export function lookInside(root: Root, path: string): Stats | null {
  return checkFolders(root, path, null) ? lookInFolder(root, path) : null;
}

/** `lookInside` for a path whose folders were checked a moment ago. */
export function lookInFolder(root: Root, path: string): Stats | null {
  return lstatSync(absolute(root, path), { throwIfNoEntry: false }) ?? null;
}

/** What stands at `path` if it is a regular file, null if nothing is there; anything else fails. */
export function lookAtFile(root: Root, path: string): Stats | null {
  const stat = lookInside(root, path);
  if (stat !== null) assertFile(stat, path);
  return stat;
}

/**
 * Open a regular file inside the root; null when it is missing and not to be created. `made` collects the folders
 * (absolute) that a creation changed.
 */
export function openInside(root: Root, path: string, mode: OpenMode, made: string[]): InsideFile | null {
  if (!checkFolders(root, path, mode === 'create' ? made : null)) return null;
  const opened = openInFolder(root, path, mode, made);
  if (opened === null && mode === 'create')
    throw new DiskFailure('NOT_FOUND', `the folder of ${path} is gone`);
  return opened;
}

/** `openInside` for a path whose folders were checked a moment ago; null also when one of them is missing by now. */
export function openInFolder(root: Root, path: string, mode: OpenMode, made: string[]): InsideFile | null {
  const full = absolute(root, path);
  if (mode === 'create' || !REFUSES_LINKS) {
    const before = lstatSync(full, { throwIfNoEntry: false });
    if (before !== undefined) assertFile(before, path);
    else if (mode !== 'create') return null;
    else made.push(dirname(full));
  }
  const fd = openFound(full, mode);
  if (fd === null) return null;
  try {
    const stat = fstatSync(fd);
    assertFile(stat, path);
    // On the root's device: what lies under an unmounted drive has the same path.
    if (stat.dev !== root.dev || !isAt(fd, full)) assertSame(root, path, stat);
    return { fd, stat };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function openFound(full: string, mode: OpenMode): number | null {
  try {
    return openSync(full, FLAGS[mode], 0o666);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Make the entries of a folder durable, where the system has a way to ask for it. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  let fd: number;
  try {
    fd = openSync(folder, constants.O_RDONLY | (constants.O_DIRECTORY ?? 0));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  try {
    fsyncSync(fd);
  } catch (error) {
    // Some network file systems cannot sync folders.
    if (!['EINVAL', 'ENOTSUP'].includes(systemCode(error))) throw error;
  } finally {
    closeSync(fd);
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another worker made it first.
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

function assertFile(stat: Stats, path: string): void {
  if (stat.isSymbolicLink()) throw new DiskFailure('PATH_ESCAPES', `${path} is a link`);
  if (!stat.isFile()) throw new DiskFailure('EXISTS', `${path} is not a file`);
}

/** The system says that an open file has this path, in a way that can mean nothing else. */
function isAt(fd: number, full: string): boolean {
  if (!TELLS_PATHS) return false;
  // A deleted file's path has this end, and bytes that are no text are read as this character.
  if (full.endsWith(' (deleted)') || full.includes('\uFFFD')) return false;
  return pathOf(fd) === full;
}

function pathOf(fd: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch (error) {
    if (systemCode(error) === '') throw error;
    return '';
  }
}

function tellsPath(folder: string): boolean {
  let fd: number;
  try {
    fd = openSync(folder, constants.O_RDONLY);
  } catch (error) {
    if (systemCode(error) === '') throw error;
    return false;
  }
  try {
    return pathOf(fd) === folder;
  } finally {
    closeSync(fd);
  }
}

function assertSame(root: Root, path: string, opened: Stats): void {
  const named = lookInside(root, path);
  if (named === null || named.dev !== opened.dev || named.ino !== opened.ino) {
    throw new DiskFailure('PATH_ESCAPES', `${path} was exchanged while it was opened`);
  }
}
