/**
 * Peers that were worth knowing, over restarts: a download goes on with them before a tracker has answered. Decides which are kept
 * and when; private torrents know only whom their trackers name now.
 */
import type { EngineEvent, TorrentId } from '@jstorrent/engine';
import type { Host } from './host.ts';

/** Who is connected to a download is kept this often. */
const KEEP_MS = 15_000;

/** Kept peers of downloads. */
export class KnownPeers {
  readonly #host: Host;
  /** Downloads at work. */
  readonly #active = new Set<TorrentId>();
  /** Those that were told whom they knew. */
  readonly #told = new Set<TorrentId>();
  #keptMs = Number.NEGATIVE_INFINITY;

  constructor(host: Host) {
    this.#host = host;
  }

  /** A torrent is at work, or is not any more. */
  onState({ torrent, state }: Extract<EngineEvent, { type: 'stateChanged' }>): void {
    const isActive = ['metadata', 'downloading', 'endgame'].includes(state.kind);
    const record = this.#host.catalog.find(torrent);
    if (!isActive || record === null || record.private) {
      this.#active.delete(torrent);
      return;
    }
    this.#active.add(torrent);
    if (this.#told.has(torrent)) return;
    this.#told.add(torrent);
    const peers = this.#host.store.peers(torrent);
    if (peers.length > 0) this.#host.engine.addPeers(torrent, peers, 'saved');
  }

  /** To be called often. Throws StoreError. */
  tick(nowMs: number): void {
    if (nowMs - this.#keptMs < KEEP_MS) return;
    this.#keptMs = nowMs;
    this.keep();
  }

  /** Keep whom downloads are connected to now. Throws StoreError. */
  keep(): void {
    if (this.#active.size === 0) return;
    const { catalog, engine, store } = this.#host;
    store.batch(
      () => {
        for (const id of this.#active) {
          if (!catalog.has(id)) continue;
          // Of who connected to us we do not know where to connect to.
          const peers = engine
            .peers(id)
            .filter(({ incoming, downloaded, source }) => {
              return !incoming && downloaded > 0 && source !== 'webSeed';
            })
            .toSorted((a, b) => b.lifetimeRate - a.lifetimeRate);
          if (peers.length > 0) store.savePeers(id, peers);
        }
      },
      { isDurable: false },
    );
  }
}
