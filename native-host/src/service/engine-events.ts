/**
 * What the engine tells, kept and passed on. Decides what of it is saved at once, what later, and what is worth a word to
 * the user; what follows from a completed torrent is decided in completed.ts.
 */
import { failureTitle } from '@jstorrent/control';
import type { EngineEvent, GoalKind, TorrentId } from '@jstorrent/engine';
import type { Info } from '@jstorrent/protocol';
import { engineError } from './errors.ts';
import type { Host } from './host.ts';

/** Who acts on what happened. */
export interface EventFollowers {
  onCompleted(id: TorrentId): void;
  onGoal(id: TorrentId, goal: GoalKind): void;
  onState(event: Extract<EngineEvent, { type: 'stateChanged' }>): void;
  onMetadata(id: TorrentId, info: Info): void;
  onMoveProgress(id: TorrentId, done: number, total: number): void;
  onListening(port: number, code: string | null): void;
  onWasted(bytes: number): void;
  onRemoved(id: TorrentId, detail: string): void;
}

/** Take an event; called in order, outside of the engine's turns. */
export function onEngineEvent(host: Host, event: EngineEvent, followers: EventFollowers): void {
  switch (event.type) {
    case 'stateChanged':
      onState(host, event);
      followers.onState(event);
      break;
    case 'metadata':
      onMetadata(host, event);
      followers.onMetadata(event.torrent, event.info);
      break;
    case 'resume':
      host.catalog.noteResume(event.torrent, event.data);
      noteProgress(host, event.torrent, followers);
      break;
    case 'checked':
      host.log.say(
        'info',
        'CHECKED',
        `${event.havePieces} of ${event.pieceCount} pieces are there`,
        event.torrent,
      );
      noteProgress(host, event.torrent, followers);
      break;
    case 'completed':
      noteProgress(host, event.torrent, followers);
      followers.onCompleted(event.torrent);
      break;
    case 'goalReached':
      followers.onGoal(event.torrent, event.goal);
      break;
    case 'placesChanged':
      onPlaces(host, event);
      break;
    case 'moveProgress':
      followers.onMoveProgress(event.torrent, event.done, event.total);
      break;
    case 'announceFailed':
      host.log.say('info', 'TRACKER', `${event.url}: ${event.message}`, event.torrent);
      break;
    case 'pieceCorrupt':
      host.log.say('info', 'CORRUPT', `Piece ${event.piece} failed its check`, event.torrent);
      break;
    case 'peerBanned':
      host.log.say('info', 'BANNED', `${event.host} sent wrong data`, event.torrent);
      break;
    case 'listening':
      followers.onListening(event.port, null);
      break;
    case 'listenFailed':
      followers.onListening(0, event.code);
      break;
    case 'removed':
      if (event.detail !== '') host.log.say('problem', 'REMOVE', event.detail, event.torrent);
      followers.onRemoved(event.torrent, event.detail);
      break;
    default:
  }
  if ('torrent' in event) host.catalog.markChanged(event.torrent);
}

function onState(host: Host, { torrent, state }: Extract<EngineEvent, { type: 'stateChanged' }>): void {
  host.log.say('info', 'STATE', state.kind, torrent);
  if (state.kind === 'downloading' || state.kind === 'seeding') {
    host.catalog.note(torrent, { lastActiveAt: host.now() });
  }
  if (state.kind !== 'failed') return;
  const record = host.catalog.find(torrent);
  if (record === null) return;
  const name = record.displayName ?? record.name;
  const folder = host.store.roots().find(({ key }) => key === record.place.root)?.path;
  const data = { name, missing: state.missing, ...(folder === undefined ? {} : { folder }) };
  const { code, message } = engineError(state.code, data);
  host.log.say('problem', state.code, `${name}: ${failureTitle(code)} (${state.detail})`, torrent);
  host.clients.notice(code === 'DISK_FULL' ? 'diskFull' : 'failed', torrent, { ...data, code, why: message });
}

/** Metadata of a magnet link is kept the moment it is known. */
function onMetadata(host: Host, { torrent, info }: Extract<EngineEvent, { type: 'metadata' }>): void {
  if (host.catalog.kept(torrent) === null) return;
  host.store.setMetadata(torrent, info.raw);
  host.catalog.note(torrent, {
    name: info.name,
    private: info.private,
    totalLength: info.totalLength,
    pieceCount: info.pieceCount,
    wantedLength: info.totalLength,
    bytesLeft: info.totalLength,
  });
  host.log.say('info', 'METADATA', `${info.files.length} files`, torrent);
}

/** Where files are is kept before the disk forgets where they were. */
function onPlaces(host: Host, event: Extract<EngineEvent, { type: 'placesChanged' }>): void {
  const { torrent, place, paths, revision } = event;
  if (host.catalog.kept(torrent) !== null) {
    const saved = host.store.files(torrent);
    host.store.batch(() => {
      host.catalog.update([torrent], () => ({ place }));
      host.store.setFiles(torrent, { ...saved, renamed: paths });
    });
  }
  host.engine.disk.placesSaved(torrent, revision);
}

/** The figures a list shows of a torrent that nobody has loaded. */
function noteProgress(host: Host, id: TorrentId, followers: EventFollowers): void {
  const record = host.catalog.kept(id);
  if (record === null) return;
  const view = host.engine.view(id);
  if (!view.hasMetadata) return;
  const { downloaded, uploaded, wasted, havePieces, wantedLength, bytesLeft, activeMs, seededMs } = view;
  // The engine counts what was wasted since it began, the session since ever.
  const before = host.wasted.get(id) ?? 0;
  host.wasted.set(id, wasted);
  followers.onWasted(wasted - before);
  host.catalog.note(id, {
    downloaded,
    uploaded,
    wasted: record.wasted + wasted - before,
    havePieces,
    wantedLength,
    bytesLeft,
    activeMs: Math.round(activeMs),
    seededMs: Math.round(seededMs),
  });
}
