/** The trackers of one torrent: told when it goes online and offline, and asked whether their farewells are done. */
import type { Endpoint } from '@jstorrent/protocol';
import { BLOCK_LENGTH } from '../ports.ts';
import type { TorrentHost, TorrentSource } from '../torrent-parts.ts';
import type { AddressPolicy } from './addresses.ts';
import type { Progress } from './progress.ts';
import type { TorrentSwarm } from './torrent-swarm.ts';
import { TrackerManager, type TrackerOwner, type TrackerView } from './tracker-manager.ts';
import type { Turn } from './turn.ts';

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

  /** `onQuiet`: nothing is under way any more after `stop`. */
  constructor(
    source: TorrentSource,
    swarm: TorrentSwarm,
    progress: Progress,
    host: TorrentHost,
    onQuiet: (turn: Turn) => void,
  ) {
    this.#id = source.id;
    this.#swarm = swarm;
    this.#progress = progress;
    this.#host = host;
    this.#onQuiet = onQuiet;
    this.#manager = new TrackerManager(source.trackers, this, host);
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
