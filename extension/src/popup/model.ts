/**
 * What the popup shows: the last known state at first, then what the service says. Decides what is old, what is greyed
 * and when the page is drawn again; how it looks is decided by the components.
 */
import type { RateHistory, Totals } from '@jstorrent/control';
import type { LinkState } from '../model/link.ts';
import { watchLink, type LinkWords } from '../model/link-words.ts';
import type { ListStore } from '../model/list-store.ts';
import { Cell, type Observable } from '../model/observable.ts';
import type { Session } from '../model/session.ts';
import { chooseRows, clearedKey, type Chosen } from './choose.ts';
import {
  loadCleared,
  loadSnapshot,
  saveCleared,
  SnapshotSaver,
  snapshotOf,
  SPARK_SAMPLES,
  type Snapshot,
  type Store,
} from './snapshot.ts';
import { sparkPaths, type Spark } from './sparkline.ts';
import { SteadySpans } from './steady-span.ts';

/** Younger than this, the last known state is as good as live. */
const FRESH_MS = 8000;
/** An assumed switch that nobody confirmed goes back after this. */
const WISH_MS = 3000;

/** A link that needs the user. */
export type TroubleLink = LinkState & { readonly kind: 'trouble' };

/** Everything that is drawn. */
export interface View {
  readonly link: LinkState;
  readonly trouble: TroubleLink | null;
  readonly words: LinkWords | null;
  readonly chosen: Chosen;
  /** Whether anything is known of the torrents. */
  readonly isKnown: boolean;
  /** What is shown is old, since `asOf`. */
  readonly isStale: boolean;
  readonly asOf: number | null;
  readonly totals: Totals | null;
  readonly isSlow: boolean;
  /** Commands wait for the helper. */
  readonly hasWaiting: boolean;
  readonly spark: Spark | null;
}

const NOTHING: Chosen = {
  active: [],
  activeCount: 0,
  finished: [],
  finishedCount: 0,
  ahead: new Map(),
};

/** The model of an open popup. */
export class PopupModel {
  readonly view: Observable<View>;
  /** Times left that do not jump. */
  readonly spans = new SteadySpans();
  readonly #view: Cell<View>;
  readonly #session: Session;
  readonly #list: ListStore;
  readonly #store: Store;
  readonly #saver: SnapshotSaver;
  readonly #words: Observable<LinkWords | null>;
  readonly #openedAt = Date.now();
  #last: Snapshot | null;
  #cleared: ReadonlySet<string>;
  #held: readonly string[] | null = null;
  #history: Pick<RateHistory, 'down' | 'up'>;
  #slowWish: boolean | null = null;

  constructor(session: Session, list: ListStore, store: Store) {
    this.#session = session;
    this.#list = list;
    this.#store = store;
    this.#last = loadSnapshot(store);
    this.#cleared = loadCleared(store);
    this.#history = { down: this.#last?.down ?? [], up: this.#last?.up ?? [] };
    this.#saver = new SnapshotSaver(store, () => Date.now());
    this.#words = watchLink(session, () => list.updatedAt ?? this.#last?.at ?? null);
    this.#view = new Cell(this.#compute());
    this.view = this.#view;
    list.subscribe(() => this.#draw());
    this.#words.subscribe(() => this.#draw());
    session.link.subscribe(() => this.#draw());
    session.waiting.subscribe(() => this.#draw());
    session.onReady(() => {
      session.call('history.subscribe', { period: '10min' }).catch(() => {});
    });
    session.onEvent((event) => {
      if (event.event === 'history') this.#onHistory(event.history);
    });
    setTimeout(() => this.#draw(), FRESH_MS);
  }

  /** Somebody points at the list: lines keep their places until nobody does. */
  hold(isHeld: boolean): void {
    if (isHeld === (this.#held !== null)) return;
    this.#held = isHeld ? this.#view.value.chosen.active.map(({ id }) => id) : null;
    if (!isHeld) this.#draw();
  }

  /** Take what finished off the list. */
  clearFinished(): () => void {
    const before = this.#cleared;
    const set = (cleared: ReadonlySet<string>): void => {
      this.#cleared = cleared;
      saveCleared(this.#store, cleared);
      this.#draw();
    };
    const finished = this.#list.isLoaded
      ? chooseRows(this.#list.rows.values(), { now: Date.now(), cleared: before, held: null }).finished
      : this.#view.value.chosen.finished;
    set(new Set([...before, ...finished.map(clearedKey)]));
    return () => set(before);
  }

  /** Show slow mode as it is going to be while `command` is under way. */
  async assumeSlow<T>(isOn: boolean, command: Promise<T>): Promise<T> {
    this.#slowWish = isOn;
    this.#draw();
    const end = (): void => {
      if (this.#slowWish === isOn) this.#slowWish = null;
      this.#draw();
    };
    try {
      const result = await command;
      setTimeout(end, WISH_MS);
      return result;
    } catch (error) {
      end();
      throw error;
    }
  }

  #onHistory(history: RateHistory): void {
    // A minute of it is shown.
    const { down, up } = history;
    this.#history = { down: down.slice(-SPARK_SAMPLES), up: up.slice(-SPARK_SAMPLES) };
    this.#draw();
  }

  #draw(): void {
    const view = this.#compute();
    this.#view.set(view);
    const { chosen, trouble, totals } = view;
    if (!this.#isLive && trouble === null) return;
    this.#saver.save(() =>
      snapshotOf(chosen, {
        at: this.#isLive ? Date.now() : (this.#last?.at ?? 0),
        totals,
        down: this.#history.down,
        up: this.#history.up,
        trouble,
      }),
    );
  }

  get #isLive(): boolean {
    return this.#session.link.value.kind === 'ready' && this.#list.isLoaded;
  }

  #compute(): View {
    const link = this.#session.link.value;
    const list = this.#list;
    const now = Date.now();
    const asOf = this.#isLive ? null : (list.updatedAt ?? this.#last?.at ?? null);
    const isStale =
      asOf !== null &&
      (link.kind === 'reconnecting' || this.#openedAt - asOf > FRESH_MS || now - asOf > 2 * FRESH_MS);
    const totals = list.totals ?? this.#last?.totals ?? null;
    const chosen = this.#choose(now);
    this.spans.keep(new Set(chosen.active.map(({ id }) => id)));
    if (totals !== null && this.#slowWish === (totals.slowMode !== null)) this.#slowWish = null;
    return {
      link,
      trouble:
        link.kind === 'trouble' ? link : link.kind === 'connecting' ? (this.#last?.trouble ?? null) : null,
      words: this.#words.value,
      chosen,
      isKnown: list.isLoaded || this.#last !== null,
      isStale,
      asOf: isStale ? asOf : null,
      totals,
      hasWaiting: this.#session.waiting.value > 0,
      isSlow: this.#slowWish ?? (totals !== null && totals.slowMode !== null),
      spark: sparkPaths(this.#history.down, this.#history.up, SPARK_SAMPLES),
    };
  }

  #choose(now: number): Chosen {
    if (this.#list.isLoaded) {
      return chooseRows(this.#list.rows.values(), { now, cleared: this.#cleared, held: this.#held });
    }
    const last = this.#last;
    if (last === null) return NOTHING;
    const { activeCount, finishedCount } = last;
    const chosen = chooseRows([...last.active, ...last.finished], {
      now,
      cleared: this.#cleared,
      held: last.active.map(({ id }) => id),
    });
    return {
      ...chosen,
      activeCount: Math.max(activeCount, chosen.activeCount),
      finishedCount: Math.max(finishedCount, chosen.finishedCount),
    };
  }
}
