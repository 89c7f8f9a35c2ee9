/** Facts and figures of one torrent. Decides which problem is told first; the rest is put together. */
import { CONTROL_LIMITS, errorSentence, isErrorCode, type Goals, type Panes } from '@jstorrent/control';
import type { TorrentId, TorrentView, TrackerView, WebSeedView } from '@jstorrent/engine';
import { pathOf } from './completed.ts';
import type { FreeSpace } from './free-space.ts';
import type { Host } from './host.ts';
import { NO_NOTES, notesOf, type TorrentNotes } from './torrent-notes.ts';

const NAME_MAX = CONTROL_LIMITS.nameLength;
const COMMENT_MAX = 1000;

/** What the .torrent file says that was looked at last: a pane is made twice a second. */
let lastSaid: { readonly id: TorrentId; readonly hadMetadata: boolean; readonly said: TorrentNotes } | null =
  null;

/** The pane. */
export function generalPane(host: Host, id: TorrentId, space: FreeSpace): Panes['general'] {
  const { catalog, engine } = host;
  const record = catalog.get(id);
  const view = engine.view(id);
  const files = engine.files(id);
  const said = saidOf(host, id, view.hasMetadata);
  const folder = pathOf(host, record.place);
  return {
    infoHash: id,
    originalName: view.name.slice(0, NAME_MAX),
    comment: (said.comment ?? '').slice(0, COMMENT_MAX),
    createdBy: (said.createdBy ?? '').slice(0, NAME_MAX),
    createdAt: said.creationDate === null ? null : said.creationDate * 1000,
    addedBy: 'user',
    source: record.source === 'magnet' ? 'magnet' : 'file',
    fileCount: files.length,
    wantedFiles: files.filter(({ priority }) => priority > 0).length,
    pieceCount: view.pieceCount,
    pieceLength: engine.info(id)?.pieceLength ?? 0,
    havePieces: view.havePieces,
    inWork: engine.pieces(id)?.working.length ?? 0,
    metadataHave: view.metadata.have,
    metadataParts: view.metadata.parts,
    availability: view.availability,
    rarest: view.rarest,
    wasted: record.wasted,
    failedPieces: engine.log(id).filter(({ code }) => code === 'CORRUPT').length,
    activeMs: Math.round(view.activeMs),
    seededMs: Math.round(view.seededMs),
    place: record.place,
    folderText: folder.slice(0, CONTROL_LIMITS.pathLength),
    freeBytes: space.at(record.place),
    problem: problemOf(view, folder),
    trackerProblem: trackerProblem(engine.trackers(id)),
    webSeeds: record.webSeeds.slice(0, CONTROL_LIMITS.webSeeds).map(({ url }) => url),
    webSeedStates: webSeedStates(engine.webSeeds(id)),
    options: {
      downLimit: record.downLimit,
      upLimit: record.upLimit,
      connections: record.connections,
      goals: record.goals ?? 'inherit',
      goalsInForce: goalsOf(host, id),
      sequential: record.sequential,
      endsFirst: record.endsFirst,
    },
  };
}

function webSeedStates(seeds: readonly WebSeedView[]): Panes['general']['webSeedStates'] {
  return seeds.slice(0, CONTROL_LIMITS.webSeeds).map((seed) => ({
    url: seed.url,
    byUser: seed.byUser,
    status: seed.status,
    message: seed.message.slice(0, CONTROL_LIMITS.sentenceLength),
    retryMs: seed.retryMs === null ? null : Math.round(seed.retryMs),
    downRate: Math.round(seed.downloadRate),
    downloaded: seed.downloaded,
  }));
}

function goalsOf({ catalog, settings }: Host, id: TorrentId): Goals {
  return catalog.get(id).goals ?? settings.values['seeding.goals'];
}

function saidOf({ store, engine }: Host, id: TorrentId, hadMetadata: boolean): TorrentNotes {
  if (lastSaid?.id === id && lastSaid.hadMetadata === hadMetadata) return lastSaid.said;
  const metainfo = store.metainfo(id);
  const said = metainfo === null ? NO_NOTES : notesOf(metainfo, engine.info(id)?.raw ?? null);
  lastSaid = { id, hadMetadata, said };
  return said;
}

function problemOf({ state }: TorrentView, folder: string): string | null {
  if (state.kind !== 'failed') return null;
  const data = { folder, missing: state.missing };
  return isErrorCode(state.code) ? errorSentence(state.code, data) : state.detail;
}

/** Worth telling only when no tracker works. */
function trackerProblem(trackers: readonly TrackerView[]): string | null {
  if (trackers.some(({ status }) => status !== 'failed' && status !== 'refused')) return null;
  const refused = trackers.find(({ status }) => status === 'refused') ?? trackers[0];
  return refused === undefined ? null : refused.message.slice(0, CONTROL_LIMITS.sentenceLength) || null;
}
