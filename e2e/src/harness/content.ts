/** Data to share, the same in every run, and its comparison byte for byte. */
import { createCipheriv, createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const KIB = 1024;

/** `length` bytes that no compression shortens, chosen by `seed`. */
export function bytesOf(length: number, seed: number): Uint8Array {
  const key = createHash('sha256').update(`content ${seed}`).digest();
  return createCipheriv('aes-256-ctr', key, new Uint8Array(16)).update(new Uint8Array(length));
}

/** Write one file named `name` into `folder`; answers its path. */
export function writeFile(folder: string, name: string, length: number): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytesOf(length, length));
  return path;
}

/** Names and lengths that go wrong first: other alphabets, nothing in it, less than a block, several files in a piece. */
const AWKWARD_FILES: readonly (readonly [name: string, length: number])[] = [
  ['Ünïcode – 漢字 🎵.bin', 2_500_123],
  ["a file with spaces & (signs) 'quoted' #1 100%.txt", 70_001],
  ['empty', 0],
  ['folder/עברית.txt', 17],
  ['folder/deeper/one byte', 1],
  ['folder/deeper/two blocks', 32 * KIB],
  ['folder/последний.bin', 3_333_333],
];

/** Make a folder named `name` of awkward files in `folder`; answers its path. About 6 MiB, the last piece is short. */
export function writeAwkwardFolder(folder: string, name: string): string {
  const path = join(folder, name);
  for (const [file, length] of AWKWARD_FILES) writeFile(path, file, length);
  for (let index = 0; index < 40; index += 1) writeFile(path, `tiny/${index}.txt`, 100 + index * 37);
  return path;
}

/** One file of a folder. */
export interface FileContent {
  /** Below the folder. */
  readonly path: string;
  /** Bytes. */
  readonly length: number;
  /** SHA-256 in hex. */
  readonly digest: string;
}

/** Every file below `folder`, in a fixed order. */
export function contentsOf(folder: string): readonly FileContent[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const bytes = readFileSync(path);
      const digest = createHash('sha256').update(bytes).digest('hex');
      return { path: relative(folder, path), length: bytes.length, digest };
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
