/** Snapshots of what is inside a torrent: files, peers and pieces; and of everything together. */
import type { Entry } from './entry.ts';
import { LIMITS } from './limits.ts';
import { availabilityBuckets } from './rules/availability.ts';
import type { TrackerView } from './swarm/tracker.ts';
import type { WebSeedView } from './swarm/web-seeds.ts';
import type { Torrent } from './torrent.ts';
import type { TorrentHost } from './torrent-parts.ts';
import type { FileView, PeerView, PiecesView, TotalsView } from './views.ts';

/** Everything together, since the engine began. */
export function totalsView({
  traffic,
  connections,
}: Pick<TorrentHost, 'traffic' | 'connections'>): TotalsView {
  const { down, up } = traffic;
  return {
    downloadRate: down.rate,
    uploadRate: up.rate,
    downloaded: down.total,
    uploaded: up.total,
    connections: connections.count,
  };
}

/** In torrent order, padding left out. */
export function fileViews(torrent: Torrent): FileView[] {
  const { content } = torrent;
  if (content === null) return [];
  const { info, math, pieces } = content;
  // Verified bytes before each piece, so that a file of any size is summed up in one step.
  const before = new Float64Array(math.pieceCount + 1);
  for (let piece = 0; piece < math.pieceCount; piece += 1) {
    const bytes = pieces.ledger.has(piece) ? math.lengthOf(piece) : 0;
    before[piece + 1] = (before[piece] as number) + bytes;
  }
  const verifiedUpTo = (offset: number): number => {
    const piece = Math.floor(offset / math.pieceLength);
    const inside = piece < math.pieceCount && pieces.ledger.has(piece) ? offset % math.pieceLength : 0;
    return (before[Math.min(piece, math.pieceCount)] as number) + inside;
  };
  let start = 0;
  return info.files.flatMap(({ path, length, kind }, index) => {
    const end = start + length;
    const have = verifiedUpTo(end) - verifiedUpTo(start);
    start = end;
    if (kind === 'pad') return [];
    const ownPath = torrent.disk.places.pathOf(index) ?? path;
    return [{ index, path: ownPath, length, have, priority: content.priorities[index] ?? 2 }];
  });
}

/** Connected peers and web seeds; none of a torrent that is not loaded. */
export function peerViews(torrent: Torrent | null): PeerView[] {
  if (torrent === null) return [];
  const pieceCount = torrent.content?.math.pieceCount ?? 0;
  return [...torrent.swarm.givers].map((peer) => ({
    host: peer.identity.address.host,
    port: peer.identity.address.port,
    client: peer.client,
    incoming: peer.identity.incoming,
    source: peer.isWebSeed ? 'webSeed' : peer.identity.address.source,
    pieces: peer.haveCount,
    progress: pieceCount === 0 ? 0 : peer.haveCount / pieceCount,
    downloadRate: peer.down.rate,
    uploadRate: peer.up.rate,
    outstanding: peer.outstanding,
    amChoking: peer.amChoking,
    amInterested: peer.amInterested,
    peerChoking: peer.peerChoking,
    peerInterested: peer.peerInterested,
    optimistic: torrent.content?.uploads.optimistic === peer,
    snubbed: peer.snubbed,
    connectedAtMs: peer.connectedAtMs,
    downloaded: peer.down.total,
    uploaded: peer.up.total,
    lifetimeRate: peer.lifetimeRate,
    timeouts: peer.identity.address.timeouts,
    hashFailures: peer.identity.address.hashFailures,
  }));
}

/** In tiers; those of a torrent that is not loaded are idle, in the order in which they were given. */
export function trackerViews({ torrent, wishes }: Entry, nowMs: number): TrackerView[] {
  if (torrent !== null) return torrent.trackers.views(nowMs);
  return wishes.trackers.flatMap((urls, tier) => urls.map((url) => ({ ...IDLE_TRACKER, url, tier })));
}

/** In the order of the wishes; those of a torrent that is not loaded are idle. */
export function webSeedViews({ torrent, wishes }: Entry, nowMs: number): WebSeedView[] {
  if (torrent !== null) return torrent.swarm.webSeeds.views(nowMs);
  return wishes.webSeeds.map((seed) => ({ ...seed, ...IDLE_WEB_SEED }));
}

const IDLE_WEB_SEED = {
  status: 'idle',
  message: '',
  retryMs: null,
  downloadRate: 0,
  downloaded: 0,
} as const;

const IDLE_TRACKER = {
  status: 'idle',
  message: '',
  failingMs: null,
  seeds: null,
  leeches: null,
  peers: 0,
  nextAnnounceMs: null,
} as const;

/** Null while the metadata is unknown. */
export function piecesView(torrent: Torrent): PiecesView | null {
  const { content } = torrent;
  if (content === null) return null;
  const { pieces, math } = content;
  const holders = (piece: number): number => pieces.picker.availability(piece);
  return {
    pieceCount: math.pieceCount,
    have: pieces.ledger.bitfield(),
    working: pieces.working(LIMITS.shownPieces),
    availability: availabilityBuckets(math.pieceCount, holders, LIMITS.availabilityBuckets),
  };
}
