/** Whether a daemon is there. Decides how long a question waits for one: it starts with the service, and again when it died. */
import { setTimeout as wait } from 'node:timers/promises';
import { ControlError } from '@jstorrent/control';

/** A daemon that died is started again at once, and after a second when it dies again. */
const PATIENCE_MS = 10_000;

/** Holds questions back until somebody can answer. */
export class DaemonGate {
  #ready = Promise.withResolvers<void>();
  #isOpen = false;

  /** Whether it is there. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The daemon is there. */
  open(): void {
    this.#isOpen = true;
    this.#ready.resolve();
  }

  /** It is gone. */
  shut(): void {
    if (this.#isOpen) this.#ready = Promise.withResolvers();
    this.#isOpen = false;
  }

  /** Resolved when a daemon is there. Rejects with ControlError BUSY when none comes. */
  async passed(): Promise<void> {
    if (this.#isOpen) return;
    const patience = new AbortController();
    const late = wait(PATIENCE_MS, 'late', { ref: false, signal: patience.signal }).catch(() => 'early');
    const outcome = await Promise.race([this.#ready.promise, late]);
    patience.abort();
    if (outcome === 'late')
      throw new ControlError('BUSY', { what: 'Starting the part that works with the disk' });
  }
}
