/**
 * What a torrent or a magnet link says, as one value for programs. Decides which facts these are and their names.
 */
import { toHex, type Info, type InfoFile, type Magnet, type Metainfo } from '@jstorrent/protocol';

/** Facts of a torrent; unknown ones of a magnet link are null or empty. Lengths in bytes. */
export interface Description {
  readonly infoHash: string | null;
  readonly infoHashV2: string | null;
  readonly name: string | null;
  /** Without padding; paths are safe and joined by `/`. */
  readonly files: readonly { readonly path: string; readonly length: number }[];
  /** Of `files`: padding does not count. */
  readonly totalLength: number | null;
  readonly pieceLength: number | null;
  readonly pieceCount: number | null;
  readonly private: boolean | null;
  /** Tiers (BEP 12). */
  readonly trackers: readonly (readonly string[])[];
  readonly webSeeds: readonly string[];
  readonly comment: string | null;
  readonly createdBy: string | null;
  /** Seconds since 1970. */
  readonly creationDate: number | null;
}

/** Files that end up on disk, in torrent order: what people count and choose. */
export function realFiles(info: Info): { readonly index: number; readonly file: InfoFile }[] {
  return info.files.flatMap((file, index) => (file.kind === 'pad' ? [] : [{ index, file }]));
}

/** Facts of a .torrent file. */
export function describeMetainfo(metainfo: Metainfo): Description {
  const { info, trackers, webSeeds, comment, createdBy, creationDate } = metainfo;
  const files = realFiles(info).map(({ file }) => ({ path: file.path.join('/'), length: file.length }));
  return {
    infoHash: info.infoHash === null ? null : toHex(info.infoHash),
    infoHashV2: info.infoHashV2 === null ? null : toHex(info.infoHashV2),
    name: info.name,
    files,
    totalLength: files.reduce((sum, { length }) => sum + length, 0),
    pieceLength: info.pieceLength,
    pieceCount: info.pieceCount,
    private: info.private,
    trackers,
    webSeeds,
    comment,
    createdBy,
    creationDate,
  };
}

/** Facts of a magnet link. */
export function describeMagnet(magnet: Magnet): Description {
  return {
    infoHash: magnet.infoHash === null ? null : toHex(magnet.infoHash),
    infoHashV2: magnet.infoHashV2 === null ? null : toHex(magnet.infoHashV2),
    name: magnet.name,
    files: [],
    totalLength: magnet.exactLength,
    pieceLength: null,
    pieceCount: null,
    private: null,
    trackers: magnet.trackers.map((url) => [url]),
    webSeeds: magnet.webSeeds,
    comment: null,
    createdBy: null,
    creationDate: null,
  };
}
