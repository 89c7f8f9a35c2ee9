/**
 * File names from strangers made safe for every file system (THREATS 9, 10). The result depends on the input alone, is
 * the same on every platform, and no two files get the same path, not even where case does not count.
 *
 * The plane still has to keep files below their root; links on disk are its matter.
 */
import { MAX_COMPONENT_BYTES, MAX_PATH_BYTES, MAX_PATH_DEPTH } from './limits.ts';
import { CONTROL, INVISIBLE, isAscii, utf8Length } from './utf8.ts';

/** Names that Windows keeps for devices, with or without an extension. */
const RESERVED = /^(con|prn|aux|nul|clock\$|conin\$|conout\$|(com|lpt)[0-9¹²³])(?=[ .]|$)/i;
/** What separates components or streams, or is forbidden on Windows. */
const FORBIDDEN = /[/\\:*?"<>|]/g;
/** UTF-8 bytes of an extension that is kept when a name is shortened, with its dot. */
const MAX_EXTENSION_BYTES = 32;
/** A folder name that may have fewer bytes than this is left out instead. */
const MIN_FOLDER_BYTES = 32;

/** A folder of the torrent while its files are placed. */
interface Folder {
  readonly path: readonly string[];
  /** UTF-8 bytes of `path` with separators. */
  readonly bytes: number;
  readonly folders: Map<string, Folder>;
  /** Folded names in use, for files and folders alike, with the number the next collision gets. */
  readonly taken: Map<string, number>;
}

/**
 * One path component made safe, or null when nothing is to be kept of it (empty, `.`, `..`). Separators, streams,
 * control characters and what Windows forbids become `_`, invisible code points go, reserved names get a `_` in front,
 * dots and spaces at the end go, and more than MAX_COMPONENT_BYTES are shortened before the extension.
 */
export function safeComponent(text: string): string | null {
  const visible = text.toWellFormed().replace(INVISIBLE, '').replace(CONTROL, '_').replace(FORBIDDEN, '_');
  if (visible === '' || visible === '.' || visible === '..') return null;
  const trimmed = trimEnd(visible);
  const named = RESERVED.test(trimmed) ? `_${trimmed}` : trimmed;
  return fit(named, '', MAX_COMPONENT_BYTES) || '_';
}

/**
 * Safe paths for all files of a torrent, in order. Parts that lead elsewhere are left out; names that collide (as files
 * or folders, regardless of case and Unicode form) get ` (2)`, ` (3)` ... in the order of the torrent; folders beyond
 * the limits of depth and length are left out, their files move up.
 */
export function safePaths(paths: readonly (readonly string[])[]): string[][] {
  const root: Folder = { path: [], bytes: 0, folders: new Map(), taken: new Map() };
  return paths.map((path) => place(root, path));
}

function place(root: Folder, path: readonly string[]): string[] {
  const parts: { readonly raw: string; readonly name: string }[] = [];
  for (const raw of path) {
    const name = safeComponent(raw);
    if (name !== null) parts.push({ raw, name });
  }
  const file = parts.pop()?.name ?? '_';
  let folder = root;
  for (const { raw, name } of parts) {
    const next = folder.folders.get(raw) ?? openFolder(folder, raw, name);
    if (next === null) break;
    folder = next;
  }
  return [...folder.path, claim(folder, file, { isFile: true, maxBytes: MAX_COMPONENT_BYTES })];
}

/** A new folder that leaves room for a file name of full length, or null. */
function openFolder(parent: Folder, raw: string, name: string): Folder | null {
  const room = MAX_PATH_BYTES - parent.bytes - 1 - MAX_COMPONENT_BYTES;
  if (room < MIN_FOLDER_BYTES || parent.path.length + 2 > MAX_PATH_DEPTH) return null;
  const maxBytes = Math.min(room, MAX_COMPONENT_BYTES);
  const claimed = claim(parent, name, { isFile: false, maxBytes });
  const path = [...parent.path, claimed];
  const bytes = parent.bytes + utf8Length(claimed) + 1;
  const folder: Folder = { path, bytes, folders: new Map(), taken: new Map() };
  parent.folders.set(raw, folder);
  return folder;
}

/** A name that is still free in `folder`, taken from now on. */
function claim(
  folder: Folder,
  name: string,
  options: { readonly isFile: boolean; readonly maxBytes: number },
): string {
  const [stem, extension] = options.isFile ? splitExtension(name) : [name, ''];
  const plain = fit(stem, extension, options.maxBytes);
  const key = fold(plain);
  let number = folder.taken.get(key);
  if (number === undefined) {
    folder.taken.set(key, 2);
    return plain;
  }
  for (;;) {
    const candidate = fit(stem, ` (${number})${extension}`, options.maxBytes);
    const candidateKey = fold(candidate);
    number++;
    if (folder.taken.has(candidateKey)) continue;
    folder.taken.set(key, number);
    folder.taken.set(candidateKey, 2);
    return candidate;
  }
}

/** `stem` and `tail` in at most `maxBytes`; only the stem is cut, or the extension where a name has nothing else. */
function fit(stem: string, tail: string, maxBytes: number): string {
  if (utf8Length(stem) + utf8Length(tail) <= maxBytes) return stem + tail;
  const [shorter, extension] = tail === '' ? splitExtension(stem) : [stem, tail];
  let room = maxBytes - utf8Length(extension);
  let end = 0;
  for (const character of shorter) {
    room -= utf8Length(character);
    if (room < 0) break;
    end += character.length;
  }
  return trimEnd(shorter.slice(0, end) + extension);
}

/** Stem and extension; the extension is empty when there is none worth keeping. */
function splitExtension(name: string): readonly [string, string] {
  const dot = name.lastIndexOf('.');
  if (dot <= 0 || utf8Length(name.slice(dot)) > MAX_EXTENSION_BYTES) return [name, ''];
  return [name.slice(0, dot), name.slice(dot)];
}

/** Without dots and spaces at the end, which Windows drops. */
function trimEnd(name: string): string {
  let end = name.length;
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end--;
  return name.slice(0, end);
}

/** What file systems that ignore case and Unicode form may take for the same name. */
function fold(name: string): string {
  if (isAscii(name)) return name.toLowerCase();
  return name.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD');
}
