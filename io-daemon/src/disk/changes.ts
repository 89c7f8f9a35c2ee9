/**
 * What a store changed on disk since its last sync, and how long its files are at least. Decides nothing; it keeps the
 * bill.
 */
import type { Span, WriteSpan } from './jobs.ts';

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
  /** By path: bytes that the file has unless somebody else shortened it. */
  readonly #least = new Map<string, number>();

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
    for (const { path, at, length } of spans) {
      if (path === null) continue;
      this.#paths.add(path);
      this.noteSize(path, at + length);
    }
  }

  /** A file has so many bytes. */
  noteSize(path: string, bytes: number): void {
    this.#least.set(path, Math.max(this.leastOf(path), bytes));
  }

  /** Bytes that a file has at least. */
  leastOf(path: string): number {
    return this.#least.get(path) ?? 0;
  }

  /** The spans with what their files must have. */
  withLeast(spans: readonly Span[]): WriteSpan[] {
    return spans.map((span) => ({ ...span, least: span.path === null ? 0 : this.leastOf(span.path) }));
  }

  /** A file is no more, or is durable already. */
  forget(path: string): void {
    this.#paths.delete(path);
    this.#least.delete(path);
  }

  /** A file got another path; its folders are durable already. */
  rename(from: string, to: string): void {
    if (this.#paths.delete(from)) this.#paths.add(to);
    this.#least.set(to, this.leastOf(from));
    this.#least.delete(from);
  }

  /** Nothing is unsynced, and of no file is anything known. */
  clear(): void {
    this.#paths.clear();
    this.#folders.clear();
    this.#least.clear();
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
