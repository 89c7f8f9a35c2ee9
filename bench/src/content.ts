/**
 * Test data and torrents of the benchmark: incompressible, the same on every machine, made once and kept in a cache
 * folder. Decides names and sizes; who serves and fetches them is not known here.
 */
import { createCipheriv, createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { buildMetainfo, parseMetainfo, toHex } from '@jstorrent/protocol';
import { digests } from './digests.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
/** Data is made and hashed in steps of this size. */
const STEP_BYTES = 4 * MIB;

interface Recipe {
  readonly pieceLength: number;
  /** The file, or the folder of all files. */
  readonly name: string;
  /** Paths below the folder; empty for the only file of a torrent. */
  readonly files: readonly { readonly path: readonly string[]; readonly length: number }[];
}

const oneFile = (name: string, length: number, pieceLength: number): Recipe => ({
  name,
  pieceLength,
  files: [{ path: [], length }],
});

/** 2,000 files of 1 to 500 KiB in 40 folders; the sizes look random and never change. */
const manyFiles = (): Recipe => ({
  name: 'files-2000',
  pieceLength: 256 * KIB,
  files: Array.from({ length: 2000 }, (_, index) => ({
    path: [`folder-${index % 40}`, `file-${index}.bin`],
    length: KIB + ((Math.imul(index + 1, 2_654_435_761) >>> 0) % (499 * KIB)),
  })),
});

const RECIPES: Readonly<Record<string, () => Recipe>> = {
  '1GiB-1MiB': () => oneFile('data-1GiB.bin', GIB, MIB),
  '1GiB-256KiB': () => oneFile('data-1GiB.bin', GIB, 256 * KIB),
  '4GiB-4MiB': () => oneFile('data-4GiB.bin', 4 * GIB, 4 * MIB),
  '2000-files': manyFiles,
  '32MiB-256KiB': () => oneFile('data-32MiB.bin', 32 * MIB, 256 * KIB),
  '3MiB-64KiB': () => oneFile('data-3MiB.bin', 3 * MIB, 64 * KIB),
};

/** Names of the torrents there are. */
export const TORRENT_NAMES: readonly string[] = Object.keys(RECIPES);

/** One file of the data; `path` is absolute. */
export interface ContentFile {
  readonly path: string;
  /** Below the folder that clients download into. */
  readonly relative: string;
  readonly length: number;
}

/** Data on disk, and what a torrent says of it. */
export interface Content {
  /** The folder that clients seed from: it holds the file or the folder of the torrent. */
  readonly dir: string;
  readonly files: readonly ContentFile[];
  readonly totalBytes: number;
  readonly pieceLength: number;
  /** 20 bytes, in hex. */
  readonly infoHash: string;
  /** The .torrent file, with the announce URL that was asked for. */
  readonly torrentFile: string;
  readonly magnet: string;
}

/** Where data is kept: below XDG_CACHE_HOME or ~/.cache. */
export function defaultCacheDir(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'jstorrent-bench');
}

/** Make sure that the data of a torrent is there, and write a .torrent file with this announce URL. */
export function prepareContent(torrent: string, cacheDir: string, announceUrl: string): Content {
  const recipe = RECIPES[torrent]?.();
  if (recipe === undefined) throw new Error(`no torrent ${torrent}; there are ${TORRENT_NAMES.join(', ')}`);
  const dir = join(cacheDir, 'data');
  const files = recipe.files.map(({ path, length }): ContentFile => {
    const relative = join(recipe.name, ...path);
    return { path: join(dir, relative), relative, length };
  });
  for (const file of files) makeFile(file);
  const totalBytes = files.reduce((sum, { length }) => sum + length, 0);
  const torrentDir = join(cacheDir, 'torrents');
  mkdirSync(torrentDir, { recursive: true });
  const pieceHashes = keptHashes(join(torrentDir, `${torrent}.hashes`), files, recipe.pieceLength);
  const metainfo = buildMetainfo({ ...recipe, pieceHashes }, { trackers: [[announceUrl]] });
  const torrentFile = join(torrentDir, `${torrent}-${process.pid}.torrent`);
  writeFileSync(torrentFile, metainfo);
  const { info } = parseMetainfo(metainfo, digests);
  if (info.infoHash === null) throw new Error('a torrent without an info-hash');
  const infoHash = toHex(info.infoHash);
  const magnet = `magnet:?xt=urn:btih:${infoHash}&tr=${encodeURIComponent(announceUrl)}`;
  return { dir, files, totalBytes, pieceLength: recipe.pieceLength, infoHash, torrentFile, magnet };
}

/** The key stream of a cipher under a key made from the name: incompressible and repeatable. */
function makeFile({ path, relative, length }: ContentFile): void {
  if (existsSync(path) && statSync(path).size === length) return;
  mkdirSync(dirname(path), { recursive: true });
  const key = createHash('sha256').update(relative).digest();
  const cipher = createCipheriv('aes-256-ctr', key, new Uint8Array(16));
  const zeros = new Uint8Array(Math.min(length, STEP_BYTES));
  const unfinished = `${path}.part`;
  const file = openSync(unfinished, 'w');
  try {
    for (let left = length; left > 0; left -= zeros.length) {
      const step = cipher.update(left < zeros.length ? zeros.subarray(0, left) : zeros);
      for (let at = 0; at < step.length;) at += writeSync(file, step, at);
    }
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, path);
}

/** SHA-1 of every piece, computed once. */
function keptHashes(keptAt: string, files: readonly ContentFile[], pieceLength: number): Uint8Array {
  const totalBytes = files.reduce((sum, { length }) => sum + length, 0);
  const size = 20 * Math.ceil(totalBytes / pieceLength);
  if (existsSync(keptAt) && statSync(keptAt).size === size) return new Uint8Array(readFileSync(keptAt));
  const hashes = new Uint8Array(size);
  const piece = new Uint8Array(pieceLength);
  let filled = 0;
  let index = 0;
  const finish = (): void => {
    hashes.set(createHash('sha1').update(piece.subarray(0, filled)).digest(), 20 * index);
    index += 1;
    filled = 0;
  };
  for (const { path } of files) {
    const file = openSync(path, 'r');
    try {
      for (;;) {
        const count = readSync(file, piece, filled, pieceLength - filled, null);
        if (count === 0) break;
        filled += count;
        if (filled === pieceLength) finish();
      }
    } finally {
      closeSync(file);
    }
  }
  if (filled > 0) finish();
  writeFileSync(keptAt, hashes);
  return hashes;
}
