/**
 * The way of one link through its limits: first that of its store, then that of all links together. What the first
 * gave is kept while the second makes it wait, so nobody pays twice and nobody starves between the two.
 */
import type { Bucket, Paced } from './bucket.ts';

/** One direction of one link. */
export class Permit implements Paced {
  readonly #all: Bucket;
  readonly #onGrant: () => void;
  #own: Bucket | null = null;
  #paidOwn = false;

  /** `onGrant` is called when `take` may succeed after it said no. */
  constructor(all: Bucket, onGrant: () => void) {
    this.#all = all;
    this.#onGrant = onGrant;
  }

  /** Bytes to take at most in one go: the smallest burst of the limits, Infinity without any. */
  get burst(): number {
    const all = this.#all.limited ? this.#all.burst : Infinity;
    return this.#own?.limited === true ? Math.min(all, this.#own.burst) : all;
  }

  /** The limit of the store the link now feeds. */
  attach(own: Bucket): void {
    this.#own = own;
  }

  /** Whether `bytes` may flow now; if not, `onGrant` follows. */
  take(bytes: number): boolean {
    if (!this.#paidOwn && this.#own !== null && !this.#own.take(this, bytes)) return false;
    this.#paidOwn = true;
    if (!this.#all.take(this, bytes)) return false;
    this.#paidOwn = false;
    return true;
  }

  grant(): void {
    this.#onGrant();
  }

  /** Wait for nothing any more. */
  leave(): void {
    this.#own?.leave(this);
    this.#all.leave(this);
  }
}
