/**
 * Torrents to be put into a session: content, metadata (BEP 3) and a seed of each. Decides their shapes; what is done with
 * them is decided by the siege.
 */
import { createHash } from 'node:crypto';
import { bytesOf } from '../../harness/content.ts';
import { RawSeed } from '../../harness/raw-seed.ts';
import type { World } from '../../harness/world.ts';
import type { Dice } from '../dice.ts';

const KIB = 1024;

/** A torrent that can be added. */
export interface Goods {
  /** Info-hash in hex. */
  readonly id: string;
  /** Of its only file, or of its folder. */
  readonly name: string;
  readonly pieceLength: number;
  readonly content: Buffer;
  /** In the order of the torrent. */
  readonly files: readonly GoodsFile[];
  /** The .torrent file, and a link that needs a peer to become one. */
  readonly metainfo: Buffer;
  readonly magnet: string;
  readonly seed: RawSeed;
}

/** One file. */
interface GoodsFile {
  /** Below the folder it is downloaded to. */
  readonly path: readonly string[];
  readonly length: number;
}

/** Make a torrent of `least` to twice as many KiB; its seed listens until the end of the world. */
export async function makeGoods(
  dice: Dice,
  name: string,
  leastKib: number,
  world: Pick<World, 'atEnd'>,
): Promise<Goods> {
  const content = Buffer.from(
    bytesOf(dice.between(leastKib * KIB, 2 * leastKib * KIB), dice.between(0, 1e9)),
  );
  const pieceLength = dice.pick([32, 64, 256]) * KIB;
  const lengths = rollLengths(dice, content.length);
  const isSingle = lengths.length === 1;
  const files = lengths.map((length, index) => ({
    path: isSingle ? [name] : [name, `d${index % 3}`, `${index}.bin`],
    length,
  }));
  const info = encode({
    ...(isSingle
      ? { length: content.length }
      : { files: files.map(({ path, length }) => ({ length, path: path.slice(1) })) }),
    name,
    'piece length': pieceLength,
    pieces: hashesOf(content, pieceLength),
  });
  const id = createHash('sha1').update(info).digest('hex');
  const metainfo = Buffer.concat([Buffer.from('d4:info'), info, Buffer.from('e')]);
  const torrent = { file: '', magnet: '', infoHash: id };
  const seed = new RawSeed({ torrent, path: '', content, pieceLength }, { metadata: info });
  await seed.listen(world);
  return { id, name, pieceLength, content, files, metainfo, magnet: `magnet:?xt=urn:btih:${id}`, seed };
}

/** One file, a few, or many beside a large one. */
function rollLengths(dice: Dice, length: number): number[] {
  const count = dice.pick([1, 4, 40]);
  const share = Math.floor(length / (2 * count));
  const lengths = Array.from({ length: count - 1 }, () => dice.between(1, share));
  return [...lengths, length - lengths.reduce((sum, bytes) => sum + bytes, 0)];
}

function hashesOf(content: Buffer, pieceLength: number): Buffer {
  const count = Math.ceil(content.length / pieceLength);
  const hashOf = (piece: number): Buffer =>
    createHash('sha1')
      .update(content.subarray(piece * pieceLength, (piece + 1) * pieceLength))
      .digest();
  return Buffer.concat(Array.from({ length: count }, (_, piece) => hashOf(piece)));
}

type Bencodable = number | string | Buffer | readonly Bencodable[] | { readonly [key: string]: Bencodable };

/** Bencode (BEP 3); keys are in order already. */
function encode(value: Bencodable): Buffer {
  if (typeof value === 'number') return Buffer.from(`i${value}e`);
  if (typeof value === 'string') return encode(Buffer.from(value));
  if (Buffer.isBuffer(value)) return Buffer.concat([Buffer.from(`${value.length}:`), value]);
  if (Array.isArray(value)) return Buffer.concat([Buffer.from('l'), ...value.map(encode), Buffer.from('e')]);
  const members = Object.entries(value).flatMap(([key, member]) => [encode(key), encode(member)]);
  return Buffer.concat([Buffer.from('d'), ...members, Buffer.from('e')]);
}
