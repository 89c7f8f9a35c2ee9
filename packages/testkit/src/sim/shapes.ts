/** Shapes of the simulator's torrents: mostly small, so that many swarms fit into a minute, and a few large ones. */
import type { SeededRandom } from '../random.ts';
import type { FileShape, TorrentShape } from '../torrents.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

const single = (length: number): readonly FileShape[] => [{ path: [], length }];
const folder = (lengths: readonly number[]): readonly FileShape[] =>
  lengths.map((length, index) => ({ path: [`f${index}`], length }));
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const pieceLengthOf = (random: SeededRandom): number => 16 * KIB * 2 ** random.below(6);
/** A length that ends anywhere, or exactly where a block or piece ends. */
const lengthOf = (random: SeededRandom, pieceLength: number, most: number): number =>
  random.pick([1, 16 * KIB, pieceLength, 1 + random.below(most), 1 + random.below(most)]);

/** Draws a shape of one kind. */
type ShapeMaker = (random: SeededRandom) => TorrentShape;

/** Kinds of shapes. */
export const SHAPES = {
  single: (random) => {
    const pieceLength = pieceLengthOf(random);
    const most = Math.min(600 * KIB, 12 * pieceLength);
    return { pieceLength, files: single(lengthOf(random, pieceLength, most)) };
  },
  multi: (random) => {
    const pieceLength = pieceLengthOf(random);
    const most = Math.min(300 * KIB, 6 * pieceLength);
    const lengths = times(2 + random.below(4), () => lengthOf(random, pieceLength, most));
    return { pieceLength, files: folder(lengths) };
  },
  manySmall: (random) => ({
    pieceLength: 16 * KIB * 2 ** random.below(4),
    files: folder(times(20 + random.below(60), () => 1 + random.below(6 * KIB))),
  }),
  onePiece: (random) => {
    const pieceLength = 2 * pieceLengthOf(random);
    return { pieceLength, files: single(random.pick([pieceLength, 1 + random.below(pieceLength)])) };
  },
  manyPieces: (random) => ({ pieceLength: 16 * KIB, files: single(600 * KIB + random.below(MIB)) }),
  hugePieces: (random) => {
    const pieceLength = random.pick([2 * MIB, 4 * MIB]);
    return { pieceLength, files: single(pieceLength + random.below(pieceLength)) };
  },
  emptyFiles: (random) => {
    const pieceLength = pieceLengthOf(random);
    const most = Math.min(200 * KIB, 4 * pieceLength);
    const lengths = times(3 + random.below(6), (index) =>
      index === 1 || random.chance(0.4) ? 0 : lengthOf(random, pieceLength, most),
    );
    // The first one is what makes it a torrent.
    return { pieceLength, files: folder([1 + random.below(most), ...lengths]) };
  },
  padding: (random) => {
    const pieceLength = 16 * KIB * 2 ** random.below(4);
    const files = times(2 + random.below(4), (index): readonly FileShape[] => {
      const length = 1 + random.below(3 * pieceLength);
      const pad = (pieceLength - (length % pieceLength)) % pieceLength;
      const file = { path: [`f${index}`], length };
      return pad === 0 ? [file] : [file, { path: ['.pad', `${index}`], length: pad, isPad: true }];
    });
    return { pieceLength, files: files.flat() };
  },
  oddPieces: (random) => {
    const pieceLength = 16 * KIB + 1 + random.below(50_000);
    return { pieceLength, files: single(1 + random.below(8 * pieceLength)) };
  },
} as const satisfies Readonly<Record<string, ShapeMaker>>;

/** A kind of shape. */
export type ShapeName = keyof typeof SHAPES;

/** How often each kind is drawn. */
export const SHAPE_WEIGHTS: Readonly<Record<ShapeName, number>> = {
  single: 24,
  multi: 18,
  manySmall: 10,
  onePiece: 10,
  manyPieces: 6,
  hugePieces: 2,
  emptyFiles: 10,
  padding: 12,
  oddPieces: 8,
};
