/**
 * A torrent as a line of the list: what is saved of it and what the engine does with it, together. Decides which of both
 * is shown where; when a line is sent is decided by its feed.
 */
import type { Goals, TorrentRow } from '@jstorrent/control';
import type { TorrentView, TrackerView } from '@jstorrent/engine';
import type { TorrentRecord } from '../store/session-store.ts';
import { goalEta, goalProgress, ratioOf } from './goals.ts';
import { healthOf, hostsOf } from './trackers.ts';

const DETAIL_MAX = 500;
const NAME_MAX = 255;

/** What a line is made of. */
export interface RowParts {
  readonly record: TorrentRecord;
  readonly view: TorrentView;
  readonly trackers: readonly TrackerView[];
  /** In force for it. */
  readonly goals: Goals;
  /** Of a move to another place, 0 to 1. */
  readonly moveProgress: number | null;
}

/** The line of a torrent. */
export function rowOf(parts: RowParts): TorrentRow {
  const { record, view, goals } = parts;
  const { state } = view;
  const { seededMs } = record;
  const ratio = ratioOf(view.uploaded, view.downloaded, view.wantedLength);
  const isSeeding = state.kind === 'seeding';
  const progress = isSeeding ? goalProgress(goals, { ratio, seededMs }) : null;
  const size = Math.max(view.downloaded, view.wantedLength);
  return {
    id: record.id,
    name: nameOf(record, view),
    state: state.kind,
    forced: record.intent === 'force',
    stoppedBy: state.kind === 'stopped' ? record.stoppedBy : null,
    failure: failureOf(view),
    waiting: waitingOf(view),
    hasMetadata: view.hasMetadata,
    totalLength: view.totalLength,
    wantedLength: view.wantedLength,
    bytesLeft: view.bytesLeft,
    checkProgress: state.kind === 'checking' ? view.checkProgress : null,
    moveProgress: parts.moveProgress,
    downRate: Math.round(view.downloadRate),
    upRate: Math.round(view.uploadRate),
    etaMs: isSeeding ? goalEta(goals, { ratio, seededMs }, size, view.uploadRate) : view.etaMs,
    ratio,
    goalProgress: progress,
    goalRatio: goals.ratio,
    downloaded: view.downloaded,
    uploaded: view.uploaded,
    peers: view.peers,
    seeds: view.seeds,
    knownPeers: view.knownAddresses,
    ...swarmOf(parts.trackers),
    availability: null,
    addedAt: record.addedAt,
    completedAt: record.completedAt,
    lastActiveAt: record.lastActiveAt,
    place: record.place,
    labels: record.labels,
    trackerHosts: hostsOf(record.trackers.flat()),
    trackerHealth: trackersOf(parts),
    private: record.private,
    queuePosition: view.queuePosition,
  };
}

/** What a torrent is called: by the user, or else by its metadata. */
export function nameOf(record: TorrentRecord, view: TorrentView | null): string {
  return (record.displayName ?? view?.name ?? record.name).slice(0, NAME_MAX);
}

function failureOf({ state }: TorrentView): TorrentRow['failure'] {
  if (state.kind !== 'failed') return null;
  return { code: state.code, missing: state.missing, detail: state.detail.slice(0, DETAIL_MAX) };
}

/** Why nothing comes. */
function waitingOf(view: TorrentView): TorrentRow['waiting'] {
  const { kind } = view.state;
  if (kind !== 'downloading' && kind !== 'endgame' && kind !== 'metadata') return null;
  if (view.peers === 0) return 'noPeers';
  return null;
}

/** The largest counts that a tracker tells: each sees a part of the swarm. */
function swarmOf(trackers: readonly TrackerView[]): Pick<TorrentRow, 'swarmSeeds' | 'swarmLeeches'> {
  const largest = (counts: readonly (number | null)[]): number | null =>
    counts.reduce((most, count) => (count === null ? most : Math.max(most ?? 0, count)), null);
  return {
    swarmSeeds: largest(trackers.map(({ seeds }) => seeds)),
    swarmLeeches: largest(trackers.map(({ leeches }) => leeches)),
  };
}

function trackersOf({ record, view, trackers }: RowParts): TorrentRow['trackerHealth'] {
  if (record.trackers.length === 0) return 'none';
  const { kind } = view.state;
  return kind === 'stopped' || kind === 'queued' ? 'waiting' : healthOf(trackers);
}
