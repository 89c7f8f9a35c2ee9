/**
 * What can be added, read and checked: a magnet link or a .torrent file, however it came. Decides what is known of a
 * torrent before it is in the list; whether it is added is decided in adding.ts.
 */
import { ControlError, type FileChoice } from '@jstorrent/control';
import type { Priority, TorrentId } from '@jstorrent/engine';
import {
  buildMagnet,
  parseMagnet,
  parseMetainfo,
  toHex,
  type FileRange,
  type Info,
  type Metainfo,
} from '@jstorrent/protocol';
import { nodeDigests } from '../digests.ts';
import { told } from './errors.ts';

/** A torrent that could be added. */
export interface ReadTorrent {
  readonly id: TorrentId;
  readonly name: string;
  readonly trackers: readonly (readonly string[])[];
  readonly webSeeds: readonly string[];
  /** The link; null for a .torrent file. */
  readonly magnet: string | null;
  /** The file and what it says; null for a link. */
  readonly metainfo: { readonly bytes: Uint8Array; readonly said: Metainfo } | null;
  /** Files that a link asks for; null = all. */
  readonly selectOnly: readonly FileRange[] | null;
  /** The engine has it already and waits for its place. */
  readonly isHeld: boolean;
}

/** Read a magnet link. Throws ControlError BAD_MAGNET, V2_ONLY. */
export function readMagnet(uri: string): ReadTorrent {
  const magnet = told(() => parseMagnet(uri.trim()));
  const id = requireV1(magnet.infoHash);
  return {
    id,
    name: magnet.name ?? id,
    trackers: magnet.trackers.map((url) => [url]),
    webSeeds: magnet.webSeeds,
    magnet: uri.trim(),
    metainfo: null,
    selectOnly: magnet.selectOnly,
    isHeld: false,
  };
}

/** Read a .torrent file; `bytes` belong to the result. Throws ControlError BAD_TORRENT, V2_ONLY. */
export function readMetainfo(bytes: Uint8Array): ReadTorrent {
  const said = told(() => parseMetainfo(bytes, nodeDigests));
  const { info } = said;
  return {
    id: requireV1(info.infoHash),
    name: info.name,
    trackers: said.trackers,
    webSeeds: said.webSeeds,
    magnet: null,
    metainfo: { bytes, said },
    selectOnly: null,
    isHeld: false,
  };
}

/** The magnet link of a torrent as it stands. */
export function magnetOf(
  id: TorrentId,
  name: string,
  trackers: readonly string[],
  webSeeds: readonly string[],
): string {
  return buildMagnet({ infoHash: Uint8Array.from(Buffer.from(id, 'hex')), name, trackers, webSeeds });
}

function requireV1(infoHash: Uint8Array | null): TorrentId {
  if (infoHash === null) throw new ControlError('V2_ONLY');
  return toHex(infoHash);
}

const NORMAL: Priority = 2;

/** One priority per file of a torrent, pads included. Throws ControlError BAD_PARAMS for files it has not. */
export function prioritiesOf(choice: FileChoice, info: Info, before: readonly Priority[] | null): Priority[] {
  const { length } = info.files;
  const refuse = (why: string): never => {
    throw new ControlError('BAD_PARAMS', { at: 'files', why });
  };
  if ('all' in choice) {
    if (choice.all.length !== length) refuse(`the torrent has ${length} files`);
    return [...choice.all];
  }
  const priorities = Array.from({ length }, (_, index) => choice.rest ?? before?.[index] ?? NORMAL);
  for (const [index, priority] of choice.some) {
    if (index >= length) refuse(`the torrent has ${length} files`);
    priorities[index] = priority;
  }
  return priorities;
}

/** The choice that a link makes (BEP 53). */
export function choiceOfLink(ranges: readonly FileRange[], info: Info): Priority[] {
  return info.files.map((_, index) =>
    ranges.some(({ first, last }) => first <= index && index <= last) ? NORMAL : 0,
  );
}
