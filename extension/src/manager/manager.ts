/**
 * The state of the manager page: what is shown, selected and open. Decides when the list is put together anew; what
 * commands do is decided in commands/.
 */
import type { TorrentRow } from '@jstorrent/control';
import { FolderBook } from '../model/folders.ts';
import type { ListStore } from '../model/list-store.ts';
import { watchLink, type LinkWords } from '../model/link-words.ts';
import { Cell, type Observable } from '../model/observable.ts';
import type { Session } from '../model/session.ts';
import { readLayout, type Layout } from './column-layout.ts';
import { Facets, type FacetCounts } from './facets.ts';
import { ALL, isSameFilter, type Filter } from './filters.ts';
import { Hold } from './hold.ts';
import { ListModel, type Shown } from './list-model.ts';
import { remembered } from './remembered.ts';
import type { LastList } from './last-list.ts';
import { TimesLeft } from './times-left.ts';
import { kept, NOTHING, targets, type Selection } from './selection.ts';

/** A dialog of this page, and the torrents it is about. */
export interface OpenDialog {
  readonly kind: 'rename' | 'move' | 'locate' | 'labels' | 'limits' | 'keys' | 'newLabel';
  readonly ids: readonly string[];
  /** Of a dialog about a label. */
  readonly label?: string;
}

/** A menu that is open, and where. */
export interface OpenMenu {
  readonly kind: 'torrent' | 'column' | 'label' | 'filters';
  readonly at: Element | { readonly x: number; readonly y: number };
  /** The column or label it is about. */
  readonly about: string;
}

/** Where the details are. */
export interface DetailsArea {
  readonly isOpen: boolean;
  /** Below the list, or at its end on wide pages. */
  readonly dock: 'below' | 'end';
  /** In pixels. */
  readonly height: number;
  readonly width: number;
}

/** The state of the page. */
export class Manager {
  readonly session: Session;
  readonly list: ListStore;
  /** What the page before showed, until the list is there. */
  readonly #last: LastList | null;
  readonly book: FolderBook;
  readonly filter = new Cell<Filter>(ALL);
  readonly search = new Cell('');
  readonly layout: Cell<Layout> = remembered('manager.columns', readLayout);
  readonly details: Cell<DetailsArea> = remembered('manager.details', readArea);
  /** On narrow pages: the details lie over the list. */
  readonly sheet = new Cell(false);
  readonly selection = new Cell<Selection>(NOTHING);
  readonly dialog = new Cell<OpenDialog | null>(null);
  readonly menu = new Cell<OpenMenu | null>(null);
  readonly shown = new Cell<Shown>({ ids: [], isHeld: false });
  readonly counts: Cell<FacetCounts>;
  /** Labels offered although no torrent may have them. */
  readonly labels = new Cell<readonly string[]>([]);
  readonly times = new TimesLeft();
  /** What is said of the connection; null while there is nothing to say. */
  readonly linkWords: Observable<LinkWords | null>;
  /** Torrents whose files go for good with the next press; null = none. */
  readonly armed = new Cell<string | null>(null);
  readonly hold = new Hold(() => this.refresh());
  readonly model = new ListModel();
  /** Whether the place of the details shows the rates of everything. */
  readonly overall = new Cell(false);
  readonly #facets = new Facets();
  /** Set anew when the list should be seen from its top (null), or a row should be seen. */
  readonly scroll = new Cell<{ readonly to: string | null }>({ to: null });
  /** So many times more the list is put together as if nothing held it. */
  #released = 0;
  /** Torrents that go to their places although rows are held, until the service told where these are. */
  #placed: readonly string[] = [];

  constructor(session: Session, list: ListStore, last: LastList | null = null) {
    this.session = session;
    this.list = list;
    this.#last = last;
    this.book = new FolderBook(session);
    this.linkWords = watchLink(session, () => list.updatedAt);
    this.counts = new Cell(this.#count());
    list.subscribe(() => this.refresh());
    for (const cell of [this.filter, this.search]) cell.subscribe(() => this.refresh());
    let { sort } = this.layout.value;
    this.layout.subscribe(() => {
      if (this.layout.value.sort === sort) return;
      ({ sort } = this.layout.value);
      this.scroll.set({ to: null });
      this.refresh();
    });
    session.onReady(() => {
      session.call('settings.get', {}).then(
        (settings) => this.labels.set(settings['downloads.labels']),
        () => {},
      );
    });
    this.menu.subscribe(() => this.hold.set('menu', this.menu.value !== null));
    this.refresh();
  }

  /** Lines by torrent. */
  get rows(): ReadonlyMap<string, TorrentRow> {
    return this.list.rows;
  }

  /** What commands are about: the selection, or where the keyboard is. */
  get targets(): readonly string[] {
    return targets(this.selection.value, this.shown.value.ids);
  }

  /** Place of a torrent in the queue, from 1; undefined when it is complete. */
  numberOf(id: string): number | undefined {
    return this.#before === null ? this.model.queue.numberOf(id) : this.#before.numbers.get(id);
  }

  /** How many that wait for a slot stand before one that waits too; null when it does not. */
  aheadOf(id: string): number | null {
    return this.#before === null ? this.model.queue.aheadOf(id) : (this.#before.ahead.get(id) ?? null);
  }

  /** Lines of some torrents. */
  rowsOf(ids: readonly string[]): readonly TorrentRow[] {
    return ids.map((id) => this.rows.get(id)).filter((row) => row !== undefined);
  }

  /** Select, and hold the rows for a moment. */
  select(selection: Selection): void {
    if (selection === this.selection.value) return;
    this.selection.set(selection);
    this.overall.set(false);
    this.armed.set(null);
    this.hold.selected();
  }

  /** Show a filter; the same once more shows everything. */
  show(filter: Filter): void {
    this.filter.set(isSameFilter(filter, this.filter.value) ? ALL : filter);
    this.scroll.set({ to: null });
  }

  /**
   * What changed was wished for: rows go to their places, now and with the next update, although they are held. With
   * `placed` until nothing is assumed of these any more.
   */
  release(placed: readonly string[] = []): void {
    this.#released = 2;
    this.#placed = [...this.#placed, ...placed];
    this.refresh();
  }

  /** What was kept knows of torrents that are not among its rows. */
  get #before(): LastList | null {
    return this.list.isLoaded ? null : this.#last;
  }

  #count(): FacetCounts {
    return this.#before?.counts ?? this.#facets.update(this.list.rows);
  }

  /** Put the list together from what holds now. */
  refresh(): void {
    // A hidden page costs nothing; it catches up when it is seen.
    if (
      typeof document !== 'undefined' &&
      document.hidden &&
      this.list.isLoaded &&
      this.shown.value.ids.length > 0
    )
      return;
    const { rows } = this.list;
    const before = this.shown.value.ids;
    const wish = { filter: this.filter.value, search: this.search.value, sort: this.layout.value.sort };
    const isWished = this.#released > 0 || this.#placed.length > 0;
    const shown = this.model.update(rows, wish, this.hold.isOn && !isWished);
    this.#released = Math.max(0, this.#released - 1);
    if (!this.list.isAssumed(this.#placed)) this.#placed = [];
    this.times.update(rows, Date.now());
    this.counts.set(this.#count());
    this.shown.set(shown);
    if (shown.ids.length === 0) this.hold.leaveRows();
    if (shown.ids !== before) this.selection.set(kept(this.selection.value, before, shown.ids));
  }
}

const usualArea: DetailsArea = { isOpen: true, dock: 'below', height: 276, width: 460 };

function readArea(stored: unknown): DetailsArea {
  const { isOpen, dock, height, width } = (stored ?? {}) as Record<string, unknown>;
  return {
    isOpen: typeof isOpen === 'boolean' ? isOpen : usualArea.isOpen,
    dock: dock === 'end' ? 'end' : usualArea.dock,
    height: typeof height === 'number' ? height : usualArea.height,
    width: typeof width === 'number' ? width : usualArea.width,
  };
}
