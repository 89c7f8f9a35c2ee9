/**
 * What a store changed on disk since its last sync. Decides when a file is no longer the one that was written.
 */
import type { Span, Touched } from './jobs.ts';

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
  /** Which object each path was when it was first opened for writing. */
  readonly #identities = new Map<string, string>();
  /** Paths that were another object when opened again: what was written before is gone. */
  readonly #exchanged = new Set<string>();
  #hasWritten = false;

  /** Something was written since the store was opened. */
  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  /** A job opened files for writing or changed folders. */
  readonly noteTouched = ({ files, folders }: Touched): void => {
    for (const folder of folders) this.#folders.add(folder);
    for (const { path, dev, ino } of files) {
      if (!this.isSame(path, dev, ino)) this.#exchanged.add(path);
      this.#identities.set(path, identity(dev, ino));
    }
  };

  /** Bytes were written to these spans. */
  noteWritten(spans: readonly Span[]): void {
    this.#hasWritten = true;
    for (const { path } of spans) if (path !== null) this.#paths.add(path);
  }

  /** Whether the object now at `path` is the one that was written, as far as is known. */
  isSame(path: string, dev: number, ino: number): boolean {
    const known = this.#identities.get(path);
    return known === undefined || known === identity(dev, ino);
  }

  /** Whether the file at `path` was exchanged after something was written to it; asking settles it. */
  takeExchanged(path: string): boolean {
    return this.#exchanged.delete(path);
  }

  /** Forget what was known of a path: whatever is there now is taken as it is. */
  forget(path: string): void {
    this.#identities.delete(path);
    this.#paths.delete(path);
  }

  /** A file got another path. */
  rename(from: string, to: string): void {
    const known = this.#identities.get(from);
    if (known !== undefined) this.#identities.set(to, known);
    if (this.#paths.has(from)) this.#paths.add(to);
    this.forget(from);
  }

  /** All files are in another root now, durable and perhaps copies. */
  moved(): void {
    this.#identities.clear();
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

function identity(dev: number, ino: number): string {
  return `${dev}:${ino}`;
}
