/** What is shown of one torrent. Decides how the engine's views become panes; when they are sent is the feed's. */
import type { DetailSource, FileRow, PaneName, Panes, Period, RateHistory } from '@jstorrent/control';
import type { PeerView, TorrentId } from '@jstorrent/engine';
import type { Host } from './host.ts';
import type { ServiceList } from './list-source.ts';

/** Panes of all torrents. */
export class ServicePanes implements DetailSource {
  readonly #host: Host;
  readonly #list: ServiceList;

  constructor(host: Host, list: ServiceList) {
    this.#host = host;
    this.#list = list;
  }

  pane<N extends Exclude<PaneName, 'files'>>(id: TorrentId, name: N, period: Period): Panes[N] | null {
    if (!this.#host.catalog.has(id)) return null;
    const panes: { readonly [K in Exclude<PaneName, 'files'>]: () => Panes[K] } = {
      general: () => generalPane(this.#host, this.#list, id),
      peers: () => peersPane(this.#host, id),
      trackers: () => trackersPane(this.#host, id),
      pieces: () => ({ count: 0, have: '', inWork: [], availability: [] }),
      rates: () => this.history(period),
      log: () => ({ entries: this.#host.log.last(200, 'info', id) }),
    };
    return panes[name]();
  }

  files(id: TorrentId): readonly FileRow[] | null {
    if (!this.#host.catalog.has(id)) return null;
    return [];
  }

  history(period: Period): RateHistory {
    return { period, stepMs: 1000, endAt: this.#host.now(), down: [], up: [] };
  }
}

function generalPane({ catalog, engine, store }: Host, list: ServiceList, id: TorrentId): Panes['general'] {
  const record = catalog.get(id);
  const view = engine.view(id);
  const info = engine.info(id);
  const root = store.roots().find(({ key }) => key === record.place.root);
  const goalsInForce = list.goalsOf(id);
  return {
    infoHash: id,
    originalName: view.name.slice(0, 255),
    comment: '',
    createdBy: '',
    createdAt: null,
    addedBy: 'user',
    source: record.source,
    fileCount: info?.files.length ?? 0,
    wantedFiles: engine.files(id).filter(({ priority }) => priority > 0).length,
    pieceCount: view.pieceCount,
    pieceLength: info?.pieceLength ?? 0,
    havePieces: view.havePieces,
    inWork: 0,
    metadataHave: 0,
    metadataParts: 0,
    availability: null,
    rarest: null,
    wasted: view.wasted,
    failedPieces: 0,
    activeMs: record.activeMs,
    seededMs: record.seededMs,
    place: record.place,
    folderText: [root?.path ?? '', ...record.place.folder].join('/'),
    freeBytes: null,
    problem: null,
    trackerProblem: null,
    webSeeds: record.webSeeds,
    options: {
      downLimit: record.downLimit,
      upLimit: record.upLimit,
      connections: record.connections,
      goals: record.goals ?? 'inherit',
      goalsInForce,
      sequential: record.sequential,
      endsFirst: record.endsFirst,
    },
  };
}

const PEERS_MAX = 500;

function peersPane({ engine }: Host, id: TorrentId): Panes['peers'] {
  const peers = engine.peers(id);
  const { pieceCount } = engine.view(id);
  const rateOf = (peer: PeerView): number => peer.downloadRate + peer.uploadRate;
  return {
    total: peers.length,
    peers: peers
      .toSorted((a, b) => rateOf(b) - rateOf(a))
      .slice(0, PEERS_MAX)
      .map((peer) => ({
        address: peer.host,
        port: peer.port,
        client: peer.client,
        incoming: peer.incoming,
        transport: 'tcp',
        encrypted: false,
        foundBy: peer.incoming ? 'incoming' : 'tracker',
        progress: pieceCount === 0 ? 0 : peer.pieces / pieceCount,
        downRate: Math.round(peer.downloadRate),
        upRate: Math.round(peer.uploadRate),
        downloaded: peer.downloaded,
        uploaded: 0,
        outstanding: peer.outstanding,
        hashFailures: peer.hashFailures,
        activity: peer.peerChoking ? 'chokesUs' : 'sendsToUs',
        activityMs: 0,
      })),
  };
}

function trackersPane({ engine }: Host, id: TorrentId): Panes['trackers'] {
  return {
    trackers: engine.trackers(id).map((tracker) => ({
      kind: 'tracker',
      url: tracker.url,
      tier: tracker.tier,
      status:
        tracker.status === 'announcing'
          ? 'updating'
          : tracker.status === 'failed'
            ? 'noAnswer'
            : tracker.status,
      message: tracker.message.slice(0, 500),
      failingSince: null,
      nextMs: tracker.nextAnnounceMs,
      seeds: tracker.seeds,
      leeches: tracker.leeches,
      peers: tracker.peers,
    })),
  };
}
