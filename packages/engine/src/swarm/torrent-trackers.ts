/** The trackers of one torrent: told when it goes online and offline, and asked whether their farewells are done. */
import type { Endpoint } from '@jstorrent/protocol';
import { BLOCK_LENGTH } from '../ports.ts';
import type { TorrentHost } from '../torrent-parts.ts';
import type { AddressPolicy } from './addresses.ts';
import type { Progress } from './progress.ts';
import type { TorrentSwarm } from './torrent-swarm.ts';
import { TrackerManager, type Reannounced, type SwarmCounts, type TrackerOwner } from './tracker-manager.ts';
import type { TrackerView } from './tracker.ts';
import type { Turn } from './turn.ts';

/** What announces tell of, and whom. */
export interface TrackersParts {
  readonly id: string;
  readonly swarm: TorrentSwarm;
  readonly progress: Progress;
  /** Nothing is under way any more after `stop`. */
  readonly onQuiet: (turn: Turn) => void;
}

/** Announces while the torrent is online. */
export class TorrentTrackers implements TrackerOwner {
  readonly #id: string;
  readonly #manager: TrackerManager;
  readonly #swarm: TorrentSwarm;
  readonly #progress: Progress;
  readonly #host: TorrentHost;
  readonly #onQuiet: (turn: Turn) => void;
  #isRunning = false;
  #isQuiet = true;

  constructor(trackers: readonly (readonly string[])[], parts: TrackersParts, host: TorrentHost) {
    this.#id = parts.id;
    this.#swarm = parts.swarm;
    this.#progress = parts.progress;
    this.#host = host;
    this.#onQuiet = parts.onQuiet;
    this.#manager = new TrackerManager(trackers, this, host);
  }

  /** No announce is under way. */
  get isQuiet(): boolean {
    return this.#isQuiet;
  }

  /** Announce from now on; does nothing while it already does. */
  start(turn: Turn): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#isQuiet = false;
    this.#manager.start(turn);
  }

  /** Say farewell where we are known. */
  stop(turn: Turn): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#manager.stop(turn);
  }

  /** The download completed in this session. */
  onCompleted(turn: Turn): void {
    this.#manager.onCompleted(turn);
  }

  tick(turn: Turn): void {
    this.#manager.tick(turn);
  }

  /** Other trackers from now on. */
  replace(tiers: readonly (readonly string[])[], turn: Turn): void {
    this.#manager.replace(tiers, turn);
  }

  /** Announce now, as far as trackers allow; nobody is asked while the torrent is offline. */
  announceNow(turn: Turn): Reannounced {
    return this.#manager.announceNow(turn);
  }

  /** Seeds and leechers, as trackers tell them. */
  get counts(): SwarmCounts {
    return this.#manager.counts;
  }

  views(nowMs: number): TrackerView[] {
    return this.#manager.views(nowMs);
  }

  announceFacts(): ReturnType<TrackerOwner['announceFacts']> {
    const { infoHash, peerId, listenPort, content } = this.#swarm;
    // While the metadata is unknown something is left, which is all a tracker wants to know.
    const left = content?.pieces.bytesLeft ?? BLOCK_LENGTH;
    const { down, up } = this.#progress;
    return {
      infoHash,
      peerId,
      port: Math.max(1, listenPort),
      uploaded: up.total,
      downloaded: down.total,
      left,
    };
  }

  onTrackerPeers(peers: readonly Endpoint[], policy: AddressPolicy, turn: Turn): void {
    this.#swarm.addPeers(peers, 'tracker', policy, turn);
    this.#host.changed(this.#id);
  }

  onAnnounced(url: string, peers: number): void {
    this.#host.emit({ type: 'announced', torrent: this.#id, url, peers });
  }

  onAnnounceFailed(url: string, message: string): void {
    this.#host.emit({ type: 'announceFailed', torrent: this.#id, url, message });
  }

  onTrackersStopped(turn: Turn): void {
    this.#isQuiet = true;
    this.#onQuiet(turn);
  }
}
