/** Snapshots made from torrents. */
import type { Torrent } from './torrent.ts';
import type { FileView, PeerView, TorrentView } from './views.ts';

export function torrentView(torrent: Torrent, queuePosition: number): TorrentView {
  const { content } = torrent;
  const ledger = content?.pieces.ledger;
  const bytesLeft = content?.pieces.bytesLeft ?? 0;
  const downloadRate = torrent.down.rate;
  let seeds = 0;
  for (const peer of torrent.swarm.peers) if (peer.isSeed) seeds += 1;
  const wantedLength = wantedBytes(torrent, 'all');
  return {
    id: torrent.id,
    name: torrent.name,
    state: torrent.state,
    hasMetadata: content !== null,
    totalLength: content?.info.totalLength ?? 0,
    pieceCount: content?.math.pieceCount ?? 0,
    havePieces: ledger?.haveCount ?? 0,
    wantedLength,
    bytesLeft,
    bytesUnverified: wantedLength - wantedBytes(torrent, 'verified'),
    checkProgress: torrent.disk.storage.checkProgress,
    downloadRate,
    uploadRate: torrent.up.rate,
    downloaded: torrent.progress.downloaded,
    uploaded: torrent.progress.uploaded,
    wasted: torrent.swarm.wasted,
    peers: torrent.swarm.peers.size,
    seeds,
    knownAddresses: torrent.swarm.peerManager.book.size,
    etaMs: bytesLeft > 0 && downloadRate > 0 ? Math.ceil((bytesLeft / downloadRate) * 1000) : null,
    queuePosition,
  };
}

/** Bytes of the pieces that are wanted, or of those that are verified. */
function wantedBytes(torrent: Torrent, which: 'all' | 'verified'): number {
  const { content } = torrent;
  if (content === null) return 0;
  const { ledger } = content.pieces;
  const { pieceLength, pieceCount } = content.math;
  const last = pieceCount - 1;
  const isAll = which === 'all';
  const bytes = (isAll ? ledger.wantedCount : ledger.wantedHaveCount) * pieceLength;
  const hasLast = last >= 0 && ledger.wanted(last) && (isAll || ledger.has(last));
  return hasLast ? bytes - pieceLength + content.math.lengthOf(last) : bytes;
}

export function fileViews(torrent: Torrent): FileView[] {
  const { content } = torrent;
  if (content === null) return [];
  return content.info.files.flatMap(({ path, length, kind }, index) =>
    kind === 'pad' ? [] : [{ path, length, priority: content.priorities[index] ?? 2 }],
  );
}

export function peerViews(torrent: Torrent): PeerView[] {
  return [...torrent.swarm.peers].map((peer) => ({
    host: peer.identity.address.host,
    port: peer.identity.address.port,
    client: peer.client,
    incoming: peer.identity.incoming,
    pieces: peer.haveCount,
    downloadRate: peer.down.rate,
    uploadRate: peer.up.rate,
    outstanding: peer.outstanding,
    amChoking: peer.amChoking,
    amInterested: peer.amInterested,
    peerChoking: peer.peerChoking,
    peerInterested: peer.peerInterested,
    snubbed: peer.snubbed,
    downloaded: peer.down.total,
    lifetimeRate: peer.lifetimeRate,
    timeouts: peer.identity.address.timeouts,
    hashFailures: peer.identity.address.hashFailures,
  }));
}
