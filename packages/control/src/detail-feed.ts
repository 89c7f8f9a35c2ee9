/**
 * The details of single torrents, and the rates of all together, to those who look at them: each pane when it changed,
 * at most twice a second, whole but for files. What stands in a pane is decided by its source.
 */
import { ControlError } from './control-error.ts';
import { FilesWatch } from './files-watch.ts';
import { fitPane } from './fit-pane.ts';
import { CONTROL_LIMITS } from './limits.ts';
import type { FileRow, PaneName, Panes, Period, RateHistory } from './schema/details.ts';
import type { ControlEvent, DetailEvent } from './schema/events.ts';
import type { ControlConnection } from './server.ts';

/** Where details come from. */
export interface DetailSource {
  /** Null when the torrent is gone. Of `period` only rates make use. */
  pane<N extends Exclude<PaneName, 'files'>>(id: string, name: N, period: Period): Panes[N] | null;
  /** All files, empty while unknown, null when the torrent is gone; the same array and rows as before where nothing changed. */
  files(id: string): readonly FileRow[] | null;
  /** Rates of everything together. */
  history(period: Period): RateHistory;
}

interface Watched {
  readonly id: string;
  readonly period: Period;
  readonly panes: readonly WatchedPane[];
  readonly files: FilesWatch;
}

interface WatchedPane {
  readonly name: PaneName;
  /** JSON of what was sent last; not kept for files. */
  sent: string;
  dueMs: number;
}

interface Watcher {
  readonly torrents: Map<string, Watched>;
  history: { readonly period: Period; sent: string; dueMs: number } | null;
}

/** Feeds details and history. Costs nothing while nobody watches. */
export class DetailFeed {
  readonly #source: DetailSource;
  readonly #watchers = new Map<ControlConnection, Watcher>();

  constructor(source: DetailSource) {
    this.#source = source;
  }

  /** Watch panes of a torrent; those of before are replaced. Throws BUSY when too many are watched. */
  subscribe(
    connection: ControlConnection,
    request: { id: string; panes: readonly PaneName[]; period?: Period },
    nowMs: number,
  ): void {
    if (connection.isClosed) return;
    const { torrents } = this.#watcher(connection);
    const { id, panes, period = '10min' } = request;
    if (!torrents.has(id) && torrents.size >= CONTROL_LIMITS.details) {
      throw new ControlError('BUSY', { what: 'Watching other torrents in detail' });
    }
    const names = [...new Set(panes)];
    torrents.set(id, {
      id,
      period,
      panes: names.map((name) => ({ name, sent: '', dueMs: nowMs })),
      files: new FilesWatch(id),
    });
    this.#send(connection, nowMs);
  }

  unsubscribe(connection: ControlConnection, id: string): void {
    this.#watchers.get(connection)?.torrents.delete(id);
  }

  /** Watch the rates of everything together. */
  subscribeHistory(connection: ControlConnection, period: Period, nowMs: number): void {
    if (connection.isClosed) return;
    this.#watcher(connection).history = { period, sent: '', dueMs: nowMs };
    this.#send(connection, nowMs);
  }

  unsubscribeHistory(connection: ControlConnection): void {
    const watcher = this.#watchers.get(connection);
    if (watcher !== undefined) watcher.history = null;
  }

  /** Torrents somebody looks at. */
  watched(): ReadonlySet<string> {
    return new Set([...this.#watchers.values()].flatMap(({ torrents }) => [...torrents.keys()]));
  }

  /** To be called a few times a second; sends what is due. */
  tick(nowMs: number): void {
    for (const connection of this.#watchers.keys()) this.#send(connection, nowMs);
  }

  #watcher(connection: ControlConnection): Watcher {
    const known = this.#watchers.get(connection);
    if (known !== undefined) return known;
    const watcher: Watcher = { torrents: new Map(), history: null };
    this.#watchers.set(connection, watcher);
    connection.onClosed(() => this.#watchers.delete(connection));
    connection.onWritable(() => this.#pumpFiles(connection));
    return watcher;
  }

  #send(connection: ControlConnection, nowMs: number): void {
    const watcher = this.#watchers.get(connection);
    if (watcher === undefined || !connection.isWritable) return;
    this.#sendHistory(connection, watcher, nowMs);
    const due = [...watcher.torrents.values()].flatMap((watched) =>
      watched.panes.filter(({ dueMs }) => dueMs <= nowMs).map((pane) => ({ watched, pane })),
    );
    // Those that waited longest come first, so that a slow front end gets each in its turn.
    for (const { watched, pane } of due.toSorted((a, b) => a.pane.dueMs - b.pane.dueMs)) {
      if (!connection.isWritable) return;
      pane.dueMs = nowMs + CONTROL_LIMITS.updateMs;
      if (!this.#sendPane(connection, watched, pane)) watcher.torrents.delete(watched.id);
    }
  }

  /** False when the torrent is gone. */
  #sendPane(connection: ControlConnection, { id, period, files }: Watched, pane: WatchedPane): boolean {
    const { name } = pane;
    if (name === 'files') {
      const rows = this.#source.files(id);
      if (rows !== null) files.update(rows, connection);
      return rows !== null;
    }
    const data = this.#source.pane(id, name, period);
    if (data === null) return false;
    const { event, text } = fitPane({ event: 'detail', id, pane: name, data } as DetailEvent);
    if (text !== pane.sent) {
      pane.sent = text;
      connection.emit(event);
    }
    return true;
  }

  #sendHistory(connection: ControlConnection, { history }: Watcher, nowMs: number): void {
    if (history === null || history.dueMs > nowMs) return;
    history.dueMs = nowMs + CONTROL_LIMITS.updateMs;
    const event: ControlEvent = { event: 'history', history: this.#source.history(history.period) };
    const text = JSON.stringify(event);
    if (text === history.sent) return;
    history.sent = text;
    connection.emit(event);
  }

  #pumpFiles(connection: ControlConnection): void {
    for (const { files } of this.#watchers.get(connection)?.torrents.values() ?? []) files.pump(connection);
  }
}
