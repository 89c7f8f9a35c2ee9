/** Numbers for the senders of blocks, so that a lie can be traced to its address long after it was told. */
import { LIMITS } from '../limits.ts';
import { UNKNOWN_SOURCE, type SourceId } from '../rules/blame.ts';
import type { Address } from './addresses.ts';

/** Addresses by number and numbers by address, bounded; numbers are never used again. */
export class Sources {
  readonly #byId = new Map<SourceId, Address>();
  readonly #ids = new Map<Address, SourceId>();
  #last: SourceId = UNKNOWN_SOURCE;

  get size(): number {
    return this.#byId.size;
  }

  /** The number of an address, a new one when it has none. */
  idOf(address: Address): SourceId {
    const known = this.#ids.get(address);
    if (known !== undefined) return known;
    if (this.#byId.size >= LIMITS.blockSources) this.#forgetOldest();
    this.#last += 1;
    this.#ids.set(address, this.#last);
    this.#byId.set(this.#last, address);
    return this.#last;
  }

  /** The address of a number, or null when it is forgotten. */
  addressOf(source: SourceId): Address | null {
    return this.#byId.get(source) ?? null;
  }

  /** It sent nothing that could be a lie. */
  forget(address: Address): void {
    const id = this.#ids.get(address);
    if (id === undefined) return;
    this.#ids.delete(address);
    this.#byId.delete(id);
  }

  #forgetOldest(): void {
    for (const address of this.#ids.keys()) {
      if (address.state === 'connected') continue;
      this.forget(address);
      return;
    }
  }
}
