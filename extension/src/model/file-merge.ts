/**
 * The files of one torrent as they come: all in parts, then what changed. Decides when they are whole, and when an update
 * was missed so that they have to be asked for again.
 */
import { filesOfRun, type FileRow, type Panes } from '@jstorrent/control';

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
  /** Places of files by their index; null where these are the same. */
  #places: ReadonlyMap<number, number> | null = null;

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
      this.#coming = update.reset ? [] : (this.#rows ?? []).slice();
      this.#revision = update.revision;
      this.#nextPart = 0;
      this.#total = update.total;
    }
    const coming = this.#coming;
    if (coming === null || update.revision !== this.#revision || update.part !== this.#nextPart)
      return 'missed';
    this.#nextPart += 1;
    for (const run of update.runs) for (const file of filesOfRun(run)) coming.push(file);
    for (const { index, ...patch } of update.files) {
      const place = this.#placeOf(index);
      const before = place === undefined ? undefined : coming[place];
      if (place === undefined || before?.index !== index) return 'missed';
      const { path = before.path, ...rest } = patch as Partial<FileRow>;
      // A name that was assumed comes back as what it is.
      coming[place] = { ...before, ...rest, path: isSamePath(before.path, path) ? before.path : path };
    }
    if (this.#nextPart < update.parts) return 'more';
    this.#rows = update.reset ? sameWhereEqual(this.#rows, coming) : coming;
    this.#coming = null;
    if (update.reset) this.#places = placesOf(coming);
    return 'changed';
  }

  #placeOf(index: number): number | undefined {
    return this.#places === null ? index : this.#places.get(index);
  }

  /** Show files otherwise until the service's figures come. */
  assume(change: (rows: readonly FileRow[]) => readonly FileRow[]): void {
    if (this.#rows !== null) this.#rows = change(this.#rows);
  }
}

/** Rows, and paths where these are equal, are the objects of before: what was made of them stays right. */
function sameWhereEqual(before: readonly FileRow[] | null, rows: FileRow[]): readonly FileRow[] {
  if (before?.length !== rows.length) return rows;
  return rows.map((row, place) => {
    const old = before[place];
    if (old?.index !== row.index || !isSamePath(old.path, row.path)) return row;
    const isSame = old.have === row.have && old.priority === row.priority && old.length === row.length;
    return isSame ? old : { ...row, path: old.path };
  });
}

function isSamePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((part, depth) => part === b[depth]);
}

/** Padding is not among the files of a torrent, but counted. */
function placesOf(rows: readonly FileRow[]): ReadonlyMap<number, number> | null {
  const isDense = rows.length === 0 || rows.at(-1)?.index === rows.length - 1;
  return isDense ? null : new Map(rows.map(({ index }, place) => [index, place]));
}
