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
  /** Torrents that may have another position in the queue since the last call, with it; others of them need not have changed. */
  takeMoved?(): Iterable<readonly [string, number]>;
  totals(): Totals;
}

interface Watcher {
  /** What it was told last; null = nothing yet. */
  revision: number | null;
  totals: string;
  dueMs: number;
  /** Parts of an update that have not been sent. */
  parts: ListEvent[];
  /** It is told the totals, no lines. */
  readonly totalsOnly: boolean;
}

/** Feeds the list. Costs nothing while nobody watches. */
export class ListFeed {
  readonly #source: ListSource;
  readonly #rows = new ListRows();
  readonly #watchers = new Map<ControlConnection, Watcher>();
  /** Connections that call us when they keep up; once each, whatever they subscribe to. */
  readonly #known = new WeakSet<ControlConnection>();
  #revision = 0;
  /** Whether lines are kept: somebody watches more than the totals. */
  #keepsRows = false;

  constructor(source: ListSource) {
    this.#source = source;
  }

  /** Whether anybody watches. */
  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  /** Begin, or begin anew: the whole list is sent at once, or with `totalsOnly` the totals, then and later. */
  subscribe(connection: ControlConnection, nowMs: number, totalsOnly = false): void {
    if (connection.isClosed) return;
    if (!this.#known.has(connection)) {
      this.#known.add(connection);
      connection.onWritable(() => this.#pump(connection));
      connection.onClosed(() => this.unsubscribe(connection));
    }
    const watcher: Watcher = { revision: null, totals: '', dueMs: nowMs, parts: [], totalsOnly };
    const isFirst = !this.isWatched;
    this.#watchers.set(connection, watcher);
    const begins = !totalsOnly && !this.#keepsRows;
    if (begins) this.#keepsRows = true;
    if (isFirst || begins) this.#absorbAll();
    else this.#absorb(this.#source.takeChanged());
    this.#forgetRows();
    this.#update(connection, watcher, nowMs, this.#source.totals());
  }

  unsubscribe(connection: ControlConnection): void {
    this.#watchers.delete(connection);
    this.#forgetRows();
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

  /** Lines are not kept for those who watch the totals. */
  #forgetRows(): void {
    if (!this.#keepsRows || [...this.#watchers.values()].some(({ totalsOnly }) => !totalsOnly)) return;
    this.#keepsRows = false;
    this.#rows.clear(this.#revision);
  }

  /** Also those that are gone, so that the source counts them no more. */
  #absorbAll(): void {
    this.#absorb(new Set([...this.#source.takeChanged(), ...this.#source.ids()]));
  }

  #absorb(ids: Iterable<string>): void {
    const revision = this.#revision + 1;
    let isChanged = false;
    for (const id of ids) {
      const row = this.#source.row(id);
      if (!this.#keepsRows) continue;
      if (row === null ? this.#rows.remove(id, revision) : this.#rows.set(row, revision)) isChanged = true;
    }
    // After lines that are new: a position alone is no line.
    for (const [id, position] of this.#source.takeMoved?.() ?? []) {
      if (this.#keepsRows && this.#rows.setPosition(id, position, revision)) isChanged = true;
    }
    if (isChanged) this.#revision = revision;
  }

  #update(connection: ControlConnection, watcher: Watcher, nowMs: number, totals: Totals): void {
    const text = JSON.stringify(totals);
    const revision = this.#revision;
    const isSame = watcher.totalsOnly || watcher.revision === revision;
    if (isSame && watcher.totals === text) return;
    watcher.parts = watcher.totalsOnly
      ? [{ ...NO_LINES, base: revision, revision, totals }]
      : partsOf(this.#rows.since(watcher.revision), { base: watcher.revision ?? 0, revision, totals });
    watcher.revision = revision;
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

/** An update of the totals alone. */
const NO_LINES = {
  event: 'list',
  reset: false,
  part: 0,
  parts: 1,
  added: [],
  changed: [],
  removed: [],
} as const;

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
