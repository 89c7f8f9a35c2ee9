/**
 * The details of one torrent as a page shows them: subscribed to while they are seen, and only to what is seen. Decides
 * when a subscription is renewed; what a pane holds is decided by the service.
 */
import type { ControlEvent, DetailEvent, FileRow, PaneName, Panes, Period } from '@jstorrent/control';
import { FileMerge } from './file-merge.ts';
import { FileModels, type FileModel } from './file-model.ts';
import type { Session } from './session.ts';

/** What is looked at. */
export interface Look {
  readonly id: string;
  readonly panes: readonly PaneName[];
  /** Of rates. */
  readonly period?: Period;
}

type Held = { [N in Exclude<PaneName, 'files'>]?: Panes[N] };

/** Details of one torrent at a time. */
export class DetailStore {
  readonly #session: Session;
  readonly #listeners = new Set<() => void>();
  /** While something is looked at. */
  #leave: readonly (() => void)[] = [];
  #look: Look | null = null;
  #isHidden = false;
  /** What the service sends now. */
  #asked: Look | null = null;
  #held: Held = {};
  #files = new FileMerge();
  #models = new FileModels();
  /** Parts of an earlier subscription may still be under way. */
  #awaitsFiles = true;
  #version = 0;
  #updatedAt: number | null = null;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Raised with every change. */
  get version(): number {
    return this.#version;
  }

  /** When the service last spoke of the torrent, ms since 1970; null before the first time. */
  get updatedAt(): number | null {
    return this.#updatedAt;
  }

  /** Null before it came. A pane that is not seen any more stays as it was last. */
  pane<N extends keyof Held>(name: N): Panes[N] | null {
    const held: { readonly [K in keyof Held]?: Panes[K] } = this.#held;
    return (held[name] as Panes[N] | undefined) ?? null;
  }

  /** All files, with what the user just chose; null before they came. */
  get files(): readonly FileRow[] | null {
    return this.#files.rows;
  }

  /** The tree of the files and its figures; null before they came. */
  get fileModel(): FileModel | null {
    return this.files === null ? null : this.#models.of(this.files);
  }

  /** Which part of the files has come, 0 to 1. */
  get filesLoaded(): number {
    return this.#files.loaded;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Look at panes of a torrent, or at nothing, which ends all there was. Of another torrent nothing is known at first. */
  look(look: Look | null): void {
    if (look?.id !== this.#look?.id) {
      this.#held = {};
      this.#files = new FileMerge();
      this.#models = new FileModels();
      this.#updatedAt = null;
    } else if (look?.period !== this.#look?.period) delete this.#held.rates;
    this.#look = look;
    if (look !== null && this.#leave.length === 0) this.#join();
    this.#ask();
    if (look === null) this.#part();
    this.#tell();
  }

  /** Whether anybody sees the page. */
  hide(isHidden: boolean): void {
    this.#isHidden = isHidden;
    this.#ask();
  }

  /** Show files as a command will make them; with its failure, which is thrown on, they are asked for again. */
  async assumeFiles<T>(
    change: (rows: readonly FileRow[]) => readonly FileRow[],
    command: Promise<T>,
  ): Promise<T> {
    const files = this.#files;
    files.assume(change);
    this.#tell();
    try {
      return await command;
    } catch (error) {
      if (files === this.#files) this.#askAgain();
      throw error;
    }
  }

  /** Show a pane as a command will make it; with its failure, which is thrown on, it is as before. */
  async assume<N extends keyof Held, T>(
    name: N,
    change: (pane: Panes[N]) => Panes[N],
    command: Promise<T>,
  ): Promise<T> {
    const before = this.pane(name);
    const id = this.#look?.id;
    const show = (pane: Panes[N]): void => {
      if (this.#look?.id !== id) return;
      this.#held = { ...this.#held, [name]: pane };
      this.#tell();
    };
    if (before !== null) show(change(before));
    try {
      return await command;
    } catch (error) {
      if (before !== null) show(before);
      throw error;
    }
  }

  #join(): void {
    this.#leave = [
      this.#session.onEvent((event) => this.#onEvent(event)),
      this.#session.onReady(() => {
        this.#asked = null;
        this.#ask();
      }),
    ];
  }

  #part(): void {
    for (const leave of this.#leave) leave();
    this.#leave = [];
    this.#asked = null;
  }

  #askAgain(): void {
    this.#asked = null;
    this.#ask();
  }

  /** What fails here is said by the link, or the torrent is gone: then it leaves the list as well. */
  #ask(): void {
    const wanted = this.#isHidden ? null : this.#look;
    const before = this.#asked;
    if (isSameLook(wanted, before)) return;
    if (this.#session.link.value.kind !== 'ready') return;
    this.#asked = wanted;
    if (before !== null && before.id !== wanted?.id)
      this.#session.call('detail.unsubscribe', { id: before.id }, { now: true }).catch(() => {});
    if (wanted === null) return;
    this.#awaitsFiles = true;
    const { id, panes, period } = wanted;
    const params = { id, panes, ...(period === undefined ? {} : { period }) };
    this.#session.call('detail.subscribe', params, { now: true }).catch(() => {});
  }

  #onEvent(event: ControlEvent): void {
    if (event.event !== 'detail' || event.id !== this.#look?.id) return;
    this.#updatedAt = Date.now();
    if (!this.#take(event)) return;
    this.#tell();
  }

  /** Whether there is something new to see. */
  #take(event: DetailEvent): boolean {
    if (event.pane !== 'files') {
      if (event.pane === 'rates' && event.data.period !== (this.#look?.period ?? '10min')) return false;
      this.#held = { ...this.#held, [event.pane]: event.data };
      return true;
    }
    if (event.data.reset && event.data.part === 0) this.#awaitsFiles = false;
    if (this.#awaitsFiles) return false;
    if (this.#files.apply(event.data) !== 'missed') return true;
    this.#askAgain();
    return false;
  }

  #tell(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

function isSameLook(a: Look | null, b: Look | null): boolean {
  if (a === null || b === null) return a === b;
  return a.id === b.id && a.period === b.period && a.panes.join() === b.panes.join();
}
