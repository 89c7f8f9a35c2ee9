/**
 * The lines of the list with the revision in which each member changed last, so that every front end can be told just
 * what is new since its own. When it is told is decided by list-feed.ts.
 */
import { CONTROL_LIMITS } from './limits.ts';
import type { TorrentRow, TorrentRowPatch } from './schema/rows.ts';

interface Line {
  row: TorrentRow;
  /** Revision in which it appeared. */
  readonly born: number;
  /** Revision of the last change of any member, and of each that ever changed; null = none yet, as in most lines. */
  changed: number;
  members: Map<keyof TorrentRow, number> | null;
}

/** What is new since a revision. */
export interface Changes {
  /** Everything follows, because the gap is too large. */
  readonly reset: boolean;
  readonly added: readonly TorrentRow[];
  readonly changed: readonly TorrentRowPatch[];
  readonly removed: readonly string[];
}

/** All lines and what changed when. */
export class ListRows {
  readonly #lines = new Map<string, Line>();
  /** Removed torrents by the revision of their removal, oldest first. */
  readonly #tombstones = new Map<string, number>();
  /** Removals up to this revision are forgotten. */
  #forgotten = 0;

  get size(): number {
    return this.#lines.size;
  }

  /** Take a line as it is now. Says whether anything changed. */
  set(row: TorrentRow, revision: number): boolean {
    const line = this.#lines.get(row.id);
    if (line === undefined) {
      this.#tombstones.delete(row.id);
      this.#lines.set(row.id, { row, born: revision, changed: revision, members: null });
      return true;
    }
    const before = line.row;
    let isChanged = false;
    for (const key of Object.keys(row) as (keyof TorrentRow)[]) {
      if (isSame(before[key], row[key])) continue;
      line.members ??= new Map();
      line.members.set(key, revision);
      isChanged = true;
    }
    if (isChanged) {
      line.row = row;
      line.changed = revision;
    }
    return isChanged;
  }

  /** Take another position in the queue, with nothing else changed. Says whether it is another one. */
  setPosition(id: string, queuePosition: number, revision: number): boolean {
    const line = this.#lines.get(id);
    if (line === undefined || line.row.queuePosition === queuePosition) return false;
    line.row = { ...line.row, queuePosition };
    line.changed = revision;
    line.members ??= new Map();
    line.members.set('queuePosition', revision);
    return true;
  }

  /** The torrent is gone. Says whether it was there. */
  remove(id: string, revision: number): boolean {
    if (!this.#lines.delete(id)) return false;
    this.#tombstones.set(id, revision);
    if (this.#tombstones.size > CONTROL_LIMITS.tombstones) {
      const first = this.#tombstones.entries().next().value;
      if (first !== undefined) {
        this.#tombstones.delete(first[0]);
        this.#forgotten = first[1];
      }
    }
    return true;
  }

  /** Forget everything, as long as nobody watches; every later revision is newer than what was told. */
  clear(revision: number): void {
    this.#lines.clear();
    this.#tombstones.clear();
    this.#forgotten = revision;
  }

  /** What is new since a revision; null = everything. */
  since(revision: number | null): Changes {
    const known = revision === null || revision < this.#forgotten ? -1 : revision;
    const added: TorrentRow[] = [];
    const changed: TorrentRowPatch[] = [];
    for (const line of this.#lines.values()) {
      if (line.changed <= known) continue;
      if (line.born > known) added.push(line.row);
      else changed.push(patchOf(line, known));
    }
    if (known === -1) return { reset: true, added, changed, removed: [] };
    const removed: string[] = [];
    for (const [id, at] of this.#tombstones) if (at > known) removed.push(id);
    return { reset: false, added, changed, removed };
  }
}

function patchOf({ row, members }: Line, known: number): TorrentRowPatch {
  const patch: Record<string, unknown> = { id: row.id };
  for (const [key, revision] of members ?? []) if (revision > known) patch[key] = row[key];
  return patch as TorrentRowPatch;
}

function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  return JSON.stringify(a) === JSON.stringify(b);
}
