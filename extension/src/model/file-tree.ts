/**
 * The files of a torrent as a tree of folders: its shape from their paths, what is wanted and had in each folder, and
 * which rows are seen. Decides nothing about looks, and changes no file: a choice is the list of files it is about.
 */
import type { FileRow } from '@jstorrent/control';
import { locale } from './i18n.ts';

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
}

interface Branch {
  readonly name: string;
  readonly folders: Map<string, Branch>;
  readonly files: { readonly name: string; readonly file: number }[];
}

const collator = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });
const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  collator.compare(a.name, b.name);
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
  return { nodes };
}

function lay(from: Branch, prefix: string, parent: number, nodes: TreeNode[]): void {
  const depth = parent < 0 ? 0 : (nodes[parent]?.depth ?? 0) + 1;
  for (const folder of [...from.folders.values()].toSorted(byName)) {
    const key = `${prefix}${folder.name}/`;
    const place = nodes.length;
    const node = { key, name: folder.name, depth, file: null, parent, end: 0 };
    nodes.push(node);
    lay(folder, key, place, nodes);
    node.end = nodes.length;
  }
  for (const { name, file } of from.files.toSorted(byName)) {
    nodes.push({ key: `${prefix}${name}`, name, depth, file, parent, end: nodes.length + 1 });
  }
}

/** Whether what lies in a folder is wanted. */
type Check = 'all' | 'some' | 'none';

/** Figures of one node: its own for a file, of everything in it for a folder. */
export interface NodeSum {
  readonly length: number;
  readonly files: number;
  /** Of what is wanted. */
  readonly wantedLength: number;
  readonly wantedFiles: number;
  /** Verified bytes, in all and of what is wanted. */
  readonly have: number;
  readonly wantedHave: number;
  readonly check: Check;
  /** Of what is wanted, or 0 when nothing is. */
  readonly priority: Priority | 'mixed';
}

/** Figures of every node of a tree. */
export interface TreeSums {
  /** Of the whole tree. */
  readonly total: NodeSum;
  /** Of the node at a place. */
  of(place: number): NodeSum;
}

interface Columns {
  readonly length: Float64Array;
  readonly have: Float64Array;
  readonly wantedLength: Float64Array;
  readonly wantedHave: Float64Array;
  readonly files: Uint32Array;
  readonly wantedFiles: Uint32Array;
  /** Bit n: a file with priority n is in it. */
  readonly priorities: Uint8Array;
}

/** Figures of a tree as its files stand now: one pass over them. */
export function sumsOf({ nodes }: FileTree, files: readonly TreeFile[]): TreeSums {
  const columns = columnsOf(nodes.length + 1);
  const total = nodes.length;
  // What lies in a folder comes behind it, so that each is complete when it is added to the one above.
  for (let place = nodes.length - 1; place >= 0; place -= 1) {
    const node = nodes[place];
    if (node === undefined) continue;
    const file = node.file === null ? undefined : files[node.file];
    if (file !== undefined) enter(columns, place, file);
    carry(columns, place, node.parent < 0 ? total : node.parent);
  }
  return { total: readSum(columns, total), of: (place) => readSum(columns, place) };
}

function columnsOf(size: number): Columns {
  return {
    length: new Float64Array(size),
    have: new Float64Array(size),
    wantedLength: new Float64Array(size),
    wantedHave: new Float64Array(size),
    files: new Uint32Array(size),
    wantedFiles: new Uint32Array(size),
    priorities: new Uint8Array(size),
  };
}

function enter(columns: Columns, place: number, { length, have = 0, priority }: TreeFile): void {
  const isWanted = priority > 0;
  columns.length[place] = length;
  columns.have[place] = have;
  columns.files[place] = 1;
  columns.wantedLength[place] = isWanted ? length : 0;
  columns.wantedHave[place] = isWanted ? have : 0;
  columns.wantedFiles[place] = isWanted ? 1 : 0;
  columns.priorities[place] = 1 << priority;
}

function carry(columns: Columns, from: number, to: number): void {
  for (const column of [columns.length, columns.have, columns.wantedLength, columns.wantedHave])
    column[to] = (column[to] ?? 0) + (column[from] ?? 0);
  columns.files[to] = (columns.files[to] ?? 0) + (columns.files[from] ?? 0);
  columns.wantedFiles[to] = (columns.wantedFiles[to] ?? 0) + (columns.wantedFiles[from] ?? 0);
  columns.priorities[to] = (columns.priorities[to] ?? 0) | (columns.priorities[from] ?? 0);
}

const WANTED: Readonly<Record<number, Priority>> = { 0: 0, 2: 1, 4: 2, 8: 3 };

function readSum(columns: Columns, place: number): NodeSum {
  const files = columns.files[place] ?? 0;
  const wantedFiles = columns.wantedFiles[place] ?? 0;
  return {
    length: columns.length[place] ?? 0,
    files,
    wantedLength: columns.wantedLength[place] ?? 0,
    wantedFiles,
    have: columns.have[place] ?? 0,
    wantedHave: columns.wantedHave[place] ?? 0,
    check: wantedFiles === 0 ? 'none' : wantedFiles === files ? 'all' : 'some',
    priority: WANTED[(columns.priorities[place] ?? 0) & ~1] ?? 'mixed',
  };
}

/** Which part of what is wanted is there, 0 to 1; of everything where nothing is wanted. */
export function fractionOf(sum: NodeSum): number {
  if (sum.wantedFiles === 0) return sum.length === 0 ? 0 : sum.have / sum.length;
  return sum.wantedLength === 0 ? 1 : sum.wantedHave / sum.wantedLength;
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
