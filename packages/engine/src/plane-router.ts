/** Whose an event of the plane is. What it means is decided by whom it goes to. */
import type { PlaneEvent, StoreId } from './ports.ts';
import type { Creation } from './swarm/creation.ts';
import type { Listeners } from './swarm/listeners.ts';
import type { Turn } from './swarm/turn.ts';
import type { TorrentTable } from './torrent-table.ts';

export class PlaneRouter {
  /** Torrents being made, by the store that hashes their files. */
  readonly creations = new Map<StoreId, Creation>();
  readonly #table: TorrentTable;
  readonly #listeners: Listeners;

  constructor(table: TorrentTable, listeners: Listeners) {
    this.#table = table;
    this.#listeners = listeners;
  }

  route(event: PlaneEvent, turn: Turn): void {
    const { connections, asks, udp, settings } = this.#table;
    if ('link' in event) return connections.onEvent(event, settings, turn);
    if ('store' in event && event.type !== 'synced' && event.type !== 'storeDone') {
      if (event.type === 'storeFailed' && event.request !== 0) return asks.onAnswer(event, turn);
      return this.#routeStore(event, turn);
    }
    if ('request' in event) return asks.onAnswer(event, turn);
    if ('socket' in event) return udp.onEvent(event, turn);
    if (event.type === 'listening' || event.type === 'listenFailed') {
      const outcome = this.#listeners.onEvent(event, turn);
      if (outcome !== null) this.#table.emit(outcome);
    }
  }

  #routeStore(event: Extract<PlaneEvent, { readonly store: StoreId }>, turn: Turn): void {
    const creation = this.creations.get(event.store);
    if (creation !== undefined) {
      if (creation.onEvent(event, turn)) this.creations.delete(event.store);
      return;
    }
    this.#table.ofStore(event.store)?.onStoreEvent(event, turn);
  }

  /** The plane is gone, and every store with it. */
  onPlaneLost(): void {
    for (const creation of this.creations.values()) creation.onLost();
    this.creations.clear();
  }
}
