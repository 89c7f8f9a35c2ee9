/**
 * Which stores are open, read off the commands and events that pass by. Decides only that: the daemon closes these
 * before it leaves.
 */
import type { PlaneCommand, PlaneEvent, StoreId } from '@jstorrent/engine/ports';

/** Follows every store from its `openStore` to the event that says it is gone. */
export class OpenStores {
  /** `ending`: somebody asked to close or delete it and the answer has not come. */
  readonly #stores = new Map<StoreId, 'open' | 'ending'>();
  /** Store by request of a deletion that runs. */
  readonly #deletions = new Map<number, StoreId>();

  /** Whether no store is left, neither open nor ending. */
  get none(): boolean {
    return this.#stores.size === 0;
  }

  /** One `closeStore` for every store that nobody asked to end. */
  closing(): readonly PlaneCommand[] {
    const open = [...this.#stores].filter(([, state]) => state === 'open');
    return open.map(([store]) => ({ type: 'closeStore', store }));
  }

  /** Commands on their way to the plane. */
  onCommands(commands: readonly PlaneCommand[]): void {
    for (const command of commands) {
      if (command.type === 'openStore') this.#stores.set(command.store, 'open');
      else if (command.type === 'closeStore') this.#end(command.store);
      else if (command.type === 'deleteStore') {
        this.#end(command.store);
        this.#deletions.set(command.request, command.store);
      }
    }
  }

  /** Events on their way to the host. */
  onEvents(events: readonly PlaneEvent[]): void {
    for (const event of events) {
      if (event.type === 'storeClosed') this.#stores.delete(event.store);
      else if (event.type === 'storeDone') this.#onAnswer(event.request, true);
      else if (event.type === 'storeFailed' && event.request !== 0) this.#onAnswer(event.request, false);
      else if (event.type === 'storeFailed') this.#stores.delete(event.store);
    }
  }

  #end(store: StoreId): void {
    if (this.#stores.has(store)) this.#stores.set(store, 'ending');
  }

  #onAnswer(request: number, done: boolean): void {
    const store = this.#deletions.get(request);
    if (store === undefined) return;
    this.#deletions.delete(request);
    if (done) this.#stores.delete(store);
    else this.#stores.set(store, 'open');
  }
}
