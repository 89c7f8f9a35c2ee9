/**
 * The list of torrents to every front end that subscribed: all of it once, then what changed, at most twice a second.
 * A front end that does not keep up gets its next update when it does, with everything since its last.
 */
import { CONTROL_LIMITS } from './limits.ts';
import { ListRows, type Changes } from './list-rows.ts';
import { PartFiller } from './packing.ts';
import type { ListEvent } from './schema/events.ts';
import type { TorrentRow, Totals } from './schema/rows.ts';
import type { ControlConnection } from './server.ts';

/** Where the list comes from. */
export interface ListSource {
  /** All torrents, in the order of the queue. */
  ids(): Iterable<string>;
  /** Null when the torrent is gone. */
  row(id: string): TorrentRow | null;
  /** Torrents that were added, changed or removed since the last call. */
  takeChanged(): Iterable<string>;
  totals(): Totals;
}

interface Watcher {
  /** What it was told last; null = nothing yet. */
  revision: number | null;
  totals: string;
  dueMs: number;
  /** Parts of an update that have not been sent. */
  parts: ListEvent[];
}

/** Feeds the list. Costs nothing while nobody watches. */
export class ListFeed {
  readonly #source: ListSource;
  readonly #rows = new ListRows();
  readonly #watchers = new Map<ControlConnection, Watcher>();
  /** Connections that call us when they keep up; once each, whatever they subscribe to. */
  readonly #known = new WeakSet<ControlConnection>();
  #revision = 0;

  constructor(source: ListSource) {
    this.#source = source;
  }

  /** Whether anybody watches. */
  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  /** Begin, or begin anew: the whole list is sent at once. */
  subscribe(connection: ControlConnection, nowMs: number): void {
    if (connection.isClosed) return;
    if (!this.#known.has(connection)) {
      this.#known.add(connection);
      connection.onWritable(() => this.#pump(connection));
      connection.onClosed(() => this.unsubscribe(connection));
    }
    if (this.isWatched) this.#absorb(this.#source.takeChanged());
    else this.#absorbAll();
    const watcher: Watcher = { revision: null, totals: '', dueMs: nowMs, parts: [] };
    this.#watchers.set(connection, watcher);
    this.#update(connection, watcher, nowMs, this.#source.totals());
  }

  unsubscribe(connection: ControlConnection): void {
    this.#watchers.delete(connection);
    if (!this.isWatched) this.#rows.clear(this.#revision);
  }

  /** To be called a few times a second; sends what is due. */
  tick(nowMs: number): void {
    if (!this.isWatched) return;
    const due = [...this.#watchers].filter(
      ([connection, { dueMs, parts }]) => dueMs <= nowMs && parts.length === 0 && connection.isWritable,
    );
    if (due.length === 0) return;
    this.#absorb(this.#source.takeChanged());
    const totals = this.#source.totals();
    for (const [connection, watcher] of due) this.#update(connection, watcher, nowMs, totals);
  }

  #absorbAll(): void {
    // What changed until now is in the lines themselves.
    for (const id of this.#source.takeChanged()) void id;
    this.#absorb(this.#source.ids());
  }

  #absorb(ids: Iterable<string>): void {
    const revision = this.#revision + 1;
    let isChanged = false;
    for (const id of ids) {
      const row = this.#source.row(id);
      if (row === null ? this.#rows.remove(id, revision) : this.#rows.set(row, revision)) isChanged = true;
    }
    if (isChanged) this.#revision = revision;
  }

  #update(connection: ControlConnection, watcher: Watcher, nowMs: number, totals: Totals): void {
    const text = JSON.stringify(totals);
    if (watcher.revision === this.#revision && watcher.totals === text) return;
    const changes = this.#rows.since(watcher.revision);
    watcher.parts = partsOf(changes, { base: watcher.revision ?? 0, revision: this.#revision, totals });
    watcher.revision = this.#revision;
    watcher.totals = text;
    watcher.dueMs = nowMs + CONTROL_LIMITS.updateMs;
    this.#pump(connection);
  }

  #pump(connection: ControlConnection): void {
    const watcher = this.#watchers.get(connection);
    while (watcher !== undefined && watcher.parts.length > 0 && connection.isWritable) {
      const part = watcher.parts.shift();
      if (part !== undefined) connection.emit(part);
    }
  }
}

interface Part {
  readonly removed: string[];
  readonly added: TorrentRow[];
  readonly changed: Changes['changed'][number][];
}

function partsOf(changes: Changes, head: Pick<ListEvent, 'base' | 'revision' | 'totals'>): ListEvent[] {
  const filler = new PartFiller();
  const parts: Part[] = [];
  const begin = (): Part => {
    const part: Part = { removed: [], added: [], changed: [] };
    parts.push(part);
    return part;
  };
  let part = begin();
  const fill = <T>(rows: readonly T[], listOf: (part: Part) => T[]): void => {
    for (const row of rows) {
      if (filler.beginsPart(row)) part = begin();
      listOf(part).push(row);
    }
  };
  fill(changes.removed, ({ removed }) => removed);
  fill(changes.added, ({ added }) => added);
  fill(changes.changed, ({ changed }) => changed);
  const { reset } = changes;
  return parts.map((rows, index) => ({
    event: 'list',
    reset,
    ...head,
    part: index,
    parts: parts.length,
    ...rows,
  }));
}
