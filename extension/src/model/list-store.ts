/**
 * The list of torrents as a page shows it: what the service said, and over it what the user just did until the service
 * confirms it. Decides when listeners are told: at once for the user, at most once a second for figures.
 */
import {
  ListView,
  type ControlEvent,
  type TorrentRow,
  type TorrentRowPatch,
  type Totals,
} from '@jstorrent/control';
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
  /** The service told of what it is about before it answered the command. */
  isTold: boolean;
  /** When it ends even unconfirmed, after the command was answered. */
  until: number;
}

/** What is shown before the service said anything. */
export interface KnownList {
  /** When it was true, ms since 1970. */
  readonly at: number;
  readonly rows: readonly TorrentRow[];
  readonly totals: Totals;
}

/** The list, and a subscription to it. */
export class ListStore {
  readonly #session: Session;
  /** Null when nothing was, and when the list came. */
  #known: KnownList | null;
  readonly #view = new ListView();
  /** Of each torrent, oldest first. */
  readonly #assumed = new Map<string, readonly Assumed[]>();
  readonly #listeners = new Set<() => void>();
  readonly #leave: (() => void)[];
  #rows: ReadonlyMap<string, TorrentRow> | null = null;
  #version = 0;
  #isLoaded = false;
  #loadedAt: number | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #toldAt = 0;

  constructor(session: Session, known: KnownList | null = null) {
    this.#session = session;
    this.#known = known;
    this.#loadedAt = known?.at ?? null;
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

  /** Null as long as nothing is known. */
  get totals(): Totals | null {
    return this.#known?.totals ?? this.#view.totals;
  }

  /** Whether the whole list came once. It stays true, with the last known lines, while the helper is away. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** When the service last spoke of the list, ms since 1970; null as long as nothing is known. */
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

  /** Settles when the whole list comes. */
  whenLoaded(): Promise<void> {
    return new Promise((resolve) => {
      const leave = this.subscribe(() => {
        if (!this.#isLoaded) return;
        leave();
        resolve();
      });
    });
  }

  /**
   * Show at once what a command will do. The assumption ends when the service's own figures come after the command was
   * answered, or with its failure, which is thrown on. A function says what each of them becomes.
   */
  async assume<T>(
    ids: readonly string[],
    become: Assumption | ((id: string) => Assumption),
    command: Promise<T>,
  ): Promise<T> {
    const entries = ids.map((id) => {
      const patch = typeof become === 'function' ? become(id) : become;
      const entry: Assumed = { patch, isSettled: false, isTold: false, until: Number.POSITIVE_INFINITY };
      this.#assumed.set(id, [...(this.#assumed.get(id) ?? []), entry]);
      return [id, entry] as const;
    });
    this.#tellNow();
    try {
      const result = await command;
      const until = Date.now() + ASSUMED_MS;
      for (const [id, entry] of entries) {
        Object.assign(entry, { isSettled: true, until });
        if (entry.isTold) this.#drop(id, (other) => other === entry);
      }
      if (entries.some(([, { isTold }]) => isTold)) this.#tellSoon();
      setTimeout(() => this.#dropOld(), ASSUMED_MS + 1);
      return result;
    } catch (error) {
      for (const [id, entry] of entries) this.#drop(id, (other) => other === entry);
      this.#tellNow();
      throw error;
    }
  }

  /** Whether something is still assumed of any of these. */
  isAssumed(ids: readonly string[]): boolean {
    return ids.some((id) => this.#assumed.has(id));
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
    for (const change of [...event.changed, ...event.added]) this.#confirm(change, event.reset);
    for (const id of event.removed) this.#assumed.delete(id);
    const outcome = this.#view.apply(event);
    if (outcome === 'missed') return this.#subscribe();
    if (outcome === 'more') return;
    const isFirst = !this.#isLoaded;
    this.#isLoaded = true;
    this.#known = null;
    this.#loadedAt = Date.now();
    if (isFirst || event.reset || event.added.length > 0 || event.removed.length > 0) this.#tellNow();
    else this.#tellSoon();
  }

  /**
   * What was answered ends with the next figures; what was not may be in them already, but for a whole list, which names
   * everything and comes before commands that waited for the helper.
   */
  #confirm(change: TorrentRowPatch, isWhole: boolean): void {
    for (const entry of isWhole ? [] : (this.#assumed.get(change.id) ?? []))
      entry.isTold ||= entry.patch === null || Object.keys(entry.patch).some((key) => key in change);
    this.#drop(change.id, ({ isSettled }) => isSettled);
  }

  /** Whether any was dropped. */
  #drop(id: string, isOver: (entry: Assumed) => boolean): boolean {
    const entries = this.#assumed.get(id);
    const kept = entries?.filter((entry) => !isOver(entry)) ?? [];
    if (kept.length === 0) this.#assumed.delete(id);
    else this.#assumed.set(id, kept);
    return kept.length < (entries?.length ?? 0);
  }

  #dropOld(): void {
    const now = Date.now();
    let dropped = false;
    for (const id of this.#assumed.keys()) dropped = this.#drop(id, ({ until }) => until <= now) || dropped;
    if (dropped) this.#tellNow();
  }

  #compose(): ReadonlyMap<string, TorrentRow> {
    const rows = new Map(this.#known?.rows.map((row) => [row.id, row]) ?? this.#view.rows);
    for (const [id, entries] of this.#assumed) {
      for (const { patch } of entries) {
        const row = rows.get(id);
        if (row === undefined) break;
        if (patch === null) rows.delete(id);
        else rows.set(id, { ...row, ...patch });
      }
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
