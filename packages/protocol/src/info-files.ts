/**
 * The files of a torrent as both versions of the info dictionary give them, and how they become safe: names, links and
 * padding (BEP 47). Offsets and hashes are not decided here.
 */
import { getBytes, getInteger, getList } from './bencode-read.ts';
import type { BencodeDict, BencodeNode } from './bencode-scan.ts';
import { ProtocolError } from './error.ts';
import { MAX_FILES, MAX_TOTAL_LENGTH } from './limits.ts';
import { safePaths } from './safe-paths.ts';
import { decodeLatin1, decodeUtf8Lossy, encodeLatin1, isAscii } from './utf8.ts';

/** One file of a torrent, in torrent order. */
export interface InfoFile {
  /** Safe components below the root: [name], or [name, ...path] where the torrent has a folder. */
  readonly path: readonly string[];
  /** Bytes. */
  readonly length: number;
  /** `pad` is zeros between files that are never on disk; `symlink` has length 0 and a target in the torrent (BEP 47). */
  readonly kind: 'file' | 'pad' | 'symlink';
  /** Components below the root of a file or folder of this torrent; for `symlink` only. */
  readonly target?: readonly string[];
  readonly executable?: true;
  readonly hidden?: true;
  /** Root of the file's hash tree, 32 bytes; for files with data in v2 and hybrid torrents (BEP 52). */
  readonly piecesRoot?: Uint8Array;
}

/** A file as the info dictionary names it, before its path is made safe. */
export interface RawFile {
  /** Raw bytes of each component below the torrent's folder, one character a byte. */
  readonly path: readonly string[];
  readonly length: number;
  readonly kind: InfoFile['kind'];
  /** Raw components of a link's target below the torrent's folder. */
  readonly target: readonly string[] | null;
  readonly executable: boolean;
  readonly hidden: boolean;
  readonly piecesRoot: Uint8Array | null;
}

/** Length, attributes and link target of a file entry of either version (BEP 3, 47). Throws TORRENT_FILE_LENGTH. */
export function readFileEntry(entry: BencodeDict, path: readonly string[]): RawFile {
  const attr = getBytes(entry, 'attr');
  const attributes = attr === null ? '' : decodeLatin1(attr.subarray(0, 16));
  const isLink = attributes.includes('l');
  const length = getInteger(entry, 'length');
  if (!isLink && (length === null || length < 0 || length > MAX_TOTAL_LENGTH)) {
    throw new ProtocolError('TORRENT_FILE_LENGTH', entry.start, 'A file has no usable length');
  }
  return {
    path,
    length: isLink ? 0 : (length ?? 0),
    kind: isLink ? 'symlink' : attributes.includes('p') ? 'pad' : 'file',
    target: isLink ? rawComponents(getList(entry, 'symlink path') ?? []) : null,
    executable: attributes.includes('x'),
    hidden: attributes.includes('h'),
    piecesRoot: null,
  };
}

/** Raw components of a list of byte strings, or null when an item is something else. */
export function rawComponents(items: readonly BencodeNode[]): string[] | null {
  const components: string[] = [];
  for (const item of items) {
    if (item.type !== 'bytes') return null;
    components.push(decodeLatin1(item.bytes));
  }
  return components;
}

/** Bytes of all files; throws for none, too many, no data, or more than pieces can cover. */
export function checkFiles(files: readonly RawFile[], offset: number): number {
  if (files.length === 0) throw new ProtocolError('TORRENT_FILES', offset, 'The torrent has no files');
  if (files.length > MAX_FILES) {
    throw new ProtocolError('TORRENT_TOO_MANY_FILES', offset, `The torrent has ${files.length} files`);
  }
  let total = 0;
  for (const file of files) total += file.length;
  if (total === 0) throw new ProtocolError('TORRENT_EMPTY', offset, 'The torrent has no data');
  if (total > MAX_TOTAL_LENGTH) {
    throw new ProtocolError('TORRENT_FILE_LENGTH', offset, 'The files are too long together');
  }
  return total;
}

/**
 * Files with safe paths, in order (THREATS 9, 10, 13). `folder` is the torrent's name for torrents with a folder, else
 * null. A link whose target is not another file or folder of this torrent becomes an empty file.
 */
export function safeFiles(raws: readonly RawFile[], folder: string | null): InfoFile[] {
  const prefix = folder === null ? [] : [folder];
  const onDisk = raws.filter(({ kind }) => kind !== 'pad');
  const unsafe = onDisk.map(({ path }) => [...prefix, ...path.map(text)]);
  const safe = new Map(safePaths(unsafe).map((path, i) => [onDisk[i], path]));
  const targets = onDisk.some(({ kind }) => kind === 'symlink')
    ? linkTargets(onDisk, safe, prefix.length)
    : null;
  return raws.map((raw) => {
    const path = safe.get(raw) ?? [...prefix, '.pad', String(raw.length)];
    const target = raw.target === null ? undefined : targets?.get(JSON.stringify(raw.target));
    const isLink = target !== undefined && !isPrefix(target, path);
    return {
      path,
      length: raw.length,
      kind: raw.kind === 'symlink' && !isLink ? 'file' : raw.kind,
      ...(isLink && { target }),
      ...(raw.executable && { executable: true }),
      ...(raw.hidden && { hidden: true }),
      ...(raw.piecesRoot !== null && { piecesRoot: raw.piecesRoot }),
    };
  });
}

/** Safe paths of everything a link may point to, by raw path: plain files, and folders whose path was kept in full. */
function linkTargets(
  files: readonly RawFile[],
  safe: ReadonlyMap<RawFile | undefined, readonly string[]>,
  prefixLength: number,
): Map<string, readonly string[]> {
  const targets = new Map<string, readonly string[]>();
  for (const file of files) {
    const path = safe.get(file) ?? [];
    if (file.kind === 'file') targets.set(JSON.stringify(file.path), path);
    if (path.length !== prefixLength + file.path.length) continue;
    for (let depth = 1; depth < file.path.length; depth++) {
      targets.set(JSON.stringify(file.path.slice(0, depth)), path.slice(0, prefixLength + depth));
    }
  }
  return targets;
}

function isPrefix(start: readonly string[], path: readonly string[]): boolean {
  return start.every((component, i) => component === path[i]);
}

/** The text of a raw component. */
function text(raw: string): string {
  return isAscii(raw) ? raw : decodeUtf8Lossy(encodeLatin1(raw) ?? new Uint8Array());
}
