/**
 * The list of torrents as a page shows it: what the service said, and over it what the user just did until the service
 * confirms it. Decides when listeners are told: at once for the user, at most once a second for figures.
 */
import { ListView, type ControlEvent, type TorrentRow, type Totals } from '@jstorrent/control';
import type { Session } from './session.ts';

/** Values are read at this pace; more is noise. */
const FIGURES_MS = 1000;
/** An assumption that the service neither confirmed nor refused is dropped after this. */
const ASSUMED_MS = 3000;

/** What an assumption makes of a line; null hides it. */
export type Assumption = Partial<TorrentRow> | null;

interface Assumed {
  readonly patch: Assumption;
  isSettled: boolean;
  /** When it ends even unconfirmed, after the command was answered. */
  until: number;
}

/** The list, and a subscription to it. */
export class ListStore {
  readonly #session: Session;
  readonly #view = new ListView();
  readonly #assumed = new Map<string, Assumed>();
  readonly #listeners = new Set<() => void>();
  readonly #leave: (() => void)[];
  #rows: ReadonlyMap<string, TorrentRow> | null = null;
  #version = 0;
  #isLoaded = false;
  #loadedAt: number | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #toldAt = 0;

  constructor(session: Session) {
    this.#session = session;
    this.#leave = [
      session.onEvent((event) => this.#onEvent(event)),
      session.onReady(() => this.#subscribe()),
    ];
  }

  /** Lines by torrent, in no order; the same object while nothing changed. */
  get rows(): ReadonlyMap<string, TorrentRow> {
    this.#rows ??= this.#compose();
    return this.#rows;
  }

  /** Null before the first update. */
  get totals(): Totals | null {
    return this.#view.totals;
  }

  /** Whether the whole list came once. It stays true, with the last known lines, while the helper is away. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** When the service last spoke of the list, ms since 1970; null before the first update. */
  get updatedAt(): number | null {
    return this.#loadedAt;
  }

  /** Raised with every change that listeners are told of. */
  get version(): number {
    return this.#version;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /**
   * Show at once what a command will do. The assumption ends when the service's own figures come after the command was
   * answered, or with its failure, which is thrown on.
   */
  async assume<T>(ids: readonly string[], patch: Assumption, command: Promise<T>): Promise<T> {
    const entries = ids.map((id) => {
      const entry: Assumed = { patch, isSettled: false, until: Number.POSITIVE_INFINITY };
      this.#assumed.set(id, entry);
      return [id, entry] as const;
    });
    this.#tellNow();
    try {
      const result = await command;
      const until = Date.now() + ASSUMED_MS;
      for (const [, entry] of entries) Object.assign(entry, { isSettled: true, until });
      setTimeout(() => this.#dropOld(), ASSUMED_MS + 1);
      return result;
    } catch (error) {
      for (const [id, entry] of entries) if (this.#assumed.get(id) === entry) this.#assumed.delete(id);
      this.#tellNow();
      throw error;
    }
  }

  close(): void {
    for (const leave of this.#leave) leave();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #subscribe(): void {
    // What fails here is said by the link; the list comes with the next greeting.
    this.#session.call('list.subscribe', {}).catch(() => {});
  }

  #onEvent(event: ControlEvent): void {
    if (event.event !== 'list') return;
    for (const { id } of event.changed) this.#confirm(id);
    for (const { id } of event.added) this.#confirm(id);
    for (const id of event.removed) this.#assumed.delete(id);
    const outcome = this.#view.apply(event);
    if (outcome === 'missed') return this.#subscribe();
    if (outcome === 'more') return;
    const isFirst = !this.#isLoaded;
    this.#isLoaded = true;
    this.#loadedAt = Date.now();
    if (isFirst || event.reset || event.added.length > 0 || event.removed.length > 0) this.#tellNow();
    else this.#tellSoon();
  }

  #confirm(id: string): void {
    if (this.#assumed.get(id)?.isSettled === true) this.#assumed.delete(id);
  }

  #dropOld(): void {
    const now = Date.now();
    let dropped = false;
    for (const [id, { until }] of this.#assumed)
      if (until <= now) dropped = this.#assumed.delete(id) || dropped;
    if (dropped) this.#tellNow();
  }

  #compose(): ReadonlyMap<string, TorrentRow> {
    const rows = new Map(this.#view.rows);
    for (const [id, { patch }] of this.#assumed) {
      const row = rows.get(id);
      if (row === undefined) continue;
      if (patch === null) rows.delete(id);
      else rows.set(id, { ...row, ...patch });
    }
    return rows;
  }

  #tellSoon(): void {
    const left = this.#toldAt + FIGURES_MS - Date.now();
    if (left <= 0) return this.#tellNow();
    this.#timer ??= setTimeout(() => this.#tellNow(), left);
  }

  #tellNow(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#toldAt = Date.now();
    this.#rows = null;
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}
