/**
 * A page's session with the service, through the background worker. Decides when a page connects again and what happens
 * to calls meanwhile: they wait until the service is there, or until their time is over.
 */
import {
  connectControl,
  ControlError,
  PROTOCOL,
  type CommandName,
  type ControlClient,
  type ControlEvent,
  type MessageHandlers,
  type Params,
  type Result,
} from '@jstorrent/control';
import browser from 'webextension-polyfill';
import { PAGE_PORT, type FromPage, type LinkState, type ToPage } from './link.ts';
import { Cell, type Observable } from './observable.ts';

/** How one call is made. */
interface SessionCall {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Reject with CLOSED at once when the service is not there, instead of waiting for it. */
  readonly now?: boolean;
}

/** What a page uses. */
export interface Session {
  readonly link: Observable<LinkState>;
  /** Calls that wait for the service. */
  readonly waiting: Observable<number>;
  /** Rejects with a ControlError. */
  call<N extends CommandName>(name: N, params: Params<N>, options?: SessionCall): Promise<Result<N>>;
  /** Told every event until the returned function is called. */
  onEvent(listener: (event: ControlEvent) => void): () => void;
  /** Calls back each time the service was greeted, at once when it has been: the moment to subscribe. */
  onReady(listener: () => void): () => void;
  /** Look for the helper now. */
  retry(): void;
  close(): void;
}

/** The part of a browser's port that is used; a test gives its own. */
export interface PagePort {
  postMessage(message: FromPage): void;
  disconnect(): void;
  onMessage: { addListener(listener: (message: unknown) => void): void };
  onDisconnect: { addListener(listener: () => void): void };
}

/** A worker that was stopped by the browser is there again at the next connection. */
const RECONNECT_MS = 250;
/** A service that did not answer the greeting is greeted again after this. */
const GREET_AGAIN_MS = 1000;
/** What a person does while offline is not kept for longer. */
const WAIT_MS = 60_000;

/** What a session may have beside its name. */
interface SessionOptions extends Pick<Params<'hello'>, 'opens'> {
  /** In place of the port to the background worker. */
  readonly connect?: () => PagePort;
  /** Runs what it is given when the page may connect; at once without it. */
  readonly when?: (connect: () => void) => void;
}

/** Open the session of a page; `name` stands in the service's log, `opens` is said in the greeting. */
export function openSession(name: string, options: SessionOptions = {}): Session {
  return new PageSession(name, options);
}

const connectWorker = (): PagePort => browser.runtime.connect({ name: PAGE_PORT }) as unknown as PagePort;

interface Waiting {
  readonly run: (client: ControlClient) => void;
  readonly fail: (error: ControlError) => void;
}

class PageSession implements Session {
  readonly link = new Cell<LinkState>({ kind: 'connecting' });
  readonly waiting = new Cell(0);
  readonly #name: string;
  readonly #connect: () => PagePort;
  readonly #more: Pick<Params<'hello'>, 'opens'>;
  readonly #eventListeners = new Set<(event: ControlEvent) => void>();
  readonly #readyListeners = new Set<() => void>();
  readonly #waiting = new Set<Waiting>();
  #port: PagePort | null = null;
  #client: ControlClient | null = null;
  #handlers: MessageHandlers | null = null;
  #epoch = -1;
  /** Whether the service answered the greeting of this page. */
  #isGreeted = false;
  #isClosed = false;

  constructor(name: string, { connect, when, ...more }: SessionOptions) {
    this.#name = name;
    this.#connect = connect ?? connectWorker;
    this.#more = more;
    if (when === undefined) this.#open();
    else when(() => this.#open());
  }

  call<N extends CommandName>(name: N, params: Params<N>, options: SessionCall = {}): Promise<Result<N>> {
    const { now, ...rest } = options;
    if (this.#client !== null && this.#isGreeted) return this.#client.call(name, params, rest);
    if (now === true || this.#isClosed) return Promise.reject(new ControlError('CLOSED'));
    return new Promise<Result<N>>((resolve, reject) => {
      const entry: Waiting = {
        run: (client) => {
          leave();
          client.call(name, params, rest).then(resolve, reject);
        },
        fail: (error) => {
          leave();
          reject(error);
        },
      };
      const timer = setTimeout(() => entry.fail(new ControlError('TIMED_OUT')), WAIT_MS);
      const onAbort = (): void => entry.fail(new ControlError('CANCELLED'));
      const leave = (): void => {
        clearTimeout(timer);
        rest.signal?.removeEventListener('abort', onAbort);
        this.#waiting.delete(entry);
        this.waiting.set(this.#waiting.size);
      };
      rest.signal?.addEventListener('abort', onAbort);
      this.#waiting.add(entry);
      this.waiting.set(this.#waiting.size);
    });
  }

  onEvent(listener: (event: ControlEvent) => void): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  onReady(listener: () => void): () => void {
    this.#readyListeners.add(listener);
    if (this.#isGreeted) listener();
    return () => this.#readyListeners.delete(listener);
  }

  retry(): void {
    this.#port?.postMessage({ retry: true });
  }

  close(): void {
    this.#isClosed = true;
    this.#leaveService();
    for (const { fail } of this.#waiting) fail(new ControlError('CLOSED'));
    this.#port?.disconnect();
    this.#port = null;
  }

  #open(): void {
    if (this.#isClosed) return;
    const port = this.#connect();
    this.#port = port;
    port.onMessage.addListener((message) => this.#onMessage(message as ToPage));
    port.onDisconnect.addListener(() => {
      if (this.#port !== port) return;
      this.#port = null;
      this.#leaveService();
      if (this.link.value.kind === 'ready') this.link.set({ kind: 'reconnecting', since: Date.now() });
      setTimeout(() => this.#open(), RECONNECT_MS);
    });
  }

  #onMessage(message: ToPage): void {
    if ('link' in message) return this.#onLink(message.link);
    if (message.epoch === this.#epoch) this.#handlers?.onMessage(message.message);
  }

  #onLink(link: LinkState): void {
    this.#leaveService();
    if (link.kind === 'ready') this.#greet(link);
    else this.link.set(link);
  }

  #greet(link: LinkState & { readonly kind: 'ready' }): void {
    const port = this.#port;
    if (port === null) return;
    const { epoch } = link;
    this.#epoch = epoch;
    const client = connectControl(
      {
        listen: (handlers) => {
          this.#handlers = handlers;
        },
        send: (message) => port.postMessage({ epoch, message }),
        close: () => {},
      },
      {
        onEvent: (event) => {
          for (const listener of this.#eventListeners) listener(event);
        },
        timer: (ms, run) => {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        },
      },
    );
    this.#client = client;
    const version = browser.runtime.getManifest().version;
    const hello = client.call('hello', { protocol: PROTOCOL, name: this.#name, version, ...this.#more });
    hello.then(
      () => this.#onGreeted(client, link),
      () => {
        // Slow, or busy with as many pages as it serves.
        setTimeout(() => {
          if (this.#client === client) this.#onLink(link);
        }, GREET_AGAIN_MS);
      },
    );
  }

  #onGreeted(client: ControlClient, link: LinkState): void {
    if (this.#client !== client) return;
    this.#isGreeted = true;
    this.link.set(link);
    for (const listener of this.#readyListeners) listener();
    for (const { run } of this.#waiting) run(client);
  }

  /** Everything of the connection before is void; calls that were sent are rejected with CLOSED. */
  #leaveService(): void {
    const client = this.#client;
    this.#client = null;
    this.#handlers = null;
    this.#epoch = -1;
    this.#isGreeted = false;
    client?.close();
  }
}
