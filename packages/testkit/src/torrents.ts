/**
 * Torrents for tests: content made from a seed, and the .torrent that describes it. Decides shapes that have surprised
 * BitTorrent clients; reading and checking them is the product's business.
 */
import { createHash } from 'node:crypto';
import type { Layout } from '@jstorrent/engine/ports';
import {
  type Digests,
  type Info,
  type TorrentOptions,
  buildMetainfo,
  encodeBencode,
  parseMetainfo,
  toHex,
} from '@jstorrent/protocol';
import { SeededRandom } from './random.ts';

/** Digests by node:crypto, as codecs and the engine want them. */
export const digests: Digests = {
  sha1: (bytes) => new Uint8Array(createHash('sha1').update(bytes).digest()),
  sha256: (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
};

/** A file of a torrent to be made; `path` is below the torrent's name, empty for the only file of a torrent. */
export interface FileShape {
  readonly path: readonly string[];
  readonly length: number;
  /** Padding (BEP 47): zeros that are never on disk. */
  readonly isPad?: boolean;
}

/** Pieces and files of a torrent to be made. */
export interface TorrentShape {
  readonly pieceLength: number;
  readonly files: readonly FileShape[];
}

/** What to make. Different seeds or names give different info-hashes. */
export interface TorrentRecipe extends Partial<TorrentShape>, TorrentOptions {
  /** Default `torrent`. */
  readonly name?: string;
  /** One of `shapes`, when files and piece length are not given; default `small`. */
  readonly shape?: keyof typeof shapes;
  /** Default 1. */
  readonly seed?: number | string;
}

/** A torrent and all its bytes; nobody may change them. */
export interface TestTorrent {
  /** The .torrent file. */
  readonly metainfo: Uint8Array;
  readonly info: Info;
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  readonly infoHashHex: string;
  readonly layout: Layout;
  /** The torrent as a whole, padding included. */
  readonly content: Uint8Array;
  /** A view of one piece. */
  piece(piece: number): Uint8Array;
  /** A view of one file of the layout. */
  file(index: number): Uint8Array;
  /** Offset of a file in the torrent as a whole. */
  fileOffset(index: number): number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

const single = (length: number, pieceLength: number): TorrentShape => ({
  pieceLength,
  files: [{ path: [], length }],
});

const many = (count: number, lengthOf: (index: number) => number, pieceLength: number): TorrentShape => ({
  pieceLength,
  files: Array.from({ length: count }, (_, i) => ({ path: [`${i}.bin`], length: lengthOf(i) })),
});

/** Shapes by what is special about them. */
export const shapes = {
  small: single(300 * KIB + 5, 32 * KIB),
  singleByte: single(1, 16 * KIB),
  oneBlock: single(16 * KIB, 16 * KIB),
  onePiece: single(256 * KIB, 256 * KIB),
  shortOnlyPiece: single(100 * KIB, 256 * KIB),
  shortLastPiece: single(3 * 64 * KIB + 16 * KIB, 64 * KIB),
  shortLastBlock: single(3 * 64 * KIB + 1, 64 * KIB),
  wholePieces: single(4 * 64 * KIB, 64 * KIB),
  pieces16KiB: single(40 * 16 * KIB, 16 * KIB),
  pieces1MiB: single(3 * MIB + 7777, MIB),
  pieces4MiB: single(9 * MIB, 4 * MIB),
  pieces16MiB: single(17 * MIB, 16 * MIB),
  oddPieceLength: single(200_000, 50_001),
  manyTinyFiles: many(400, (i) => 1 + ((i * 37) % 900), 16 * KIB),
  filesSharingPieces: many(5, (i) => 40_000 + i, 64 * KIB),
  filesOnPieceEdges: many(4, () => 64 * KIB, 32 * KIB),
  emptyFiles: many(7, (i) => (i % 2 === 0 ? 0 : 30_000), 32 * KIB),
  paddedFiles: {
    pieceLength: 32 * KIB,
    files: [
      { path: ['a.bin'], length: 50_000 },
      { path: ['.pad', '15536'], length: 15_536, isPad: true },
      { path: ['b.bin'], length: 32 * KIB },
      { path: ['c.bin'], length: 10 },
    ],
  },
  unicodeNames: {
    pieceLength: 16 * KIB,
    files: [
      { path: ['Übergrößenträger.txt'], length: 20_000 },
      { path: ['日本語', 'ファイル.bin'], length: 20_000 },
      { path: ['emoji 🎵', 'e\u0301 and \u00e9.bin'], length: 5 },
    ],
  },
  deepPaths: {
    pieceLength: 16 * KIB,
    files: [
      { path: Array.from({ length: 20 }, (_, i) => `level ${i}`), length: 40_000 },
      { path: ['level 0', 'level 1', 'beside.bin'], length: 1 },
    ],
  },
} as const satisfies Record<string, TorrentShape>;

/** Fill everything but padding from the seed. */
const makeContent = (files: readonly FileShape[], random: SeededRandom): Uint8Array => {
  const content = random.bytes(files.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const { length, isPad } of files) {
    if (isPad === true) content.fill(0, offset, offset + length);
    offset += length;
  }
  return content;
};

const hashPieces = (content: Uint8Array, pieceLength: number): Uint8Array => {
  const count = Math.ceil(content.length / pieceLength);
  const hashes = new Uint8Array(count * 20);
  for (let piece = 0; piece < count; piece++) {
    hashes.set(digests.sha1(content.subarray(piece * pieceLength, (piece + 1) * pieceLength)), piece * 20);
  }
  return hashes;
};

/** A .torrent whose info has padding, which the product never makes (BEP 47). */
const buildPadded = (
  name: string,
  shape: TorrentShape,
  pieceHashes: Uint8Array,
  { trackers = [], webSeeds = [] }: TorrentOptions,
): Uint8Array =>
  encodeBencode({
    'announce-list': trackers.map((tier) => [...tier]),
    info: {
      files: shape.files.map(({ path, length, isPad }) => ({
        attr: isPad === true ? 'p' : undefined,
        length,
        path,
      })),
      name,
      'piece length': shape.pieceLength,
      pieces: pieceHashes,
    },
    'url-list': [...webSeeds],
  });

/** Make a torrent. */
export const makeTorrent = (recipe: TorrentRecipe = {}): TestTorrent => {
  const name = recipe.name ?? 'torrent';
  const { pieceLength, files }: TorrentShape = { ...shapes[recipe.shape ?? 'small'], ...shapeOf(recipe) };
  const content = makeContent(files, new SeededRandom(`torrent ${name} ${recipe.seed ?? 1}`));
  const pieceHashes = hashPieces(content, pieceLength);
  const metainfo = files.some(({ isPad }) => isPad === true)
    ? buildPadded(name, { pieceLength, files }, pieceHashes, recipe)
    : buildMetainfo({ name, files, pieceLength, pieceHashes }, recipe);
  const { info } = parseMetainfo(metainfo, digests);
  const layout: Layout = { pieceLength, files: info.files, hashes: info.pieceHashes, algorithm: 'sha1' };
  const infoHash = info.infoHash!;
  const fileOffset = (index: number): number =>
    layout.files.slice(0, index).reduce((sum, { length }) => sum + length, 0);
  return {
    metainfo,
    info,
    infoHash,
    infoHashHex: toHex(infoHash),
    layout,
    content,
    piece: (piece) =>
      content.subarray(piece * pieceLength, Math.min(content.length, (piece + 1) * pieceLength)),
    file: (index) => content.subarray(fileOffset(index), fileOffset(index) + layout.files[index]!.length),
    fileOffset,
  };
};

const shapeOf = ({ pieceLength, files }: TorrentRecipe): Partial<TorrentShape> => ({
  ...(pieceLength === undefined ? {} : { pieceLength }),
  ...(files === undefined ? {} : { files }),
});
