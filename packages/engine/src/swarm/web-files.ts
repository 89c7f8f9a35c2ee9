/** Where the blocks of a torrent are on a web server (BEP 19): which parts of which files, in order. */
import { webSeedNames, webSeedUrl, type Info, type WebSeedNames } from '@jstorrent/protocol';
import { LIMITS } from '../limits.ts';
import type { WebPart } from '../ports.ts';
import { BLOCK_LENGTH } from '../ports.ts';
import type { PieceMath } from '../rules/layout.ts';

/** Consecutive blocks of a piece. */
export interface BlockRange {
  readonly piece: number;
  readonly block: number;
  readonly count: number;
}

/** Bytes that a part takes in a frame beside its address. */
const PART_BYTES = 24;

/** Whether the addresses of all files at `url` are short enough together; percent-encoding may triple a name. */
export function fitsWebSeed({ raw, pieceHashes, files }: Info, url: string): boolean {
  const names = 3 * (raw.length - pieceHashes.length);
  return names + files.length * (url.length + PART_BYTES) <= LIMITS.webNamesBytes;
}

/** The files of a torrent as all its web seeds have them. */
export class WebFiles {
  readonly #info: Info;
  readonly #math: PieceMath;
  readonly #names: WebSeedNames;
  /** Where each file begins in the torrent. */
  readonly #starts: Float64Array;

  constructor(info: Info, math: PieceMath) {
    this.#info = info;
    this.#math = math;
    this.#names = webSeedNames(info);
    this.#starts = new Float64Array(info.files.length);
    let start = 0;
    for (const [index, { length }] of info.files.entries()) {
      this.#starts[index] = start;
      start += length;
    }
  }

  /** What a request to the web seed at `url` consists of; pads (BEP 47) are zeros without a URL. */
  parts(url: string, { piece, block, count }: BlockRange): WebPart[] {
    const { files } = this.#info;
    const parts: WebPart[] = [];
    let at = piece * this.#math.pieceLength + block * BLOCK_LENGTH;
    const end = at + this.#math.bytesOf(piece, block, count);
    for (let index = this.#fileAt(at); at < end; index += 1) {
      const { length: fileLength = 0, kind } = files[index] ?? {};
      const offset = at - (this.#starts[index] ?? 0);
      const length = Math.min(fileLength - offset, end - at);
      if (length <= 0) continue;
      const own = kind === 'pad' ? '' : webSeedUrl(url, this.#names, index);
      parts.push({ url: own, offset, length, fileLength });
      at += length;
    }
    return parts;
  }

  /** The last file that begins at or before a byte of the torrent. */
  #fileAt(byte: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] as number) <= byte) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
