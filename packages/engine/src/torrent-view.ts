/** A torrent as a line of a list shows it, loaded or not. */
import type { Entry } from './entry.ts';
import type { Settings } from './limits.ts';
import { downloadEtaMs } from './rules/eta.ts';
import { goalEtaMs, goalProgress, shareRatio, type Goals } from './rules/goals.ts';
import type { Content } from './swarm/content.ts';
import { seedMoment } from './torrent-goals.ts';
import type { Torrent } from './torrent.ts';
import type { TorrentView, Waiting } from './views.ts';

/** The line of a torrent at this moment; does not load it. */
export function torrentView(entry: Entry, settings: Settings, nowMs: number): TorrentView {
  const { wishes, totals } = entry;
  const { downLimit, upLimit, connections, goals } = wishes;
  const goalsInForce = goals ?? settings.goals;
  const { torrent } = entry;
  return {
    id: entry.id,
    name: entry.name,
    state: entry.state,
    forced: wishes.isForced,
    held: wishes.isHeld,
    stoppedBy: wishes.run ? null : wishes.stoppedBy,
    ...totals,
    ...(torrent === null ? savedPart(entry, goalsInForce) : loadedPart(torrent, goalsInForce, nowMs)),
    queuePosition: entry.position,
    options: { ...wishes.picking, downLimit, upLimit, connections, goals, goalsInForce },
    trackers: wishes.trackers,
  };
}

/** What a torrent that is not loaded, or has no metadata, has in common. */
const AT_REST = {
  waiting: null,
  checkProgress: 0,
  downloadRate: 0,
  uploadRate: 0,
  lastTrafficMs: null,
  wasted: 0,
  peers: 0,
  seeds: 0,
  webSeedCount: 0,
  knownAddresses: 0,
  swarmSeeds: null,
  swarmLeeches: null,
  availability: null,
  rarest: null,
  etaMs: null,
} as const;

const NO_PARTS = { have: 0, parts: 0 } as const;

type Part = Omit<
  TorrentView,
  | 'id'
  | 'name'
  | 'state'
  | 'forced'
  | 'held'
  | 'stoppedBy'
  | 'downloaded'
  | 'uploaded'
  | 'activeMs'
  | 'seededMs'
  | 'queuePosition'
  | 'options'
  | 'trackers'
>;

function savedPart({ saved, totals }: Entry, goals: Goals): Part {
  const { totalLength = 0, pieceCount = 0, havePieces = 0, wantedLength = 0, bytesLeft = 0 } = saved ?? {};
  const size = pieceCount === 0 ? 0 : Math.round((totalLength * havePieces) / pieceCount);
  const ratio = shareRatio({ ...totals, size });
  return {
    ...AT_REST,
    hasMetadata: pieceCount > 0,
    metadata: NO_PARTS,
    totalLength,
    pieceCount,
    havePieces,
    wantedLength,
    bytesLeft,
    bytesUnverified: bytesLeft,
    ratio,
    goalProgress: goalProgress({ ratio, seededMs: totals.seededMs, idleMs: 0 }, goals),
  };
}

function loadedPart(torrent: Torrent, goals: Goals, nowMs: number): Part {
  const { content, swarm, progress } = torrent;
  const moment = seedMoment(torrent, nowMs);
  const facts = torrent.goals.facts(moment);
  const { down, up } = progress;
  const bytesLeft = content?.pieces.bytesLeft ?? 0;
  let seeds = 0;
  for (const peer of swarm.peers) if (peer.isSeed) seeds += 1;
  const counts = torrent.trackers.counts;
  const spread = swarm.peers.size === 0 ? null : (content?.availability(nowMs) ?? null);
  const isSeeding = torrent.state.kind === 'seeding';
  return {
    waiting: waitingFor(torrent),
    checkProgress: torrent.disk.storage.checkProgress,
    downloadRate: down.rate,
    uploadRate: up.rate,
    lastTrafficMs: progress.lastTrafficMs,
    wasted: swarm.wasted,
    peers: swarm.peers.size,
    seeds,
    webSeedCount: swarm.webSeeds.count,
    knownAddresses: swarm.peerManager.book.size,
    swarmSeeds: counts.seeds,
    swarmLeeches: counts.leeches,
    availability: spread?.copies ?? null,
    rarest: spread?.rarest ?? null,
    etaMs: isSeeding
      ? goalEtaMs({ ...facts, uploaded: moment.uploaded, uploadRate: up.longRate }, goals)
      : downloadEtaMs({ left: bytesLeft, rate: down.rate, longRate: down.longRate }),
    ...contentPart(content),
    metadata: swarm.metadata.progress,
    bytesLeft,
    ratio: moment.ratio,
    goalProgress: goalProgress(facts, goals),
  };
}

function contentPart(
  content: Content | null,
): Pick<
  TorrentView,
  'hasMetadata' | 'totalLength' | 'pieceCount' | 'havePieces' | 'wantedLength' | 'bytesUnverified'
> {
  const wantedLength = wantedBytes(content, 'all');
  return {
    hasMetadata: content !== null,
    totalLength: content?.info.totalLength ?? 0,
    pieceCount: content?.math.pieceCount ?? 0,
    havePieces: content?.pieces.ledger.haveCount ?? 0,
    wantedLength,
    bytesUnverified: wantedLength - wantedBytes(content, 'verified'),
  };
}

/** Bytes of the pieces that are wanted, or of those that are verified. */
function wantedBytes(content: Content | null, which: 'all' | 'verified'): number {
  if (content === null) return 0;
  const { ledger } = content.pieces;
  const { pieceLength, pieceCount } = content.math;
  const last = pieceCount - 1;
  const isAll = which === 'all';
  const bytes = (isAll ? ledger.wantedCount : ledger.wantedHaveCount) * pieceLength;
  const hasLast = last >= 0 && ledger.wanted(last) && (isAll || ledger.has(last));
  return hasLast ? bytes - pieceLength + content.math.lengthOf(last) : bytes;
}

function waitingFor(torrent: Torrent): Waiting | null {
  const { kind } = torrent.state;
  if (kind !== 'downloading' && kind !== 'endgame') return null;
  if (torrent.progress.down.rate > 0) return null;
  const { peers, webSeeds } = torrent.swarm;
  if (webSeeds.count > 0) return null;
  if (peers.size === 0) return 'noPeers';
  let isInterested = false;
  for (const peer of peers) {
    if (peer.interesting === 0) continue;
    isInterested = true;
    if (!peer.peerChoking) return null;
  }
  return isInterested ? 'choked' : 'nobodyHasTheRest';
}
