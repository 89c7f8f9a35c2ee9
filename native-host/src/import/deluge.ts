/**
 * Torrents of Deluge 1.3 and 2: the pickle `torrents.state`, libtorrent's resume data of all torrents in
 * `torrents.fastresume`, and `HASH.torrent`. Decides what its fields mean.
 */
import type { Priority } from '@jstorrent/engine';
import { scanBencode, type BencodeDict } from '@jstorrent/protocol';
import { makeLink, nameFiles, readContent, readLink, sourceOf, type Content, type Link } from './content.ts';
import { ImportError, type ImportedGoals, type ImportedTorrent } from './imported.ts';
import { readLibtorrent } from './libtorrent.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { isAbsolutePath, trimPath } from './paths.ts';
import { isKind, readPickle, type PickleValue } from './pickle.ts';
import { readDict, toLabels, toRate, toTiers } from './values.ts';

/** Everything that the pickle of Deluge names. */
const CLASSES: ReadonlySet<string> = new Set([
  'deluge.core.torrentmanager.TorrentManagerState',
  'deluge.core.torrentmanager.TorrentState',
  '__builtin__.object',
  'builtins.object',
  'copy_reg._reconstructor',
  'copyreg._reconstructor',
]);

/** Members of a `TorrentState` by name. */
export type DelugeState = ReadonlyMap<PickleValue, PickleValue>;

/** One torrent as Deluge holds it. */
export interface DelugeFiles {
  readonly state: DelugeState;
  /** Bencoded resume data; null = none. */
  readonly resume: Uint8Array | null;
  /** Null while the client does not know it. */
  readonly torrent: Uint8Array | null;
  /** What the plugin for labels says; null = nothing. */
  readonly label: string | null;
}

/** The torrents of `torrents.state`, in its order. Throws ImportError. */
export function readDelugeStates(bytes: Uint8Array): readonly DelugeState[] {
  const root = readPickle(bytes, CLASSES);
  const torrents = isKind(root, 'object') ? root.members.get('torrents') : undefined;
  if (!isKind(torrents, 'list')) throw new ImportError('Deluge’s list of torrents is of an unknown version.');
  return torrents.items
    .slice(0, IMPORT_LIMITS.torrents)
    .map((item) => (isKind(item, 'object') ? item.members : new Map<PickleValue, PickleValue>()));
}

/** The info-hash of a torrent in hex; '' when it has none. */
export function delugeId(state: DelugeState): string {
  const id = text(state, 'torrent_id').toLowerCase();
  return /^[0-9a-f]{40}$/.test(id) ? id : '';
}

/** Resume data by info-hash. Views of `bytes`. Throws ImportError. */
export function readDelugeResumes(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const dict = readDict(bytes, IMPORT_LIMITS.allResumesBytes, 'Deluge’s resume file is damaged.');
  const resumes = new Map<string, Uint8Array>();
  for (const [id, node] of dict.entries) if (node.type === 'bytes') resumes.set(id.toLowerCase(), node.bytes);
  return resumes;
}

/** Labels by info-hash, of the plugin's `label.conf`: a version in JSON, then the settings in JSON. Damaged = none. */
export function readDelugeLabels(conf: string): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  try {
    const settings: unknown = JSON.parse(conf.slice(conf.indexOf('}') + 1));
    const found = (settings as { torrent_labels?: unknown } | null)?.torrent_labels;
    if (typeof found !== 'object' || found === null) return labels;
    for (const [id, label] of Object.entries(found)) if (typeof label === 'string') labels.set(id, label);
  } catch {
    // No labels then.
  }
  return labels;
}

/** Read a torrent. Throws ImportError. */
export function readDeluge(files: DelugeFiles): ImportedTorrent {
  const { state } = files;
  const content = contentOf(files);
  const given = text(state, 'save_path');
  const resume = files.resume === null ? null : scanResume(files.resume);
  const part =
    resume === null
      ? withoutResume(content, given)
      : readLibtorrent(resume, content, { folder: given, suffix: null, priority });
  const own = readOwn(state, content);
  const moveTo = state.get('move_completed') === true ? text(state, 'move_completed_path') : '';
  const moves = `Deluge would move it to ${moveTo} when it is complete; here it stays where it is.`;
  const isMoving = moveTo !== '' && state.get('is_finished') !== true;
  return {
    client: 'deluge',
    id: content.id,
    source: sourceOf(content),
    displayName: text(state, 'name').slice(0, IMPORT_LIMITS.nameLength) || null,
    ...part,
    ...own,
    labels: toLabels(files.label === null ? [] : [files.label]),
    warnings: isMoving ? [...part.warnings, moves] : part.warnings,
  };
}

/** What Deluge knows better than the resume data. */
function readOwn(
  state: DelugeState,
  content: Content | Link,
): Pick<
  ImportedTorrent,
  | 'priorities'
  | 'intent'
  | 'sequential'
  | 'endsFirst'
  | 'downLimit'
  | 'upLimit'
  | 'goals'
  | 'trackers'
  | 'queue'
  | 'connections'
> {
  const queue = numeric(state, 'queue');
  const connections = numeric(state, 'max_connections');
  const paused = state.get('paused') === true;
  return {
    priorities: prioritiesOf(state, content),
    intent: paused ? 'stop' : state.get('auto_managed') === false ? 'force' : 'run',
    sequential: state.get('sequential_download') === true,
    endsFirst: state.get('prioritize_first_last') === true,
    // In KiB per second.
    downLimit: toRate(numeric(state, 'max_download_speed') * 1024),
    upLimit: toRate(numeric(state, 'max_upload_speed') * 1024),
    goals: goalsOf(state),
    trackers: trackersOf(state) ?? content.trackers,
    queue: Number.isSafeInteger(queue) && queue >= 0 ? queue : null,
    connections: Number.isSafeInteger(connections) && connections > 1 ? connections : null,
  };
}

function contentOf({ state, torrent }: DelugeFiles): Content | Link {
  if (torrent !== null) return readContent(torrent);
  const magnet = text(state, 'magnet');
  if (magnet !== '') return readLink(magnet);
  if (delugeId(state) === '') throw new ImportError('Its .torrent file is missing.');
  return makeLink(delugeId(state), text(state, 'name') || null, trackersOf(state) ?? []);
}

function scanResume(bytes: Uint8Array): BencodeDict | null {
  try {
    const node = scanBencode(bytes, { maxBytes: IMPORT_LIMITS.resumeBytes });
    return node.type === 'dict' ? node : null;
  } catch {
    return null;
  }
}

/** All that can be said without resume data; everything is checked then. */
function withoutResume(content: Content | Link, given: string): ReturnType<typeof readLibtorrent> {
  if (!isAbsolutePath(given)) throw new ImportError('The folder of its data is not an absolute path.');
  const folder = trimPath(given);
  const named = content.kind === 'metainfo' ? nameFiles(content, folder, null) : null;
  return {
    folder,
    renamed: named?.renamed ?? [],
    unfinished: [],
    verified: null,
    priorities: null,
    sequential: false,
    downloaded: 0,
    uploaded: 0,
    downLimit: 0,
    upLimit: 0,
    connections: null,
    addedAt: null,
    completedAt: null,
    seededMs: 0,
    activeMs: 0,
    trackers: content.trackers,
    webSeeds: content.webSeeds,
    warnings: ['Its resume data is missing or damaged: its files are checked first.'],
  };
}

function prioritiesOf(state: DelugeState, content: Content | Link): readonly Priority[] | null {
  const found = state.get('file_priorities');
  const isOurs = content.kind === 'metainfo' && isKind(found, 'list');
  if (!isOurs || found.items.length !== content.info.files.length) return null;
  const priorities = found.items.map((item) => priority(typeof item === 'number' ? item : 4));
  return priorities.every((value) => value === 2) ? null : priorities;
}

/** 0 skip, 1 low, 4 normal, 7 high. */
function priority(value: number): Priority {
  if (value <= 0) return 0;
  if (value < 4) return 1;
  return value > 4 ? 3 : 2;
}

function trackersOf(state: DelugeState): readonly (readonly string[])[] | null {
  const found = state.get('trackers');
  if (!isKind(found, 'list')) return null;
  const tiers = new Map<number, string[]>();
  for (const item of found.items.slice(0, IMPORT_LIMITS.listed)) {
    if (!(item instanceof Map)) continue;
    const url: unknown = item.get('url');
    const tier = numeric(item, 'tier');
    if (typeof url === 'string') tiers.set(tier, [...(tiers.get(tier) ?? []), url]);
  }
  return toTiers([...tiers].sort(([a], [b]) => a - b).map(([, urls]) => urls));
}

function goalsOf(state: DelugeState): ImportedGoals | null {
  const ratio = numeric(state, 'stop_ratio');
  if (state.get('stop_at_ratio') !== true || !(ratio > 0 && ratio <= 10_000)) return null;
  const action = state.get('remove_at_ratio') === true ? 'remove' : 'stop';
  return { ratio, seedMinutes: null, idleMinutes: null, action };
}

function text(state: DelugeState, name: string): string {
  const value = state.get(name);
  return typeof value === 'string' ? value : '';
}

function numeric(state: DelugeState, name: string): number {
  const value = state.get(name);
  return typeof value === 'number' && Number.isFinite(value) ? value : -1;
}
