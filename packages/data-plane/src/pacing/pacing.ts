/** The buckets of all limits: one pair for all links together, one pair per store. */
import type { StoreId } from '@jstorrent/engine/ports';
import { assert } from '../assert.ts';
import type { Scheduler } from '../ports.ts';
import { Bucket } from './bucket.ts';

/** Both directions of one limit. */
export interface BucketPair {
  readonly down: Bucket;
  readonly up: Bucket;
}

/** Finds and sets limits. */
export class Pacing {
  /** The limit of all links together. */
  readonly all: BucketPair;
  readonly #scheduler: Scheduler;
  readonly #stores = new Map<StoreId, BucketPair>();

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
    this.all = { down: new Bucket(scheduler), up: new Bucket(scheduler) };
  }

  /** The limit of one store; made when first asked for. */
  of(store: StoreId): BucketPair {
    const known = this.#stores.get(store);
    if (known !== undefined) return known;
    const pair = { down: new Bucket(this.#scheduler), up: new Bucket(this.#scheduler) };
    this.#stores.set(store, pair);
    return pair;
  }

  /** Forget the limit of a store that is gone. */
  drop(store: StoreId): void {
    this.#stores.delete(store);
  }

  /** Set rates in bytes per second, 0 = none; store 0 = all links together. */
  limit(store: StoreId, down: number, up: number): void {
    assert(Number.isFinite(down) && down >= 0 && Number.isFinite(up) && up >= 0, 'rates must be 0 or more');
    const pair = store === 0 ? this.all : this.of(store);
    pair.down.setRate(down);
    pair.up.setRate(up);
  }
}
