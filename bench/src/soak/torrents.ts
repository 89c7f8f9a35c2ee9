/** Torrents of a soak: zeros, so that data of any size costs nothing to make, to keep and to serve. */
import { buildMetainfo, parseMetainfo, toHex } from '@jstorrent/protocol';
import { digests } from '../digests.ts';

/** A torrent of zeros. */
export interface ZeroTorrent {
  /** 20 bytes, and the same in hex. */
  readonly infoHash: Uint8Array;
  readonly id: string;
  readonly metainfo: Uint8Array;
  /** The bytes of the info dictionary. */
  readonly metadata: Uint8Array;
  readonly pieceCount: number;
  readonly pieceLength: number;
  readonly totalBytes: number;
}

/** Make one; other names give other torrents. Lengths that are not 0 of files in a folder, or of the only file. */
export function zeroTorrent(
  name: string,
  lengths: readonly number[],
  pieceLength: number,
  trackers: readonly string[],
): ZeroTorrent {
  const totalBytes = lengths.reduce((sum, length) => sum + length, 0);
  const pieceCount = Math.ceil(totalBytes / pieceLength);
  const pieceHashes = new Uint8Array(20 * pieceCount);
  const whole = digests.sha1(new Uint8Array(pieceLength));
  for (let piece = 0; piece < pieceCount; piece += 1) pieceHashes.set(whole, 20 * piece);
  const lastLength = totalBytes - (pieceCount - 1) * pieceLength;
  pieceHashes.set(digests.sha1(new Uint8Array(lastLength)), 20 * (pieceCount - 1));
  const files = lengths.map((length, index) => ({
    path: lengths.length === 1 ? [] : [`file ${index}`],
    length,
  }));
  const metainfo = buildMetainfo({ name, files, pieceLength, pieceHashes }, { trackers: [trackers] });
  const { info } = parseMetainfo(metainfo, digests);
  if (info.infoHash === null) throw new Error('a torrent without an info-hash');
  return {
    infoHash: info.infoHash,
    id: toHex(info.infoHash),
    metainfo,
    metadata: info.raw,
    pieceCount,
    pieceLength,
    totalBytes,
  };
}
