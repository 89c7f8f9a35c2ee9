/**
 * The file tree of a v2 info dictionary (BEP 52), and how it agrees with the v1 half of a hybrid torrent.
 */
import { getBytes, getDict } from './bencode-read.ts';
import type { BencodeDict } from './bencode-scan.ts';
import { ProtocolError } from './error.ts';
import { readFileEntry, type RawFile } from './info-files.ts';
import { MAX_FILES } from './limits.ts';
import { SHA256_LENGTH } from './merkle.ts';

/** Files in the order of the tree, without pads. Throws TORRENT_ errors. */
export function readV2Files(dict: BencodeDict): RawFile[] {
  const tree = getDict(dict, 'file tree');
  if (tree === null) throw new ProtocolError('TORRENT_FILE_TREE', dict.start, 'The torrent has no file tree');
  const files: RawFile[] = [];
  walk(tree, [], files);
  return files;
}

/** Files of a v2 torrent with the pads between them that make every file begin at a piece (BEP 52). */
export function padV2Files(files: readonly RawFile[], pieceLength: number): RawFile[] {
  const padded: RawFile[] = [];
  const last = files.findLastIndex(({ length }) => length > 0);
  for (const [i, file] of files.entries()) {
    padded.push(file);
    const rest = file.length % pieceLength;
    if (rest > 0 && i < last) padded.push(pad(pieceLength - rest));
  }
  return padded;
}

/**
 * The v1 files of a hybrid torrent with the roots of their v2 counterparts (THREATS 14). Throws
 * TORRENT_HYBRID_MISMATCH unless both halves name the same files with the same lengths in the same order, and every
 * file with data begins at a piece.
 */
export function joinHybrid(v1: readonly RawFile[], v2: readonly RawFile[], pieceLength: number): RawFile[] {
  const joined: RawFile[] = [];
  let offset = 0;
  let end = 0;
  let next = 0;
  for (const file of v1) {
    if (file.kind === 'pad') {
      joined.push(file);
    } else {
      const other = v2[next++];
      if (other === undefined || !sameFile(file, other)) throw mismatch('name different files');
      if (file.length > 0 && offset % pieceLength !== 0) throw mismatch('place a file differently');
      joined.push({ ...file, piecesRoot: other.piecesRoot });
      end = offset + file.length;
    }
    offset += file.length;
  }
  if (next !== v2.length) throw mismatch('name different files');
  if (Math.ceil(offset / pieceLength) !== Math.ceil(end / pieceLength)) throw mismatch('differ in length');
  return joined;
}

function walk(tree: BencodeDict, path: readonly string[], files: RawFile[]): void {
  if (!tree.sorted) throw new ProtocolError('TORRENT_FILE_TREE', tree.start, 'A file tree is not sorted');
  for (const [name, node] of tree.entries) {
    if (node.type !== 'dict' || name === '') throw malformed(node.start);
    const entry = node.entries.get('');
    const nodePath = [...path, name];
    if (entry === undefined) {
      walk(node, nodePath, files);
    } else {
      if (entry.type !== 'dict' || node.entries.size !== 1) throw malformed(node.start);
      if (files.length >= MAX_FILES) {
        throw new ProtocolError('TORRENT_TOO_MANY_FILES', node.start, 'The torrent has too many files');
      }
      files.push(readLeaf(entry, nodePath));
    }
  }
}

function readLeaf(entry: BencodeDict, path: readonly string[]): RawFile {
  const file = readFileEntry(entry, path);
  const kind = file.kind === 'pad' ? 'file' : file.kind;
  if (file.length === 0) return { ...file, kind };
  const piecesRoot = getBytes(entry, 'pieces root');
  if (piecesRoot?.length !== SHA256_LENGTH) {
    throw new ProtocolError('TORRENT_PIECES_ROOT', entry.start, 'A file has no root of its pieces');
  }
  return { ...file, kind, piecesRoot };
}

function sameFile(a: RawFile, b: RawFile): boolean {
  if (a.length !== b.length || a.kind !== b.kind || a.path.length !== b.path.length) return false;
  return a.path.every((component, i) => component === b.path[i]);
}

function pad(length: number): RawFile {
  return { path: [], length, kind: 'pad', target: null, executable: false, hidden: false, piecesRoot: null };
}

function malformed(offset: number): ProtocolError {
  return new ProtocolError('TORRENT_FILE_TREE', offset, 'The file tree is malformed');
}

function mismatch(what: string): ProtocolError {
  return new ProtocolError('TORRENT_HYBRID_MISMATCH', 0, `The v1 and v2 halves of the torrent ${what}`);
}
