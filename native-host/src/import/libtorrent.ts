/**
 * Resume data of libtorrent, which qBittorrent and Deluge keep. Decides what its keys mean; what each client writes beside
 * them is decided by its reader.
 */
import type { Priority } from '@jstorrent/engine';
import { Bitfield, getBytes, getInteger, getList, type BencodeDict } from '@jstorrent/protocol';
import { nameFiles, type Content, type Link, type NamedFiles } from './content.ts';
import { ImportError, type ImportedPath, type ImportedTorrent } from './imported.ts';
import { isAbsolutePath, trimPath } from './paths.ts';
import {
  getCount,
  getFlag,
  getIntegers,
  getSpan,
  getText,
  getTexts,
  getTiers,
  getTime,
  toRate,
  toWebSeeds,
} from './values.ts';

/** Beyond any number of connections somebody would choose: libtorrent's word for unlimited. */
const UNLIMITED = 0xffffff;

/** What resume data of libtorrent says in the terms of ours. */
export type LibtorrentPart = Pick<
  ImportedTorrent,
  | 'folder'
  | 'renamed'
  | 'unfinished'
  | 'verified'
  | 'priorities'
  | 'sequential'
  | 'downloaded'
  | 'uploaded'
  | 'downLimit'
  | 'upLimit'
  | 'connections'
  | 'addedAt'
  | 'completedAt'
  | 'seededMs'
  | 'activeMs'
  | 'trackers'
  | 'webSeeds'
  | 'warnings'
>;

/** What the owner of the resume data knows better. */
export interface LibtorrentOptions {
  /** Where the data lies when the resume data does not say. */
  readonly folder: string;
  /** What the client puts behind names of unfinished files, such as `.!qB`. */
  readonly suffix: string | null;
  /** From libtorrent's 0 to 7 to ours, as the client shows it. */
  readonly priority: (value: number) => Priority;
}

/** Read resume data beside its torrent. Throws ImportError when it does not say where the data lies. */
export function readLibtorrent(
  dict: BencodeDict,
  content: Content | Link,
  options: LibtorrentOptions,
): LibtorrentPart {
  const given = getText(dict, 'save_path') || options.folder;
  if (!isAbsolutePath(given)) throw new ImportError('The folder of its data is not an absolute path.');
  const folder = trimPath(given);
  const trackers = getTiers(dict, 'trackers');
  const webSeeds = toWebSeeds(getTexts(dict, 'url-list'));
  const connections = getInteger(dict, 'max_connections') ?? -1;
  return {
    folder,
    ...readFiles(dict, content, folder, options),
    sequential: getFlag(dict, 'sequential_download'),
    downloaded: getCount(dict, 'total_downloaded'),
    uploaded: getCount(dict, 'total_uploaded'),
    downLimit: toRate(getCount(dict, 'download_rate_limit')),
    upLimit: toRate(getCount(dict, 'upload_rate_limit')),
    connections: connections > 1 && connections < UNLIMITED ? connections : null,
    addedAt: getTime(dict, 'added_time'),
    completedAt: getTime(dict, 'completed_time'),
    seededMs: getSpan(dict, 'seeding_time'),
    activeMs: getSpan(dict, 'active_time'),
    trackers: getList(dict, 'trackers') === null ? content.trackers : trackers,
    webSeeds: getList(dict, 'url-list') === null ? content.webSeeds : webSeeds,
  };
}

/** Whether and how it runs: auto-managed torrents are queued, others are what the user made them. */
export function readIntent(dict: BencodeDict): ImportedTorrent['intent'] {
  if (getFlag(dict, 'auto_managed')) return 'run';
  return getFlag(dict, 'paused') ? 'stop' : 'force';
}

type FilesPart = Pick<LibtorrentPart, 'renamed' | 'unfinished' | 'verified' | 'priorities' | 'warnings'>;

function readFiles(
  dict: BencodeDict,
  content: Content | Link,
  folder: string,
  options: LibtorrentOptions,
): FilesPart {
  if (content.kind === 'magnet') {
    return { renamed: [], unfinished: [], verified: null, priorities: null, warnings: [] };
  }
  const { suffix, priority } = options;
  const mapped = getList(dict, 'mapped_files') === null ? null : getTexts(dict, 'mapped_files');
  const finished = mapped?.map((text) => withoutSuffix(text, suffix)) ?? null;
  const named = nameFiles(content, folder, finished);
  const values = getIntegers(dict, 'file_priority', content.info.files.length);
  const priorities = values?.map(priority) ?? null;
  return {
    renamed: named.renamed,
    unfinished: suffix === null ? [] : unfinishedOf(mapped ?? [], named, suffix),
    verified: readPieces(dict, content.info.pieceCount),
    priorities: priorities?.every((value) => value === 2) === true ? null : priorities,
    warnings: named.warnings,
  };
}

function withoutSuffix(text: string, suffix: string | null): string {
  return suffix !== null && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

function unfinishedOf(mapped: readonly string[], named: NamedFiles, suffix: string): ImportedPath[] {
  return named.paths.flatMap((path, file) => {
    if (mapped[file]?.endsWith(suffix) !== true) return [];
    return [{ file, path: [...path.slice(0, -1), `${path.at(-1) ?? ''}${suffix}`] }];
  });
}

/** Pieces it has: a byte each with bit 0 set, or a bit each (BEP 3). In seed mode nothing of it was checked. */
function readPieces(dict: BencodeDict, pieceCount: number): Uint8Array | null {
  const bytes = getBytes(dict, 'pieces');
  if (bytes === null || getFlag(dict, 'seed_mode')) return null;
  if (bytes.length === 0) return new Bitfield(pieceCount).toBytes();
  const isBits = bytes.length !== pieceCount || (pieceCount === 1 && bytes[0] === 0x80);
  if (isBits && bytes.length !== Math.ceil(pieceCount / 8)) return null;
  const has = (i: number): boolean =>
    isBits ? ((bytes[i >> 3] ?? 0) & (0x80 >> (i & 7))) !== 0 : ((bytes[i] ?? 0) & 1) !== 0;
  const verified = new Bitfield(pieceCount);
  for (let piece = 0; piece < pieceCount; piece += 1) if (has(piece)) verified.set(piece);
  return verified.toBytes();
}
