/**
 * Torrents of Transmission 2 to 4: `resume/NAME.resume` beside `torrents/NAME.torrent` or `NAME.magnet`. Decides what its
 * keys mean, and which pieces it has from the blocks it has.
 */
import type { Priority } from '@jstorrent/engine';
import {
  Bitfield,
  decodeUtf8Lossy,
  getBytes,
  getDict,
  getInteger,
  getList,
  MAX_TORRENT_BYTES,
  toHex,
  type BencodeDict,
  type Info,
} from '@jstorrent/protocol';
import { makeLink, nameFiles, readContent, readLink, sourceOf, type Content, type Link } from './content.ts';
import { ImportError, type ImportedGoals, type ImportedPath, type ImportedTorrent } from './imported.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { isAbsolutePath, trimPath } from './paths.ts';
import {
  getCount,
  getFlag,
  getIntegers,
  getName,
  getSpan,
  getText,
  getTexts,
  getTiers,
  getTime,
  readDict,
  toLabels,
  toRate,
} from './values.ts';

/** What is put behind the names of unfinished files unless the user does not want it. */
const UNFINISHED = '.part';
/** Largest block. */
const BLOCK = 16_384;

/** One torrent as its files hold it. */
export interface TransmissionFiles {
  readonly resume: Uint8Array;
  /** The .torrent file, or what stands for it while only a link is known. */
  readonly torrent: Uint8Array | null;
  /** The text of the .magnet file. */
  readonly magnet: string | null;
}

/** Read a torrent. Throws ImportError. */
export function readTransmission(files: TransmissionFiles): ImportedTorrent {
  const dict = readDict(files.resume, IMPORT_LIMITS.resumeBytes, 'Its resume file is damaged.');
  const content = contentOf(files);
  const state = content.kind === 'metainfo' ? readBlocks(getDict(dict, 'progress'), content.info) : null;
  const folder = folderOf(dict, state?.isComplete ?? false);
  const name = content.kind === 'magnet' ? getName(dict, 'name') : null;
  return {
    client: 'transmission',
    id: content.id,
    source: sourceOf(content),
    displayName: name,
    folder,
    ...readFiles(dict, content, folder, state),
    verified: state?.verified ?? null,
    intent: getFlag(dict, 'paused') ? 'stop' : 'run',
    sequential: getFlag(dict, 'sequentialDownload') || getFlag(dict, 'sequential_download'),
    endsFirst: false,
    labels: toLabels(getTexts(dict, 'labels')),
    downloaded: getCount(dict, 'downloaded'),
    uploaded: getCount(dict, 'uploaded'),
    downLimit: readRate(dict, 'speed-limit-down'),
    upLimit: readRate(dict, 'speed-limit-up'),
    connections: null,
    goals: readGoals(dict),
    addedAt: getTime(dict, 'added-date'),
    completedAt: getTime(dict, 'done-date'),
    seededMs: getSpan(dict, 'seeding-time-seconds'),
    activeMs: getSpan(dict, 'seeding-time-seconds') + getSpan(dict, 'downloading-time-seconds'),
    trackers: content.trackers,
    webSeeds: content.webSeeds,
    queue: null,
  };
}

function contentOf({ torrent, magnet }: TransmissionFiles): Content | Link {
  if (magnet !== null) return readLink(magnet);
  if (torrent === null) throw new ImportError('Its .torrent file is missing.');
  const dict = readDict(torrent, MAX_TORRENT_BYTES, 'Its .torrent file is damaged.');
  const link = getDict(dict, 'magnet-info');
  if (link === null || dict.entries.has('info')) return readContent(torrent);
  const listed = getTiers(dict, 'announce-list');
  const trackers = listed.length > 0 ? listed : getTiers(asList(dict), 'announce');
  return makeLink(
    toHex(getBytes(link, 'info_hash') ?? new Uint8Array()),
    getName(link, 'display-name'),
    trackers,
  );
}

/** The same with a lone `announce` as a list of one tier. */
function asList(dict: BencodeDict): BencodeDict {
  const announce = dict.entries.get('announce');
  if (announce === undefined) return dict;
  const { start, end } = announce;
  return { ...dict, entries: new Map([['announce', { type: 'list', items: [announce], start, end }]]) };
}

/** Unfinished torrents may have a folder of their own. */
function folderOf(dict: BencodeDict, isComplete: boolean): string {
  const incomplete = getText(dict, 'incomplete-dir');
  const folder = !isComplete && incomplete !== '' ? incomplete : getText(dict, 'destination');
  if (!isAbsolutePath(folder)) throw new ImportError('The folder of its data is not an absolute path.');
  return trimPath(folder);
}

interface Progress {
  readonly verified: Uint8Array | null;
  readonly isComplete: boolean;
  /** Whether bytes [start, end) of the torrent are there. */
  readonly has: (start: number, end: number) => boolean;
}

/**
 * `blocks` is 'all', 'none', or a bit per block; `pieces`, where there is one, says which pieces were checked since. A piece
 * is there when all its blocks are.
 */
function readBlocks(progress: BencodeDict | null, info: Info): Progress | null {
  const blocks = progress === null ? null : getBytes(progress, 'blocks');
  if (progress === null || blocks === null) return null;
  const { pieceCount, pieceLength, totalLength } = info;
  const checked = readBits(getBytes(progress, 'pieces'), pieceCount) ?? (() => true);
  const size = blockSize(blocks, info);
  const hasBlock = readBits(blocks, Math.ceil(totalLength / size));
  if (hasBlock === null) return null;
  const hasAll = isWord(blocks, 'all');
  const has = (start: number, end: number): boolean => {
    if (hasAll) return true;
    for (let block = Math.floor(start / size); block * size < end; block += 1)
      if (!hasBlock(block)) return false;
    return true;
  };
  const verified = new Bitfield(pieceCount);
  for (let piece = 0; piece < pieceCount; piece += 1) {
    const start = piece * pieceLength;
    if (checked(piece) && has(start, Math.min(start + pieceLength, totalLength))) verified.set(piece);
  }
  return { verified: verified.toBytes(), isComplete: has(0, totalLength), has };
}

/** Which of `length` bits are set; null when these are not so many. */
function readBits(bytes: Uint8Array | null, length: number): ((index: number) => boolean) | null {
  if (bytes === null) return null;
  if (isWord(bytes, 'all')) return () => true;
  if (isWord(bytes, 'none') || bytes.length === 0) return () => false;
  // Zeros at the end may be left out.
  if (bytes.length > Math.ceil(length / 8)) return null;
  return (index) => ((bytes[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0;
}

function isWord(bytes: Uint8Array, word: string): boolean {
  return bytes.length === word.length && decodeUtf8Lossy(bytes) === word;
}

/** Blocks are 16 KiB; older versions halve the length of a piece until it is not more. */
function blockSize(blocks: Uint8Array, { pieceLength, totalLength }: Info): number {
  let halved = pieceLength;
  while (halved > BLOCK && halved % 2 === 0) halved /= 2;
  const fits = (size: number): boolean => Math.ceil(Math.ceil(totalLength / size) / 8) === blocks.length;
  return halved <= BLOCK && fits(halved) && !fits(BLOCK) ? halved : BLOCK;
}

type FilesPart = Pick<ImportedTorrent, 'renamed' | 'unfinished' | 'priorities' | 'warnings'>;

function readFiles(
  dict: BencodeDict,
  content: Content | Link,
  folder: string,
  state: Progress | null,
): FilesPart {
  if (content.kind === 'magnet') return { renamed: [], unfinished: [], priorities: null, warnings: [] };
  const { files } = content.info;
  const given = getList(dict, 'files') === null ? null : getTexts(dict, 'files');
  const named = nameFiles(content, folder, given);
  const unfinished: ImportedPath[] = [];
  let at = 0;
  for (const [file, { length, kind }] of files.entries()) {
    const path = named.paths[file] ?? [];
    const isThere = state?.has(at, at + length) === true;
    if (kind === 'file' && length > 0 && !isThere) {
      unfinished.push({ file, path: [...path.slice(0, -1), `${path.at(-1) ?? ''}${UNFINISHED}`] });
    }
    at += length;
  }
  return {
    renamed: named.renamed,
    unfinished,
    priorities: readPriorities(dict, files.length),
    warnings: named.warnings,
  };
}

function readPriorities(dict: BencodeDict, count: number): readonly Priority[] | null {
  const unwanted = getIntegers(dict, 'dnd', count);
  const levels = getIntegers(dict, 'priority', count);
  const priorities = Array.from({ length: count }, (_, file): Priority => {
    if ((unwanted?.[file] ?? 0) !== 0) return 0;
    const level = levels?.[file] ?? 0;
    return level < 0 ? 1 : level > 0 ? 3 : 2;
  });
  return priorities.every((priority) => priority === 2) ? null : priorities;
}

function readRate(dict: BencodeDict, key: string): number {
  const limit = getDict(dict, key);
  if (limit === null || !getFlag(limit, 'use-speed-limit')) return 0;
  const old = getCount(limit, 'speed') * 1024;
  return toRate(getInteger(limit, 'speed-Bps') ?? old);
}

/** Modes: 0 = as the settings say, 1 = its own, 2 = never. */
function readGoals(dict: BencodeDict): ImportedGoals | null {
  const ratio = getDict(dict, 'ratio-limit');
  const idle = getDict(dict, 'idle-limit');
  const ratioMode = ratio === null ? 0 : getCount(ratio, 'ratio-mode');
  const idleMode = idle === null ? 0 : getCount(idle, 'idle-mode');
  if (ratioMode === 0 && idleMode === 0) return null;
  const value = ratio === null ? 0 : Number(getText(ratio, 'ratio-limit'));
  const minutes = idle === null ? 0 : getCount(idle, 'idle-limit');
  return {
    ratio: ratioMode === 1 && value > 0 && value <= 10_000 ? value : null,
    seedMinutes: null,
    idleMinutes: idleMode === 1 && minutes > 0 && minutes <= 5_256_000 ? minutes : null,
    action: 'stop',
  };
}
