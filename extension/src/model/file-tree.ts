/**
 * The files of a torrent as a tree of folders: its shape from their paths, and which rows are seen. Decides nothing about
 * looks, and changes no file: a choice is the list of files it is about.
 */
import type { FileRow } from '@jstorrent/control';
import { NameOrder } from './file-order.ts';

/** A file as trees need it; without `have` nothing is known of its progress, as before it is added. */
export type TreeFile = Omit<FileRow, 'have'> & { readonly have?: number };
/** 0 not wanted, 1 low, 2 normal, 3 high. */
export type Priority = FileRow['priority'];

/** A folder or a file. */
export interface TreeNode {
  /** Its path with `/`, at the end too for a folder: no two nodes have the same. */
  readonly key: string;
  readonly name: string;
  /** 0 for what lies at the top. */
  readonly depth: number;
  /** Its place in the list of files; null for a folder. */
  readonly file: number | null;
  /** Place of the folder that it lies in; -1 at the top. */
  readonly parent: number;
  /** Place after the last node in it. */
  readonly end: number;
}

/** Nodes with what lies in a folder right behind it. */
export interface FileTree {
  readonly nodes: readonly TreeNode[];
  /** Of each file in the list of files: the place of its node. */
  readonly places: Int32Array;
}

interface Branch {
  readonly name: string;
  readonly folders: Map<string, Branch>;
  readonly files: { readonly name: string; readonly file: number }[];
}

const order = new NameOrder();
const branch = (name: string): Branch => ({ name, folders: new Map(), files: [] });

/** The tree of files; folders come first, then files, both by name with numbers in their order. */
export function treeOf(files: readonly Pick<TreeFile, 'path'>[]): FileTree {
  const root = branch('');
  for (const [file, { path }] of files.entries()) {
    let at = root;
    for (const part of path.slice(0, -1)) {
      let next = at.folders.get(part);
      if (next === undefined) at.folders.set(part, (next = branch(part)));
      at = next;
    }
    at.files.push({ name: path.at(-1) ?? '', file });
  }
  const nodes: TreeNode[] = [];
  lay(root, '', -1, nodes);
  const places = new Int32Array(files.length);
  for (const [place, { file }] of nodes.entries()) if (file !== null) places[file] = place;
  return { nodes, places };
}

function lay(from: Branch, prefix: string, parent: number, nodes: TreeNode[]): void {
  const depth = parent < 0 ? 0 : (nodes[parent]?.depth ?? 0) + 1;
  for (const folder of order.sorted([...from.folders.values()])) {
    const key = `${prefix}${folder.name}/`;
    const place = nodes.length;
    const node = { key, name: folder.name, depth, file: null, parent, end: 0 };
    nodes.push(node);
    lay(folder, key, place, nodes);
    node.end = nodes.length;
  }
  for (const { name, file } of order.sorted(from.files)) {
    nodes.push({ key: `${prefix}${name}`, name, depth, file, parent, end: nodes.length + 1 });
  }
}

/** Places of the nodes that are seen, in order: not those in closed folders. */
export function visibleNodes({ nodes }: FileTree, closed: ReadonlySet<string>): number[] {
  const seen: number[] = [];
  for (let place = 0; place < nodes.length;) {
    const node = nodes[place];
    if (node === undefined) break;
    seen.push(place);
    place = node.file === null && closed.has(node.key) ? node.end : place + 1;
  }
  return seen;
}

/**
 * Places of the nodes that a filter leaves, in order, with the folders they lie in; everything in a folder whose name
 * fits. All words have to stand in the path, in any case; an empty filter leaves all.
 */
export function filterNodes({ nodes }: FileTree, filter: string): number[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
  const kept = new Uint8Array(nodes.length);
  for (const [place, node] of nodes.entries()) {
    const path = node.key.toLowerCase();
    if (!words.every((word) => path.includes(word))) continue;
    for (let at = place; at >= 0 && kept[at] === 0; at = nodes[at]?.parent ?? -1) kept[at] = 1;
  }
  return [...nodes.keys()].filter((place) => kept[place] === 1);
}

/** Places in the list of files of the files in the nodes at `places`, each once and ascending. */
export function filesIn({ nodes }: FileTree, places: Iterable<number>): number[] {
  const found = new Set<number>();
  for (const place of places) {
    for (let at = place; at < (nodes[place]?.end ?? 0); at += 1) {
      const file = nodes[at]?.file;
      if (file !== null && file !== undefined) found.add(file);
    }
  }
  return [...found].toSorted((a, b) => a - b);
}

/** Files with another priority for some of them; the same objects where nothing changes. */
export function withPriority<F extends TreeFile>(
  files: readonly F[],
  places: readonly number[],
  priority: Priority,
): readonly F[] {
  const next = [...files];
  for (const place of places) {
    const file = next[place];
    if (file !== undefined && file.priority !== priority) next[place] = { ...file, priority };
  }
  return next;
}

/** Path of a folder of a tree by its key. */
export function folderPath(key: string): readonly string[] {
  return key.slice(0, -1).split('/');
}

/** Files as they are once a folder has another path; the same objects for those outside of it. */
export function withFolder<F extends Pick<TreeFile, 'path'>>(
  files: readonly F[],
  from: readonly string[],
  to: readonly string[],
): readonly F[] {
  const isBelow = (path: readonly string[]): boolean =>
    path.length > from.length && from.every((part, depth) => path[depth] === part);
  return files.map((file) =>
    isBelow(file.path) ? { ...file, path: [...to, ...file.path.slice(from.length)] } : file,
  );
}

const FILMS = new Set('avi flv m2ts m4v mkv mov mp4 mpeg mpg ogv ts vob webm wmv'.split(' '));
const MUSIC = new Set('aac aiff alac ape flac m4a mid mp3 oga ogg opus wav wma wv'.split(' '));
const ARCHIVES = new Set('7z bz2 deb dmg gz rar rpm tar tgz xz zip zst'.split(' '));
const DISCS = new Set('bin cue img iso mdf nrg'.split(' '));
const TEXTS = new Set('azw3 cbr cbz djvu doc docx epub mobi odt pdf rtf'.split(' '));

/** The icon of a file by the end of its name. */
export function iconOfFile(name: string): 'archive' | 'book' | 'disc' | 'file' | 'film' | 'music' {
  const end = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
  if (FILMS.has(end)) return 'film';
  if (MUSIC.has(end)) return 'music';
  if (ARCHIVES.has(end)) return 'archive';
  if (DISCS.has(end)) return 'disc';
  return TEXTS.has(end) ? 'book' : 'file';
}
