/**
 * Adds torrents. Decides what a new torrent begins with and that it is in the database before anybody is told; where a
 * source comes from is decided by the commands and watched folders.
 */
import { ControlError, type Params, type Place } from '@jstorrent/control';
import type { AddOptions, AddSource, TorrentId } from '@jstorrent/engine';
import type { AddParts, NewTorrent, SavedFiles, TorrentRecord } from '../store/session-store.ts';
import { controlError } from './errors.ts';
import type { Host } from './host.ts';
import { prioritiesOf, type ReadTorrent } from './sources.ts';

/** How a torrent is added; as in `torrent.add`. */
export type Wishes = Omit<Params<'torrent.add'>, 'source'>;

/** Add a torrent. Throws ControlError; then it is not there. */
export function addTorrent(host: Host, torrent: ReadTorrent, wishes: Wishes): TorrentId {
  const { catalog, engine, settings } = host;
  const existing = catalog.find(torrent.id);
  if (existing !== null) {
    throw new ControlError('DUPLICATE', { id: torrent.id, name: existing.displayName ?? existing.name });
  }
  const place = wishes.place ?? settings.values['downloads.place'];
  if (place === null) throw new ControlError('UNKNOWN_ROOT');
  const record = newRecord(host, torrent, wishes, place);
  const parts = partsOf(torrent, wishes);
  const { source, options } = engineParts(torrent, record, parts, settings.values['downloads.preallocate']);
  try {
    // First the engine, which may refuse it; nobody is told before both have it.
    engine.add(source, { ...options, start: false });
    try {
      catalog.add(record, parts);
    } catch (error) {
      engine.remove(torrent.id, false);
      throw error;
    }
  } catch (error) {
    throw controlError(error);
  }
  applyLimits(host, catalog.get(torrent.id));
  if (record.intent !== 'stop') engine.start(torrent.id);
  return torrent.id;
}

function newRecord(host: Host, torrent: ReadTorrent, wishes: Wishes, place: Place): NewTorrent {
  const info = torrent.metainfo?.said.info;
  const isRunning = wishes.start ?? host.settings.values['downloads.startNew'];
  const extra = wishes.trackers ?? [];
  return {
    id: torrent.id,
    source: torrent.metainfo === null ? 'magnet' : 'metainfo',
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
    webSeeds: torrent.webSeeds,
    addedAt: host.now(),
    private: info?.private ?? false,
    totalLength: info?.totalLength ?? 0,
    pieceCount: info?.pieceCount ?? 0,
    wantedLength: info?.totalLength ?? 0,
    bytesLeft: info?.totalLength ?? 0,
  };
}

function partsOf(torrent: ReadTorrent, { files, queueTop }: Wishes): AddParts {
  const info = torrent.metainfo?.said.info;
  let saved: SavedFiles | null = null;
  if (files !== undefined) {
    if (info === undefined) throw new ControlError('NO_METADATA');
    saved = { priorities: prioritiesOf(files, info, null), renamed: [] };
  }
  return {
    ...(torrent.metainfo === null ? {} : { metainfo: torrent.metainfo.bytes }),
    ...(saved === null ? {} : { files: saved }),
    ...(queueTop === undefined ? {} : { queueTop }),
  };
}

interface EngineParts {
  readonly source: AddSource;
  readonly options: AddOptions;
}

function engineParts(
  torrent: Pick<ReadTorrent, 'magnet' | 'metainfo'>,
  record: Pick<TorrentRecord, 'place'> & Partial<TorrentRecord>,
  { files }: AddParts,
  preallocate: 'sparse' | 'full',
): EngineParts {
  const source: AddSource =
    torrent.metainfo === null ? { magnet: torrent.magnet ?? '' } : { metainfo: torrent.metainfo.bytes };
  return {
    source,
    options: {
      root: record.place.root,
      noTrackers: true,
      extraTrackers: record.trackers?.flat() ?? [],
      sequential: record.sequential ?? false,
      endsFirst: record.endsFirst ?? false,
      preallocate,
      ...(files === undefined || files.priorities === null ? {} : { priorities: files.priorities }),
    },
  };
}

/** Put a saved torrent into the engine, as it was. False when what is saved of it is no use. */
export function restoreTorrent(host: Host, record: TorrentRecord): boolean {
  const { store, engine } = host;
  const metainfo = record.hasMetadata ? store.metainfo(record.id) : null;
  const source: AddSource =
    metainfo === null ? { magnet: record.magnet ?? `magnet:?xt=urn:btih:${record.id}` } : { metainfo };
  const files = store.files(record.id);
  try {
    engine.add(source, {
      root: record.place.root,
      noTrackers: true,
      extraTrackers: record.trackers.flat(),
      sequential: record.sequential,
      endsFirst: record.endsFirst,
      preallocate: host.settings.values['downloads.preallocate'],
      resume: store.resume(record.id),
      start: record.intent !== 'stop',
      ...(files.priorities === null ? {} : { priorities: files.priorities }),
    });
  } catch (error) {
    host.log.say('problem', 'RESTORE', String(error), record.id);
    return false;
  }
  applyLimits(host, record);
  return true;
}

function applyLimits({ engine }: Host, record: TorrentRecord): void {
  if (record.downLimit > 0 || record.upLimit > 0) engine.limit(record.id, { downLimit: record.downLimit, upLimit: record.upLimit });
}
