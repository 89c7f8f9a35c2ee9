/** Paths that a user chose: which are possible, and how a layout looks with them. */
import { MAX_PATH_BYTES, MAX_PATH_DEPTH, safeComponent, utf8Length } from '@jstorrent/protocol';
import type { FilePath, Layout, LayoutFile } from '../ports.ts';

/** Paths by number of the file, where they are not those of the metainfo. */
export type OwnPaths = ReadonlyMap<number, readonly string[]>;

/**
 * Whether components can be a path on every file system, by the rules for the names in torrents; a folder may have none at
 * all.
 */
export function isPossiblePath(path: readonly string[]): boolean {
  const bytes = path.reduce((sum, component) => sum + 1 + utf8Length(component), 0);
  if (path.length > MAX_PATH_DEPTH || bytes > MAX_PATH_BYTES) return false;
  return path.every((component) => safeComponent(component) === component);
}

/** Why files cannot get these paths; null when they can. Names that differ in case only count as one. */
export function renameProblem(
  files: readonly LayoutFile[],
  renames: readonly FilePath[],
): 'PATH_ESCAPES' | 'BAD_LAYOUT' | 'EXISTS' | null {
  const fresh = new Map<number, readonly string[]>();
  for (const { file, path } of renames) {
    const kind = files[file]?.kind ?? 'pad';
    if (kind === 'pad' || path.length === 0) return 'BAD_LAYOUT';
    if (!isPossiblePath(path)) return 'PATH_ESCAPES';
    fresh.set(file, path);
  }
  const seen = new Set<string>();
  const folders = new Set<string>();
  for (const [index, { kind, path }] of files.entries()) {
    if (kind === 'pad') continue;
    const parts = (fresh.get(index) ?? path).map(folded);
    const name = parts.join('/');
    if (seen.has(name)) return 'EXISTS';
    seen.add(name);
    for (let depth = parts.length - 1; depth > 0; depth -= 1) folders.add(parts.slice(0, depth).join('/'));
  }
  for (const folder of folders) if (seen.has(folder)) return 'EXISTS';
  return null;
}

const folded = (component: string): string => component.normalize('NFC').toLowerCase();

/**
 * What gives a folder another path: the new paths of everything below it but padding, which is never on disk; none when there is no
 * such folder. `EXISTS` when something else is in the new folder, so that giving the old path back undoes all of it.
 */
export function folderRenames(
  files: readonly LayoutFile[],
  from: readonly string[],
  to: readonly string[],
): readonly FilePath[] | 'EXISTS' {
  const renames: FilePath[] = [];
  const target = to.map(folded);
  let isTaken = false;
  for (const [file, { kind, path }] of files.entries()) {
    if (kind === 'pad') continue;
    if (isBelow(path, from)) renames.push({ file, path: [...to, ...path.slice(from.length)] });
    else if (isBelow(path.map(folded), target)) isTaken = true;
  }
  return isTaken && renames.length > 0 ? 'EXISTS' : renames;
}

function isBelow(path: readonly string[], folder: readonly string[]): boolean {
  return path.length > folder.length && folder.every((component, depth) => path[depth] === component);
}

/** The folder that most files of a torrent are in; null when it has none of its own. */
export function topFolder(files: readonly LayoutFile[]): string | null {
  const counts = new Map<string, number>();
  for (const { kind, path } of files) {
    const top = path[0];
    if (kind === 'pad' || path.length < 2 || top === undefined) continue;
    counts.set(top, (counts.get(top) ?? 0) + 1);
  }
  let best: string | null = null;
  for (const [top, count] of counts) if (best === null || count > (counts.get(best) ?? 0)) best = top;
  return best;
}

/** A layout with other paths for some of its files; links lead to what they led to. */
export function withPaths(layout: Layout, paths: OwnPaths): Layout {
  if (paths.size === 0) return layout;
  const oldTop = topFolder(layout.files);
  const renamed = layout.files.map((file, index) => ({ ...file, path: paths.get(index) ?? file.path }));
  const newTop = topFolder(renamed);
  const byOldPath = new Map(layout.files.map(({ path }, index) => [path.join('/'), index]));
  const byOldFolder = newFolders(layout.files, renamed);
  const files = renamed.map((file) => {
    const { target } = file;
    if (target === undefined) return file;
    const name = target.join('/');
    const direct = renamed[byOldPath.get(name) ?? -1]?.path ?? byOldFolder.get(name) ?? null;
    if (direct !== null) return { ...file, target: direct };
    const isInTop = target[0] === oldTop && newTop !== null;
    return isInTop ? { ...file, target: [newTop, ...target.slice(1)] } : file;
  });
  return { ...layout, files };
}

/** Where all that was in the folders that links lead to is now; null where it is not together any more. */
function newFolders(
  before: readonly LayoutFile[],
  after: readonly LayoutFile[],
): ReadonlyMap<string, readonly string[] | null> {
  const wanted = new Set(before.flatMap(({ target }) => (target === undefined ? [] : [target.join('/')])));
  const found = new Map<string, readonly string[] | null>();
  if (wanted.size === 0) return found;
  for (const [index, { kind, path }] of before.entries()) {
    if (kind === 'pad') continue;
    const now = after[index]?.path ?? path;
    for (let depth = 1; depth < path.length; depth += 1) {
      const folder = path.slice(0, depth).join('/');
      if (!wanted.has(folder)) continue;
      const start = now.slice(0, Math.max(0, now.length - path.length + depth));
      const known = found.get(folder);
      const isTogether = known === undefined || known?.join('/') === start.join('/');
      found.set(folder, isTogether ? start : null);
    }
  }
  return found;
}
