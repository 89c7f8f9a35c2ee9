/**
 * Joins pages to the one connection to the helper: each page is a session of its own there. Decides which message goes
 * where; understands none of them.
 */
import type { FromPage, LinkState, ToPage } from '../model/link.ts';
import type { NativeLink } from './native-link.ts';

/** A page's end of its port. */
export interface PageEnd {
  postMessage(message: ToPage): void;
  onMessage: { addListener(listener: (message: unknown) => void): void };
  onDisconnect: { addListener(listener: () => void): void };
}

/** All pages that are open. */
export class Hub {
  readonly #link: NativeLink;
  readonly #pages = new Map<number, PageEnd>();
  /** Sessions of the worker itself. */
  readonly #own = new Set<number>();
  #lastSession = 0;

  constructor(link: NativeLink) {
    this.#link = link;
    link.onMessage = (epoch, message) => this.#toPage(epoch, message);
    link.state.subscribe(() => this.#tellAll(link.state.value));
  }

  /** Whether a page is open, so that somebody waits for the helper. */
  get isWatched(): boolean {
    return this.#pages.size > this.#own.size;
  }

  /** Serve a page, or with `isOwn` the worker itself, until its port closes. */
  join(page: PageEnd, isOwn = false): void {
    this.#lastSession += 1;
    const session = this.#lastSession;
    this.#pages.set(session, page);
    if (isOwn) this.#own.add(session);
    page.onMessage.addListener((message) => this.#fromPage(session, message as FromPage));
    page.onDisconnect.addListener(() => this.#leave(session));
    page.postMessage({ link: this.#link.state.value });
    this.#link.start();
  }

  #leave(session: number): void {
    this.#pages.delete(session);
    this.#own.delete(session);
    const link = this.#link.state.value;
    if (link.kind === 'ready') this.#link.send(link.epoch, { session, end: true });
  }

  #fromPage(session: number, message: FromPage): void {
    if ('retry' in message) this.#link.retry();
    else this.#link.send(message.epoch, { session, message: message.message });
  }

  #toPage(epoch: number, envelope: unknown): void {
    const { session, message, end } = envelope as { session?: number; message?: unknown; end?: boolean };
    const page = session === undefined ? undefined : this.#pages.get(session);
    if (page !== undefined && end !== true) page.postMessage({ epoch, message });
  }

  #tellAll(link: LinkState): void {
    for (const page of this.#pages.values()) page.postMessage({ link });
  }
}
