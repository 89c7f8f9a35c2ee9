/**
 * Short words about what was just done, with a way back. Decides how long they stay and what `Ctrl Z` takes back; what
 * they say is decided by who shows them.
 */
import { Cell, type Observable } from '../model/observable.ts';

/** So long a toast stays unless somebody points at it. */
const STAY_MS = 10_000;
/** Longer than this nothing can be taken back, even while somebody points at it. */
const LONGEST_MS = 55_000;
/** More at a time would hide the list. */
const MOST = 3;

/** What a toast says and offers. */
export interface ToastSpec {
  readonly text: string;
  /** A part of the text that stands out, as a name. */
  readonly strong?: string;
  readonly kind?: 'done' | 'failure';
  /** Takes back what was done. */
  readonly undo?: () => unknown;
  /** Something else that helps. */
  readonly action?: { readonly label: string; readonly run: () => unknown };
  /** Called once when it goes without having been taken back. */
  readonly onGone?: () => void;
}

/** A toast that is shown. */
export interface Toast extends ToastSpec {
  readonly id: number;
}

interface Shown {
  readonly toast: Toast;
  readonly since: number;
  timer: ReturnType<typeof setTimeout>;
}

/** The toasts of a page. */
export class Toasts {
  readonly #cell = new Cell<readonly Toast[]>([]);
  readonly #shown = new Map<number, Shown>();
  #last = 0;

  /** Those shown, oldest first. */
  get list(): Observable<readonly Toast[]> {
    return this.#cell;
  }

  /** Show one; its number is for `dismiss`. */
  show(spec: ToastSpec): number {
    this.#last += 1;
    const toast: Toast = { ...spec, id: this.#last };
    const since = Date.now();
    this.#shown.set(toast.id, { toast, since, timer: this.#timer(toast.id, STAY_MS) });
    const [oldest] = this.#shown.keys();
    if (this.#shown.size > MOST && oldest !== undefined) this.#take(oldest)?.onGone?.();
    this.#tell();
    return toast.id;
  }

  /** It goes; what it told of stays done. */
  dismiss(id: number): void {
    this.#take(id)?.onGone?.();
    this.#tell();
  }

  /** It told of what did not happen: it goes without a word. */
  withdraw(id: number): void {
    this.#take(id);
    this.#tell();
  }

  /** Take back what it told of. */
  undo(id: number): void {
    const toast = this.#take(id);
    this.#tell();
    toast?.undo?.();
  }

  /** Take back what was done last; false when nothing can be. */
  undoLast(): boolean {
    const last = [...this.#shown.values()].findLast(({ toast }) => toast.undo !== undefined);
    if (last !== undefined) this.undo(last.toast.id);
    return last !== undefined;
  }

  /** Somebody points at it: it stays. */
  hold(id: number): void {
    const shown = this.#shown.get(id);
    if (shown === undefined) return;
    clearTimeout(shown.timer);
    shown.timer = this.#timer(id, Math.max(0, shown.since + LONGEST_MS - Date.now()));
  }

  /** Nobody points at it any more. */
  release(id: number): void {
    const shown = this.#shown.get(id);
    if (shown === undefined) return;
    clearTimeout(shown.timer);
    const left = shown.since + LONGEST_MS - Date.now();
    shown.timer = this.#timer(id, Math.max(0, Math.min(STAY_MS / 2, left)));
  }

  #timer(id: number, ms: number): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.dismiss(id), ms);
  }

  #take(id: number): Toast | undefined {
    const shown = this.#shown.get(id);
    if (shown === undefined) return undefined;
    clearTimeout(shown.timer);
    this.#shown.delete(id);
    return shown.toast;
  }

  #tell(): void {
    this.#cell.set([...this.#shown.values()].map(({ toast }) => toast));
  }
}

/** The toasts of this page. */
export const toasts: Toasts = new Toasts();
