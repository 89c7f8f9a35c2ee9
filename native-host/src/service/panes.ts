/** What is shown of one torrent. Decides how the engine's views become panes; when they are sent is the feed's. */
import type { DetailSource, FileRow, PaneName, Panes, Period, RateHistory } from '@jstorrent/control';
import { CONTROL_LIMITS, trackerSentence } from '@jstorrent/control';
import type {
  FileView,
  HistoryLevel,
  PeerView,
  RateSamples,
  TorrentId,
  TrackerView,
} from '@jstorrent/engine';
import { fileRow } from './commands/files.ts';
import type { FreeSpace } from './free-space.ts';
import type { Host } from './host.ts';
import { generalPane } from './general-pane.ts';
import { logEntryOf } from './torrent-log.ts';

type Pane = Exclude<PaneName, 'files'>;

interface ShownFiles {
  readonly views: readonly FileView[];
  readonly rows: readonly FileRow[];
}

/** Panes of all torrents. */
export class ServicePanes implements DetailSource {
  readonly #host: Host;
  readonly #space: FreeSpace;
  /** Files as they were shown last, and what of: rows of those that did not change are the same objects. */
  readonly #files = new Map<TorrentId, ShownFiles>();

  constructor(host: Host, space: FreeSpace) {
    this.#host = host;
    this.#space = space;
  }

  pane<N extends Pane>(id: TorrentId, name: N, period: Period): Panes[N] | null {
    if (!this.#host.catalog.has(id)) return null;
    const panes: { readonly [K in Pane]: () => Panes[K] } = {
      general: () => generalPane(this.#host, id, this.#space),
      peers: () => peersPane(this.#host, id),
      trackers: () => trackersPane(this.#host, id),
      pieces: () => piecesPane(this.#host, id),
      rates: () => historyOf(this.#host, period, this.#host.engine.history(LEVELS[period].level, id)),
      log: () => logPane(this.#host, id),
    };
    return panes[name]();
  }

  files(id: TorrentId): readonly FileRow[] | null {
    if (!this.#host.catalog.has(id)) {
      this.#files.delete(id);
      return null;
    }
    const before = this.#files.get(id) ?? { views: [], rows: [] };
    const views = this.#host.engine.files(id);
    let isSame = views.length === before.views.length;
    const rows = views.map((view, at) => {
      const old = before.rows[at];
      if (old !== undefined && isSameFile(view, before.views[at])) return old;
      isSame = false;
      return fileRow(view);
    });
    if (isSame) return before.rows;
    this.#files.set(id, { views, rows });
    return rows;
  }

  history(period: Period): RateHistory {
    return historyOf(this.#host, period, this.#host.engine.history(LEVELS[period].level));
  }
}

/** Paths are the same objects as long as nobody gives a file another name; the first look decides nearly always. */
function isSameFile(view: FileView, old: FileView | undefined): boolean {
  return (
    old !== undefined &&
    old.have === view.have &&
    old.priority === view.priority &&
    (old.path === view.path || old.path.join('/') === view.path.join('/'))
  );
}

/** Which ring of the engine shows a period, and how many of its samples. */
const LEVELS: { readonly [P in Period]: { readonly level: HistoryLevel; readonly samples: number } } = {
  '10min': { level: 'fine', samples: 600 },
  '1h': { level: 'medium', samples: 360 },
  '24h': { level: 'coarse', samples: 720 },
};

function historyOf({ now }: Host, period: Period, samples: RateSamples | null): RateHistory {
  const { samples: count } = LEVELS[period];
  const rounded = (rates: readonly number[]): number[] => rates.slice(-count).map(Math.round);
  return {
    period,
    stepMs: samples?.stepMs ?? 1000,
    endAt: Math.max(0, Math.round(now() - (performance.now() - (samples?.endMs ?? performance.now())))),
    down: rounded(samples?.down ?? []),
    up: rounded(samples?.up ?? []),
  };
}

function peersPane({ engine }: Host, id: TorrentId): Panes['peers'] {
  const peers = engine.peers(id);
  const rateOf = (peer: PeerView): number => peer.downloadRate + peer.uploadRate;
  const nowMs = performance.now();
  return {
    total: peers.length,
    peers: peers
      .toSorted((a, b) => rateOf(b) - rateOf(a))
      .slice(0, CONTROL_LIMITS.peers)
      .map((peer) => ({
        address: peer.host.slice(0, 64),
        port: peer.port,
        client: peer.client.slice(0, 64),
        incoming: peer.incoming,
        transport: 'tcp',
        encrypted: false,
        foundBy: peer.source,
        progress: Math.min(1, peer.progress),
        downRate: Math.round(peer.downloadRate),
        upRate: Math.round(peer.uploadRate),
        downloaded: peer.downloaded,
        uploaded: peer.uploaded,
        outstanding: peer.outstanding,
        hashFailures: peer.hashFailures,
        activity: activityOf(peer),
        activityMs: Math.max(0, Math.round(nowMs - peer.connectedAtMs)),
      })),
  };
}

function activityOf(peer: PeerView): Panes['peers']['peers'][number]['activity'] {
  if (peer.snubbed) return 'snubbed';
  const sends = peer.downloadRate > 0;
  const takes = peer.uploadRate > 0;
  if (sends && takes) return 'both';
  if (sends) return 'sendsToUs';
  if (takes) return 'weSend';
  return peer.amInterested && peer.peerChoking ? 'chokesUs' : 'nothingWanted';
}

const STATUS: { readonly [S in TrackerView['status']]: Panes['trackers']['trackers'][number]['status'] } = {
  idle: 'idle',
  announcing: 'updating',
  working: 'working',
  failed: 'noAnswer',
  refused: 'refused',
};

function trackersPane({ engine, now }: Host, id: TorrentId): Panes['trackers'] {
  return {
    trackers: engine.trackers(id).map((tracker) => ({
      kind: 'tracker',
      url: tracker.url,
      tier: tracker.tier,
      status: STATUS[tracker.status],
      message: wordsOf(tracker),
      failingSince: tracker.failingMs === null ? null : Math.max(0, Math.round(now() - tracker.failingMs)),
      nextMs: tracker.nextAnnounceMs,
      seeds: tracker.seeds,
      leeches: tracker.leeches,
      peers: tracker.peers,
    })),
  };
}

function wordsOf({ status, message, failingMs }: TrackerView): string {
  if (status !== 'failed' && status !== 'refused') return message.slice(0, CONTROL_LIMITS.sentenceLength);
  return trackerSentence(status === 'failed' ? 'noAnswer' : 'refused', message, failingMs ?? 0);
}

function piecesPane({ engine }: Host, id: TorrentId): Panes['pieces'] {
  const view = engine.pieces(id);
  if (view === null) return { count: 0, have: '', inWork: [], availability: [] };
  return {
    count: view.pieceCount,
    have: Buffer.from(view.have).toString('base64'),
    inWork: view.working.slice(0, CONTROL_LIMITS.inWork).map(({ piece }) => piece),
    availability: view.availability.map((copies) => Math.round(copies * 100) / 100),
  };
}

function logPane({ engine, now }: Host, id: TorrentId): Panes['log'] {
  const offset = now() - performance.now();
  return {
    entries: engine
      .log(id)
      .slice(-CONTROL_LIMITS.logEntries)
      .map((line) => logEntryOf(line, offset)),
  };
}
