/**
 * Writes what waits. Decides how often, and that a disk which takes no writes is told once; what waits is written when it
 * does.
 */
import { StoreError } from '../store/session-store.ts';
import type { Host } from './host.ts';
import type { KnownPeers } from './known-peers.ts';
import type { Statistics } from './statistics.ts';

/** Sums of statistics are kept this often. */
const KEEP_MS = 5000;

/** Writes progress and sums. */
export class Saver {
  readonly #host: Host;
  readonly #statistics: Statistics;
  readonly #peers: KnownPeers;
  #keptMs = performance.now();
  #isFailing = false;

  constructor(host: Host, statistics: Statistics, peers: KnownPeers) {
    this.#host = host;
    this.#peers = peers;
    this.#statistics = statistics;
  }

  /** To be called a few times a second. */
  tick(nowMs: number): void {
    this.#try(() => {
      this.#host.catalog.flush();
      if (nowMs - this.#keptMs < KEEP_MS) return;
      this.#keptMs = nowMs;
      this.#statistics.keep();
      this.#peers.tick(nowMs);
    });
  }

  /** Write whom downloads know, before they stop. */
  savePeers(): void {
    this.#try(() => this.#peers.keep());
  }

  /** Write everything. */
  saveAll(): void {
    this.#try(() => {
      this.#host.catalog.flush();
      this.#statistics.keep();
    });
  }

  /** Whether an error is one of the store, which may pass. */
  isStoreError(error: unknown): error is StoreError {
    return error instanceof StoreError;
  }

  #try(write: () => void): void {
    try {
      write();
      this.#isFailing = false;
    } catch (error) {
      if (!this.isStoreError(error)) throw error;
      if (!this.#isFailing)
        this.#host.log.say('problem', error.code, `progress cannot be saved: ${error.message}`);
      this.#isFailing = true;
    }
  }
}
