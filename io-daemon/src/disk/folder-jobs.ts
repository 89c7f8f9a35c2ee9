/**
 * Looks at folders beside torrents, in a worker. Decides what counts as inside a root: what is there once all links are
 * resolved (THREATS 34); and that our own folders of part files are nobody's business.
 */
import {
  closeSync,
  lstatSync,
  mkdirSync,
  opendirSync,
  realpathSync,
  renameSync,
  statfsSync,
  statSync,
  type Stats,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { FolderEntry } from '@jstorrent/engine/ports';
import { readAll } from './bytes.ts';
import { DiskFailure, systemCode } from './codes.ts';
import { checkFolder, PARTS_FOLDER } from './geometry.ts';
import { findRoot, openInside } from './inside.ts';
import type { FolderAnswer, FolderJob, Root } from './jobs.ts';
import { ENTRIES_MAX, LISTED_MAX } from './limits.ts';

const NOTHING: FolderAnswer = { listing: null, space: null, part: null };

/** Answer one question. */
export function askFolder({ root: path, ask }: FolderJob): FolderAnswer {
  const root = findRoot(path);
  switch (ask.type) {
    case 'list':
      return { ...NOTHING, listing: list(root, inside(root, ask.folder)) };
    case 'make':
      make(root, ask.folder);
      return NOTHING;
    case 'space':
      return { ...NOTHING, space: space(nearest(root, ask.folder)) };
    case 'read':
      return { ...NOTHING, part: read(root, ask) };
    case 'rename':
      rename(entry(root, ask.from), entry(root, ask.to));
      return NOTHING;
  }
}

/** The absolute path of what is there, without links; fails when that is outside of the root. */
function inside(root: Root, components: readonly string[]): string {
  checkFolder(components);
  const real = realpathSync(join(root.path, ...components));
  if (!isBelow(root, real)) throw new DiskFailure('PATH_ESCAPES', `${components.join('/')} leads outside`);
  return real;
}

function isBelow(root: Root, real: string): boolean {
  return real === root.path || real.startsWith(root.path.endsWith(sep) ? root.path : root.path + sep);
}

/** The absolute path of an entry whose folder is there; the entry itself need not be, and may be a link. */
function entry(root: Root, components: readonly string[]): string {
  checkFolder(components);
  return join(inside(root, components.slice(0, -1)), components.at(-1) ?? '');
}

/** The longest part of a path that is there. */
function nearest(root: Root, components: readonly string[]): string {
  for (let length = components.length; length > 0; length--) {
    try {
      return inside(root, components.slice(0, length));
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }
  return root.path;
}

function list(root: Root, folder: string): NonNullable<FolderAnswer['listing']> {
  const names: string[] = [];
  const handle = opendirSync(folder);
  let isCut = false;
  try {
    for (let found = handle.readSync(); found !== null; found = handle.readSync()) {
      isCut = names.length === ENTRIES_MAX;
      if (isCut) break;
      if (found.name.toLowerCase() !== PARTS_FOLDER) names.push(found.name);
    }
  } finally {
    handle.closeSync();
  }
  const entries: FolderEntry[] = [];
  for (const name of names.toSorted(byCodeUnits)) {
    const stat = statInside(root, join(folder, name));
    if (stat === null || (!stat.isFile() && !stat.isDirectory())) continue;
    if (entries.length === LISTED_MAX) return { entries, isCut: true };
    const isFolder = stat.isDirectory();
    entries.push({ name, isFolder, size: isFolder ? 0 : stat.size, mtimeMs: Math.floor(stat.mtimeMs) });
  }
  return { entries, isCut };
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : 1;
}

/** What stands at a path, through links that stay inside; null for one that does not, and for what cannot be looked at. */
function statInside(root: Root, path: string): Stats | null {
  try {
    const stat = lstatSync(path);
    if (!stat.isSymbolicLink()) return stat;
    return isBelow(root, realpathSync(path)) ? statSync(path) : null;
  } catch (error) {
    if (systemCode(error) === '') throw error;
    return null;
  }
}

function make(root: Root, components: readonly string[]): void {
  checkFolder(components);
  let folder = nearest(root, components.slice(0, -1));
  const depth = depthOf(root, components);
  if (depth === components.length) throw new DiskFailure('EXISTS', components.join('/'));
  for (const component of components.slice(depth)) {
    folder = join(folder, component);
    mkdirSync(folder);
  }
}

/** How many of the components are there. */
function depthOf(root: Root, components: readonly string[]): number {
  for (let depth = components.length; depth > 0; depth--) {
    const stat = lstatSync(join(root.path, ...components.slice(0, depth)), { throwIfNoEntry: false });
    if (stat !== undefined) return depth;
  }
  return 0;
}

function space(folder: string): NonNullable<FolderAnswer['space']> {
  const { bavail, blocks, bsize } = statfsSync(folder);
  return { free: bavail * bsize, total: blocks * bsize };
}

function read(
  root: Root,
  { path, offset, length }: Extract<FolderJob['ask'], { type: 'read' }>,
): NonNullable<FolderAnswer['part']> {
  const real = relative(root.path, inside(root, path)).split(sep).join('/');
  const opened = openInside(root, real, 'read', []);
  if (opened === null) throw new DiskFailure('NOT_FOUND', path.join('/'));
  try {
    const { size, mtimeMs } = opened.stat;
    const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
    const got = readAll(opened.fd, bytes, offset);
    return { size, mtimeMs: Math.floor(mtimeMs), bytes: bytes.subarray(0, got) };
  } finally {
    closeSync(opened.fd);
  }
}

function rename(from: string, to: string): void {
  const source = lstatSync(from, { throwIfNoEntry: false });
  if (source === undefined) throw new DiskFailure('NOT_FOUND', from);
  const target = lstatSync(to, { throwIfNoEntry: false });
  // On a file system that ignores case, an entry renamed to another case of its name meets itself.
  if (target !== undefined && (target.dev !== source.dev || target.ino !== source.ino)) {
    throw new DiskFailure('EXISTS', to);
  }
  if (statSync(dirname(to)).isDirectory()) renameSync(from, to);
}
