/**
 * The files of one torrent as they come: all in parts, then what changed. Decides when they are whole, and when an update
 * was missed so that they have to be asked for again.
 */
import type { FileRow, Panes } from '@jstorrent/control';

/** What an update did: rows are new, more parts follow, or something was missed. */
export type MergeOutcome = 'changed' | 'more' | 'missed';

/** The files of one torrent. */
export class FileMerge {
  #rows: readonly FileRow[] | null = null;
  #revision = -1;
  /** Rows that parts of an update are put into until the last has come. */
  #coming: FileRow[] | null = null;
  #nextPart = 0;
  #total = 0;

  /** Null before all have come; new after every update, with the same rows where nothing changed. */
  get rows(): readonly FileRow[] | null {
    return this.#rows;
  }

  /** Which part of the first listing has come, 0 to 1. */
  get loaded(): number {
    if (this.#rows !== null) return 1;
    return this.#total === 0 ? 0 : (this.#coming?.length ?? 0) / this.#total;
  }

  apply(update: Panes['files']): MergeOutcome {
    if (update.part === 0) {
      if (!update.reset && (this.#rows === null || update.revision !== this.#revision + 1)) return 'missed';
      this.#coming = update.reset ? [] : [...(this.#rows ?? [])];
      this.#revision = update.revision;
      this.#nextPart = 0;
      this.#total = update.total;
    }
    const coming = this.#coming;
    if (coming === null || update.revision !== this.#revision || update.part !== this.#nextPart)
      return 'missed';
    this.#nextPart += 1;
    for (const patch of update.files) {
      const before = coming[patch.index];
      const row = before === undefined ? patch : { ...before, ...patch };
      if (!isWhole(row)) return 'missed';
      coming[patch.index] = row;
    }
    if (this.#nextPart < update.parts) return 'more';
    this.#rows = coming;
    this.#coming = null;
    return 'changed';
  }

  /** Show files otherwise until the service's figures come. */
  assume(change: (rows: readonly FileRow[]) => readonly FileRow[]): void {
    if (this.#rows !== null) this.#rows = change(this.#rows);
  }
}

function isWhole(row: Panes['files']['files'][number]): row is FileRow {
  return (
    row.path !== undefined && row.length !== undefined && row.have !== undefined && row.priority !== undefined
  );
}
