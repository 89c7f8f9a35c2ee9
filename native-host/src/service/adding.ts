/**
 * Adds torrents. Decides what a new torrent begins with and that it is in the database before anybody is told; where a
 * source comes from is decided by the commands and watched folders.
 */
import { ControlError, type Goals, type Params, type Place } from '@jstorrent/control';
import {
  EngineError,
  type AddOptions,
  type AddSource,
  type OwnLimits,
  type ResumeData,
  type TorrentId,
} from '@jstorrent/engine';
import type { AddParts, NewTorrent, SavedFiles, TorrentRecord } from '../store/session-store.ts';
import { engineGoals } from './engine-settings.ts';
import { controlError, told } from './errors.ts';
import type { Host } from './host.ts';
import { mergeTrackers } from './own-trackers.ts';
import { mergeWebSeeds, ofTorrent, ofUser } from './own-web-seeds.ts';
import { choiceOfLink, prioritiesOf, type ReadTorrent } from './sources.ts';

/** How a torrent is added; as in `torrent.add`. */
export type Wishes = Omit<Params<'torrent.add'>, 'source'>;

/** What a torrent brings along that somebody else had. */
export interface Heritage {
  readonly record: Partial<NewTorrent>;
  readonly renamed: SavedFiles['renamed'];
  readonly resume: ResumeData | null;
}

/** By `jstorrent download`. */
export const WRITTEN = 'Another download of it to the same folder';
const NONE: Heritage = { record: {}, renamed: [], resume: null };

/**
 * Add a torrent; one that was removed a moment ago comes back as it was, with further trackers. Throws ControlError; then
 * it is not there.
 */
export function addTorrent(
  host: Host,
  torrent: ReadTorrent,
  wishes: Wishes,
  heritage: Heritage = NONE,
): TorrentId {
  const { catalog, engine, settings } = host;
  const existing = catalog.find(torrent.id);
  if (existing !== null) {
    throw new ControlError('DUPLICATE', { id: torrent.id, name: existing.displayName ?? existing.name });
  }
  if (host.undo.has(torrent.id)) {
    told(() => {
      if (wishes.start === false) catalog.update([torrent.id], () => ({ intent: 'stop', stoppedBy: 'user' }));
      host.undo.restore([torrent.id]);
    });
    mergeTrackers(host, torrent.id, [...torrent.trackers, ...(wishes.trackers ?? []).map((url) => [url])]);
    mergeWebSeeds(host, torrent.id, ofTorrent(torrent.webSeeds));
    return torrent.id;
  }
  const place = wishes.place ?? settings.values['downloads.place'];
  if (place === null) throw new ControlError('UNKNOWN_ROOT');
  if (host.writers.isAt(torrent.id, place)) throw new ControlError('BUSY', { what: WRITTEN });
  const record = { ...newRecord(host, torrent, wishes, place), ...heritage.record };
  const parts = partsOf(torrent, wishes, heritage.renamed);
  const options = optionsOf(host, record, parts.files ?? NO_FILES, wishes);
  try {
    if (torrent.isHeld || isHeld(host, torrent.id)) {
      catalog.add(record, parts);
      engine.setTrackers(torrent.id, record.trackers ?? []);
      engine.setWebSeeds(torrent.id, record.webSeeds ?? []);
      engine.release(torrent.id, options);
    } else {
      // First the engine, which may refuse it; it begins when it is in the list.
      engine.add(sourceOf(torrent), { ...options, ...BEGINNING, resume: heritage.resume });
      keep(host, record, parts);
      engine.setTrackers(torrent.id, record.trackers ?? []);
      engine.setWebSeeds(torrent.id, record.webSeeds ?? []);
      if (record.intent !== 'stop') engine.start(torrent.id);
    }
  } catch (error) {
    throw controlError(error);
  }
  if (heritage.resume !== null) catalog.noteResume(torrent.id, heritage.resume);
  host.store.addToCounters({ torrentsEver: 1 });
  return torrent.id;
}

/** Whether somebody looks at it before adding it. */
function isHeld({ engine }: Host, id: TorrentId): boolean {
  try {
    return engine.view(id).held;
  } catch (error) {
    if (error instanceof EngineError) return false;
    throw error;
  }
}

function keep({ catalog, engine }: Host, record: NewTorrent, parts: AddParts): void {
  try {
    catalog.add(record, parts);
  } catch (error) {
    engine.remove(record.id, false);
    throw error;
  }
}

/** It gets to work, and its trackers, when it is in the list. */
const BEGINNING = { start: false, noTrackers: true } as const;
const NO_FILES: SavedFiles = { priorities: null, renamed: [] };

function newRecord(host: Host, torrent: ReadTorrent, wishes: Wishes, place: Place): NewTorrent {
  const info = torrent.metainfo?.said.info;
  const isRunning = wishes.start ?? host.settings.values['downloads.startNew'];
  const extra = wishes.trackers ?? [];
  return {
    id: torrent.id,
    source: torrent.magnet === null ? 'metainfo' : 'magnet',
    magnet: torrent.magnet,
    name: torrent.name,
    displayName: wishes.name ?? null,
    place,
    intent: isRunning ? 'run' : 'stop',
    stoppedBy: isRunning ? null : 'user',
    sequential: wishes.sequential ?? false,
    endsFirst: wishes.endsFirst ?? false,
    downLimit: wishes.downLimit ?? 0,
    upLimit: wishes.upLimit ?? 0,
    connections: wishes.connections ?? null,
    goals: wishes.goals === undefined || wishes.goals === 'inherit' ? null : wishes.goals,
    labels: wishes.labels ?? [],
    trackers: [...torrent.trackers, ...extra.map((url) => [url])],
    webSeeds: [...ofUser(wishes.webSeeds ?? [], 'webSeeds'), ...ofTorrent(torrent.webSeeds)],
    addedAt: host.now(),
    private: info?.private ?? false,
    totalLength: info?.totalLength ?? 0,
    pieceCount: info?.pieceCount ?? 0,
    wantedLength: info?.totalLength ?? 0,
    bytesLeft: info?.totalLength ?? 0,
  };
}

function partsOf(
  torrent: ReadTorrent,
  { files, queueTop }: Wishes,
  renamed: SavedFiles['renamed'],
): AddParts {
  const info = torrent.metainfo?.said.info;
  let saved: SavedFiles | null = renamed.length === 0 ? null : { ...NO_FILES, renamed };
  if (files !== undefined) {
    if (info === undefined) throw new ControlError('NO_METADATA');
    saved = { renamed, priorities: prioritiesOf(files, info, null) };
  } else if (torrent.selectOnly !== null && info !== undefined) {
    saved = { renamed, priorities: choiceOfLink(torrent.selectOnly, info) };
  }
  return {
    ...(torrent.metainfo === null ? {} : { metainfo: torrent.metainfo.bytes }),
    ...(saved === null ? {} : { files: saved }),
    ...(queueTop === undefined ? {} : { queueTop }),
  };
}

function sourceOf({ magnet, metainfo }: ReadTorrent): AddSource {
  return metainfo === null ? { magnet: magnet ?? '' } : { metainfo: metainfo.bytes };
}

/** What the engine is told of a torrent, new or saved, but for its trackers. */
export function optionsOf(
  host: Host,
  record: NewTorrent,
  files: SavedFiles,
  wishes: Pick<Wishes, 'queueTop' | 'skipCheck'>,
): Omit<AddOptions, 'hold' | 'resume'> {
  return {
    root: record.place.root,
    folder: record.place.folder,
    paths: files.renamed,
    sequential: record.sequential ?? false,
    endsFirst: record.endsFirst ?? false,
    preallocate: host.settings.values['downloads.preallocate'],
    start: record.intent !== 'stop',
    force: record.intent === 'force',
    stoppedBy: stopReason(record.stoppedBy ?? null),
    limits: limitsOf(record),
    ...(files.priorities === null ? {} : { priorities: files.priorities }),
    ...(wishes.queueTop === undefined ? {} : { queueTop: wishes.queueTop }),
    ...(wishes.skipCheck === undefined ? {} : { skipCheck: wishes.skipCheck }),
  };
}

/** The limits of one torrent. */
export function limitsOf(record: Partial<TorrentRecord>): OwnLimits {
  return {
    downLimit: record.downLimit ?? 0,
    upLimit: record.upLimit ?? 0,
    connections: record.connections ?? null,
    goals: ownGoals(record.goals ?? null),
  };
}

function ownGoals(goals: Goals | null): OwnLimits['goals'] {
  return goals === null ? null : engineGoals(goals);
}

function stopReason(reason: TorrentRecord['stoppedBy']): NonNullable<AddOptions['stoppedBy']> {
  return reason === null || reason === 'schedule' ? 'user' : reason;
}
