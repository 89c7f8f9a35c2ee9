/** The table of links to web seeds: carries out the commands about them. Decides which commands are its own. */
import type { LinkCommand, LinkId } from '@jstorrent/engine/ports';
import { FIRST_ACCEPTED_LINK } from '@jstorrent/engine/ports';
import { assert } from '../assert.ts';
import type { EventBatch } from '../events.ts';
import { LinkEvents } from '../events.ts';
import type { Limits } from '../limits.ts';
import type { Pacing } from '../pacing/pacing.ts';
import type { CopyBytes, Network } from '../ports.ts';
import type { Stores } from '../store/stores.ts';
import { WebLink } from './web-link.ts';

/** What a link to a web seed is told. */
export type WebCommand = Extract<LinkCommand, { type: 'webOpen' | 'webRequest' | 'cancel' | 'close' }>;

/** What the table is built from. */
export interface WebLinksParts {
  readonly network: Network;
  readonly events: EventBatch;
  readonly limits: Limits;
  readonly pacing: Pacing;
  readonly copy: CopyBytes;
  readonly arena: Uint8Array;
  readonly stores: Stores;
}

/** All links to web seeds. */
export class WebLinks {
  readonly #parts: WebLinksParts;
  readonly #links = new Map<LinkId, WebLink>();
  #isHeld = false;

  constructor(parts: WebLinksParts) {
    this.#parts = parts;
  }

  /** Blocks that are on their way into stores. */
  get placing(): number {
    let count = 0;
    for (const link of this.#links.values()) if (link.isPlacing) count++;
    return count;
  }

  /** Links that feed a store: all of them. */
  get attached(): number {
    return this.#links.size;
  }

  /** Whether a command is about a link to a web seed. */
  owns(command: LinkCommand): command is WebCommand {
    if (command.type === 'webOpen' || command.type === 'webRequest') return true;
    if (this.#links.size === 0 || (command.type !== 'cancel' && command.type !== 'close')) return false;
    return this.#links.has(command.link);
  }

  /** Carry out one command; one for a link that is gone crossed its end. */
  submit(command: WebCommand): void {
    if (command.type === 'webOpen') {
      this.#open(command);
      return;
    }
    const link = this.#links.get(command.link);
    if (command.type === 'webRequest')
      link?.request(command.piece, command.block, command.count, command.parts);
    else if (command.type === 'cancel') link?.cancel(command.piece, command.block, command.count);
    else this.#close(command.link);
  }

  /** Stop (or go on) reading all links, because the host does not keep up. */
  hold(held: boolean): void {
    if (this.#isHeld === held) return;
    this.#isHeld = held;
    for (const link of this.#links.values()) link.holdForHost(held);
  }

  /** Throws when a link contradicts itself. */
  checkInvariants(): void {
    for (const link of this.#links.values()) link.checkInvariants();
  }

  #open({ link: id, store: storeId, ...how }: Extract<WebCommand, { type: 'webOpen' }>): void {
    const { stores, ...parts } = this.#parts;
    assert(id >= 0 && id < FIRST_ACCEPTED_LINK && !this.#links.has(id), `link ${id} is in use`);
    const store = stores.get(storeId);
    if (store === null) {
      const events = new LinkEvents(parts.events, id, parts.limits.maxMergedRequests);
      const code = 'STORE_CLOSED';
      events.push({ type: 'webClosed', link: id, code, status: 0, retryMs: 0, detail: '' });
      return;
    }
    const { userAgent, mayBeLocal } = how;
    const onGone = (): void => {
      this.#links.delete(id);
    };
    const link = new WebLink({ ...parts, id, store, userAgent, mayBeLocal, onGone });
    this.#links.set(id, link);
    if (this.#isHeld) link.holdForHost(true);
  }

  #close(id: LinkId): void {
    this.#links.get(id)?.close();
  }
}
