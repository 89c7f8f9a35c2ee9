/** How a torrent stands, as one line for people and one object for programs. Decides the words and what is rounded. */
import { statfsSync } from 'node:fs';
import type { FailureCode, TorrentState, TorrentView } from '@jstorrent/engine';
import { count, fitColumns, formatBytes, formatDuration, formatPercent, formatRate, plain } from './text.ts';

/** Of a terminal's 80 columns, so that the numbers are seen too. */
const NAME_COLUMNS = 24;

/** One line: name, progress, rates, peers and the time left. */
export function statusLine(view: TorrentView): string {
  return `${fitColumns(plain(view.name), NAME_COLUMNS)}  ${standing(view)}`;
}

function standing(view: TorrentView): string {
  switch (view.state.kind) {
    case 'stopped':
    case 'queued':
      return 'starting';
    case 'checking':
      return `checking what is there: ${formatPercent(view.checkProgress, 1)}`;
    case 'metadata':
      return view.peers === 0 ? seeking(view) : `getting the list of files from ${count(view.peers, 'peer')}`;
    case 'downloading':
    case 'endgame':
      return downloading(view);
    case 'seeding':
      return `seeding  ${formatRate(view.uploadRate)} up  ${count(view.peers, 'peer')}  ${formatBytes(view.uploaded)} given`;
    case 'stopping':
      return 'saving';
    case 'failed':
      return `waiting: ${describeFailure(view.state)}`;
  }
}

function downloading(view: TorrentView): string {
  const done = view.wantedLength - view.bytesLeft;
  // What came last is still being verified.
  const share = formatPercent(Math.min(done, view.wantedLength * 0.999), view.wantedLength);
  const parts = [`${share} of ${formatBytes(view.wantedLength)}`];
  if (view.etaMs !== null && view.peers + view.webSeedCount > 0)
    parts.push(`${formatDuration(view.etaMs)} left`);
  parts.push(`${formatRate(view.downloadRate)} down`, `${formatRate(view.uploadRate)} up`);
  if (view.webSeedCount > 0) parts.push(count(view.webSeedCount, 'web seed'));
  if (view.peers > 0) parts.push(`${count(view.peers, 'peer')} (${count(view.seeds, 'seed')})`);
  else if (view.webSeedCount === 0) parts.push(seeking(view));
  return parts.join('  ');
}

function seeking(view: TorrentView): string {
  if (view.knownAddresses === 0) return 'looking for peers';
  return `connecting (${count(view.knownAddresses, 'known address', 'known addresses')})`;
}

/** The `progress` event. Bytes, bytes per second and milliseconds; `downloaded` counts payload over all runs. */
export function progressEvent(view: TorrentView, downloadedBefore: number): object {
  return {
    event: 'progress',
    state: view.state.kind,
    wantedLength: view.wantedLength,
    bytesLeft: view.bytesLeft,
    havePieces: view.havePieces,
    pieceCount: view.pieceCount,
    downloaded: view.downloaded,
    downloadedThisRun: view.downloaded - downloadedBefore,
    uploaded: view.uploaded,
    wasted: view.wasted,
    downloadRate: view.downloadRate,
    uploadRate: view.uploadRate,
    peers: view.peers,
    seeds: view.seeds,
    webSeeds: view.webSeedCount,
    etaMs: view.etaMs,
  };
}

/** A torrent that stands still. */
export type Failure = Extract<TorrentState, { readonly kind: 'failed' }>;

/** What goes on by itself once the cause is gone; anything else ends the program. */
const PASSING: ReadonlySet<FailureCode> = new Set(['DISK_FULL', 'TOO_MANY_FILES', 'BUSY']);

/** Whether waiting may help. */
export function isPassing(failure: Failure): boolean {
  return PASSING.has(failure.code);
}

const FAILURES: Readonly<Record<Exclude<FailureCode, 'DISK_FULL'>, string>> = {
  DISK_ERROR: 'the disk reports an error; check it before you try again',
  DENIED: 'you have no permission to use these files; change it or choose another folder with -d',
  READ_ONLY: 'the disk takes no writes; choose another folder with -d',
  TOO_MANY_FILES: 'too many files are open; raise the limit (ulimit -n) or close programs',
  NOT_FOUND: 'the folder or its drive is gone; bring it back or choose another with -d',
  NAME_TOO_LONG: 'a file name is too long for this disk; choose a folder with a shorter path',
  FILE_TOO_LARGE: 'a file is too large for this disk; choose another with -d',
  PATH_ESCAPES: 'a file would leave the download folder through a link; remove the link',
  UNKNOWN_ROOT: 'the download folder is not known',
  EXISTS: 'something else stands where a file of this torrent belongs; move it away',
  BAD_LAYOUT: 'the torrent contradicts itself',
  BUSY: 'the files are busy',
  CANCELLED: 'it was called off',
  FILE_CHANGED: 'another program changed a file of this torrent; start again to check what is there',
  BAD_METADATA: 'the metadata that peers sent is not a usable torrent',
};

/** Why a torrent stands still and what to do. */
export function describeFailure(failure: Failure): string {
  if (failure.code === 'DISK_FULL') {
    const need =
      failure.missing > 0 ? `${formatBytes(failure.missing)} more must be free` : 'free some space';
    return `the disk is full: ${need}; then it goes on by itself`;
  }
  const detail = failure.detail === '' ? '' : ` (${plain(failure.detail)})`;
  return `${FAILURES[failure.code]}${detail}`;
}

/**
 * The view with what a full disk lacks for the whole download in `folder`: the engine knows only what the last write
 * needed.
 */
export function withMissing(view: TorrentView, folder: string): TorrentView {
  if (view.state.kind !== 'failed' || view.state.code !== 'DISK_FULL') return view;
  let free = 0;
  try {
    const { bavail, bsize } = statfsSync(folder);
    free = bavail * bsize;
  } catch {
    // Then it counts as full.
  }
  const missing = Math.max(view.state.missing, view.bytesUnverified - free);
  return { ...view, state: { ...view.state, missing } };
}
