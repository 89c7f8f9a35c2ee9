/** What can be added to the engine, and what a torrent is made of then. */
import {
  equalBytes,
  fromHex,
  MAX_WEB_SEEDS,
  parseInfo,
  parseMagnet,
  parseMetainfo,
  parseWebUrl,
  ProtocolError,
  toHex,
  type Endpoint,
  type Info,
} from '@jstorrent/protocol';
import type { TorrentId } from './events.ts';
import type { Digests, FilePath, Place } from './ports.ts';
import type { Goals } from './rules/goals.ts';
import { isPossiblePath } from './rules/paths.ts';
import type { Priority } from './rules/picker.ts';
import type { ResumeData, Totals } from './rules/resume.ts';
import type { PickingOptions } from './swarm/content.ts';
import type { WebSeed } from './swarm/web-seeds.ts';
import type { StopReason, TorrentSource, Wishes } from './torrent-parts.ts';

/**
 * A torrent of an earlier session, as its owner kept it. Nothing is loaded before the torrent gets to work, is checked, or
 * somebody looks at what is in it.
 */
export interface SavedTorrent extends Pick<Totals, 'downloaded' | 'uploaded'> {
  readonly id: TorrentId;
  readonly name: string;
  /** In tiers. */
  readonly trackers: readonly (readonly string[])[];
  readonly webSeeds?: readonly WebSeed[];
  /** 0 while the metadata is unknown, as the numbers after it. */
  readonly pieceCount: number;
  readonly totalLength: number;
  readonly havePieces: number;
  readonly wantedLength: number;
  readonly bytesLeft: number;
  readonly activeMs?: number;
  readonly seededMs?: number;
  /** Bytes of the info dictionary; null when they are not there. */
  load(): Uint8Array | null;
  loadResume(): ResumeData | null;
}

/** What to add: a .torrent file, a magnet link, or a torrent of an earlier session. */
export type AddSource =
  | { readonly metainfo: Uint8Array }
  | { readonly magnet: string }
  | { readonly saved: SavedTorrent };

/** How to add it; absent members have the usual values. */
export interface AddOptions extends Partial<PickingOptions> {
  /** Opaque key of the folder. */
  readonly root: string;
  /** Components below it in which the torrent's own files lie; default none. */
  readonly folder?: readonly string[];
  /** What `placesChanged` told last: paths that are not those of the metainfo. */
  readonly paths?: readonly FilePath[];
  /** One per file; absent = normal. */
  readonly priorities?: readonly Priority[];
  readonly preallocate?: 'sparse' | 'full';
  readonly resume?: ResumeData | null;
  /** Begin as soon as the queue allows; default true. */
  readonly start?: boolean;
  /** Beside all slots of the queue. */
  readonly force?: boolean;
  /** Before all others in the queue; default last. */
  readonly queueTop?: boolean;
  /** Fetch the metadata only, and touch no disk until `release`. */
  readonly hold?: boolean;
  /** Believe that all data is there, of files that have their full size; what cannot be read later has all checked. */
  readonly skipCheck?: boolean;
  /** Why it is stopped, when it does not start; default 'user'. */
  readonly stoppedBy?: StopReason;
  readonly limits?: Partial<OwnLimits>;
  /** Ignore the trackers it names. */
  readonly noTrackers?: boolean;
  readonly extraTrackers?: readonly string[];
  /** Web seeds that the user names, beside those of the torrent. */
  readonly extraWebSeeds?: readonly string[];
}

/** Limits of one torrent. */
export interface OwnLimits {
  /** Payload bytes per second, 0 = no limit. */
  readonly downLimit: number;
  readonly upLimit: number;
  /** Connections; null = as the settings say. */
  readonly connections: number | null;
  /** When seeding ends; null = as the settings say. */
  readonly goals: Goals | null;
}

/** Thrown for a call that cannot be carried out. Codes are append-only. */
export class EngineError extends Error {
  readonly code: 'DUPLICATE' | 'UNKNOWN_TORRENT' | 'V2_ONLY' | 'HELD' | 'BAD_PATH';

  constructor(code: EngineError['code'], message: string) {
    super(message);
    this.name = 'EngineError';
    this.code = code;
  }
}

/** A checked source. */
export interface ReadSource {
  readonly given: TorrentSource;
  /** Peers the source names. */
  readonly peers: readonly Endpoint[];
}

const NO_WEB_SEEDS: readonly WebSeed[] = [];

/** Check a source. Throws ProtocolError, or EngineError V2_ONLY. */
export function readSource(source: AddSource, options: AddOptions, digests: Digests): ReadSource {
  const extra = (options.extraTrackers ?? []).map((url) => [url]);
  const own = (options.extraWebSeeds ?? []).map((url) => ({ url, byUser: true }));
  if ('saved' in source) {
    const { id, name, trackers, webSeeds = NO_WEB_SEEDS } = source.saved;
    const kept = options.noTrackers === true ? [] : trackers;
    const tiers = extra.length === 0 ? kept : [...kept, ...extra];
    return {
      given: { id, infoHash: infoHashOf(id), name, info: null, trackers: tiers, webSeeds },
      peers: [],
    };
  }
  if ('metainfo' in source) {
    const { info, trackers, webSeeds: named } = parseMetainfo(source.metainfo, digests);
    const infoHash = requireV1(info.infoHash);
    const tiers = [...(options.noTrackers === true ? [] : trackers), ...extra];
    const given = { id: toHex(infoHash), infoHash, name: info.name, info, trackers: tiers };
    return { given: { ...given, webSeeds: usableWebSeeds([...own, ...ofTorrent(named)]) }, peers: [] };
  }
  const magnet = parseMagnet(source.magnet);
  const infoHash = requireV1(magnet.infoHash);
  const id = toHex(infoHash);
  const tiers = options.noTrackers === true ? [] : magnet.trackers.map((url) => [url]);
  const webSeeds = usableWebSeeds([...own, ...ofTorrent(magnet.webSeeds)]);
  const given = {
    id,
    infoHash,
    name: magnet.name ?? id,
    info: null,
    trackers: [...tiers, ...extra],
    webSeeds,
  };
  return { given, peers: magnet.peers };
}

/** The 20 bytes of an id. */
export function infoHashOf(id: TorrentId): Uint8Array {
  const bytes = fromHex(id);
  if (bytes?.length !== 20) throw new RangeError(`${id} is no id of a torrent`);
  return bytes;
}

function ofTorrent(urls: readonly string[]): WebSeed[] {
  return urls.map((url) => ({ url, byUser: false }));
}

/** Without repetition and what cannot be asked, bounded; the first of two that are the same counts. */
export function usableWebSeeds(seeds: readonly WebSeed[]): WebSeed[] {
  const byUrl = new Map<string, WebSeed>();
  for (const { url, byUser } of seeds) {
    if (byUrl.size === MAX_WEB_SEEDS) break;
    if (parseWebUrl(url) !== null && !byUrl.has(url)) byUrl.set(url, { url, byUser });
  }
  return [...byUrl.values()];
}

function requireV1(infoHash: Uint8Array | null): Uint8Array {
  if (infoHash !== null) return infoHash;
  throw new EngineError('V2_ONLY', 'this torrent exists in version 2 only, which cannot be downloaded yet');
}

/** The place and paths of the options. Throws EngineError BAD_PATH. */
export function readPlace({ root, folder = [], paths = [] }: AddOptions): {
  readonly place: Place;
  readonly paths: readonly FilePath[];
} {
  if (!isPossiblePath(folder)) throw new EngineError('BAD_PATH', folder.join('/'));
  for (const { path } of paths) {
    if (path.length === 0 || !isPossiblePath(path)) throw new EngineError('BAD_PATH', path.join('/'));
  }
  return { place: { root, folder }, paths };
}

/** Resume data of another torrent is none. */
export function usableResume(resume: ResumeData | null, infoHash: Uint8Array): ResumeData | null {
  return resume !== null && equalBytes(resume.infoHash, infoHash) ? resume : null;
}

/** An info dictionary, or what is wrong with it. */
export function tryParseInfo(bytes: Uint8Array, digests: Digests): Info | ProtocolError {
  try {
    return parseInfo(bytes, digests);
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}

/** The metadata of a saved torrent; null when it is not there or is not what the info-hash says. */
export function loadInfo(saved: SavedTorrent, infoHash: Uint8Array, digests: Digests): Info | null {
  const bytes = saved.load();
  const info = bytes === null ? null : tryParseInfo(bytes, digests);
  if (info === null || info instanceof ProtocolError || info.infoHash === null) return null;
  return equalBytes(info.infoHash, infoHash) ? info : null;
}

/** What is wished of a torrent that is added. */
export function wishesOf(
  given: Pick<TorrentSource, 'trackers' | 'webSeeds'> & { readonly hasMetadata: boolean },
  options: AddOptions,
): Wishes {
  const { downLimit = 0, upLimit = 0, connections = null, goals = null } = options.limits ?? {};
  const isHeld = options.hold === true;
  const run = isHeld ? !given.hasMetadata : (options.start ?? true);
  return {
    run,
    isForced: options.force === true,
    isHeld,
    stoppedBy: options.stoppedBy ?? 'user',
    downLimit,
    upLimit,
    connections,
    goals,
    trackers: given.trackers,
    webSeeds: given.webSeeds,
    priorities: options.priorities ?? [],
    picking: { sequential: options.sequential ?? false, endsFirst: options.endsFirst ?? false },
  };
}
