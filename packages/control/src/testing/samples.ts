/** Lines and totals to fill lists with, in the tests of this package and of those that show them. */
import type { TorrentRow, Totals } from '../schema/rows.ts';

/** The id of the n-th torrent. */
export function idOf(n: number): string {
  return n.toString(16).padStart(40, '0');
}

/** A line, with what the test is about. */
export function rowOf(n: number, members: Partial<TorrentRow> = {}): TorrentRow {
  return {
    id: idOf(n),
    name: `torrent ${n}`,
    state: 'downloading',
    forced: false,
    stoppedBy: null,
    failure: null,
    waiting: null,
    hasMetadata: true,
    totalLength: 1_000_000,
    wantedLength: 1_000_000,
    bytesLeft: 500_000,
    checkProgress: null,
    moveProgress: null,
    downRate: 0,
    upRate: 0,
    etaMs: null,
    ratio: 0.5,
    goalProgress: null,
    goalRatio: null,
    downloaded: 500_000,
    uploaded: 250_000,
    peers: 3,
    seeds: 1,
    knownPeers: 9,
    swarmSeeds: null,
    swarmLeeches: null,
    availability: 2.5,
    addedAt: 1_761_746_461_000,
    completedAt: null,
    lastActiveAt: null,
    place: { root: 'downloads', folder: ['iso'] },
    labels: [],
    trackerHosts: ['tracker.example.org'],
    trackerHealth: 'working',
    private: false,
    queuePosition: n,
    ...members,
  };
}

/** Totals of so many torrents. */
export function totalsOf(torrents: number): Totals {
  return {
    torrents,
    downloading: torrents,
    queued: 0,
    seeding: 0,
    finished: 0,
    stopped: 0,
    checking: 0,
    attention: 0,
    downRate: 0,
    upRate: 0,
    downloadingWanted: torrents * 1_000_000,
    downloadingLeft: torrents * 500_000,
    downLimit: 0,
    upLimit: 0,
    slowMode: null,
    sessionDownloaded: 0,
    sessionUploaded: 0,
    peers: 0,
    freeBytes: null,
    port: { number: 6881, state: 'unknown' },
    dhtNodes: null,
  };
}
