/**
 * What a store changed on disk since its last sync. Decides nothing; it keeps the bill.
 */
import type { Span } from './jobs.ts';

/** Files and folders to be synced. */
export interface Unsynced {
  readonly paths: Set<string>;
  /** Absolute. */
  readonly folders: ReadonlySet<string>;
}

/** The open bill of one store. */
export class Changes {
  #paths = new Set<string>();
  #folders = new Set<string>();
  #hasWritten = false;

  /** Something was written since the store was opened. */
  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  /** A job changed folders. */
  readonly noteFolders = (folders: readonly string[]): void => {
    for (const folder of folders) this.#folders.add(folder);
  };

  /** Bytes were written to these spans. */
  noteWritten(spans: readonly Span[]): void {
    this.#hasWritten = true;
    for (const { path } of spans) if (path !== null) this.#paths.add(path);
  }

  /** A file is no more, or is durable already. */
  forget(path: string): void {
    this.#paths.delete(path);
  }

  /** A file got another path; its folders are durable already. */
  rename(from: string, to: string): void {
    if (this.#paths.delete(from)) this.#paths.add(to);
  }

  /** All files are in another root now, whose folders are durable already. */
  moved(): void {
    this.#folders.clear();
  }

  /** Hand out everything unsynced and start anew. */
  take(): Unsynced {
    const unsynced = { paths: this.#paths, folders: this.#folders };
    this.#paths = new Set();
    this.#folders = new Set();
    return unsynced;
  }

  /** Put back what could not be synced. */
  putBack(unsynced: Unsynced): void {
    for (const path of unsynced.paths) this.#paths.add(path);
    for (const folder of unsynced.folders) this.#folders.add(folder);
  }
}
