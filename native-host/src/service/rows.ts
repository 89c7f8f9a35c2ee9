/**
 * A torrent as a line of the list: what is saved of it and what the engine does with it, together. Decides which of both
 * is shown where; when a line is sent is decided by its feed.
 */
import type { TorrentRow } from '@jstorrent/control';
import type { TorrentView, TrackerView } from '@jstorrent/engine';
import type { TorrentRecord } from '../store/session-store.ts';
import { healthOf, hostsOfTiers } from './trackers.ts';

const DETAIL_MAX = 500;
const NAME_MAX = 255;

/** What a line is made of. */
export interface RowParts {
  readonly record: TorrentRecord;
  readonly view: TorrentView;
  /** Of a torrent at work; null for others, which are not loaded to be shown. */
  readonly trackers: readonly TrackerView[] | null;
  /** Of a move to another place, 0 to 1. */
  readonly moveProgress: number | null;
}

/** The line of a torrent. */
export function rowOf(parts: RowParts): TorrentRow {
  const { record, view } = parts;
  const { state } = view;
  const goalRatio = view.options.goalsInForce.ratio;
  return {
    id: record.id,
    name: nameOf(record, view),
    state: state.kind,
    forced: view.forced,
    stoppedBy: state.kind === 'stopped' ? view.stoppedBy : null,
    failure: failureOf(view),
    waiting: view.waiting,
    hasMetadata: view.hasMetadata,
    totalLength: view.totalLength,
    wantedLength: view.wantedLength,
    bytesLeft: view.bytesLeft,
    checkProgress: state.kind === 'checking' ? view.checkProgress : null,
    moveProgress: parts.moveProgress,
    downRate: Math.round(view.downloadRate),
    upRate: Math.round(view.uploadRate),
    etaMs: view.etaMs,
    ratio: view.ratio,
    goalProgress: view.goalProgress,
    goalRatio: goalRatio > 0 ? goalRatio : null,
    downloaded: view.downloaded,
    uploaded: view.uploaded,
    peers: view.peers,
    seeds: view.seeds,
    knownPeers: view.knownAddresses,
    swarmSeeds: view.swarmSeeds,
    swarmLeeches: view.swarmLeeches,
    availability: view.availability,
    addedAt: record.addedAt,
    completedAt: record.completedAt,
    lastActiveAt: record.lastActiveAt,
    place: record.place,
    labels: record.labels,
    trackerHosts: hostsOfTiers(view.trackers),
    trackerHealth: view.trackers.length === 0 ? 'none' : healthOf(parts.trackers ?? []),
    private: record.private,
    queuePosition: view.queuePosition,
  };
}

/** What a torrent is called: by the user, or else by its metadata. */
function nameOf(record: TorrentRecord, view: TorrentView | null): string {
  return (record.displayName ?? view?.name ?? record.name).slice(0, NAME_MAX);
}

function failureOf({ state }: TorrentView): TorrentRow['failure'] {
  if (state.kind !== 'failed') return null;
  return { code: state.code, missing: state.missing, detail: state.detail.slice(0, DETAIL_MAX) };
}
