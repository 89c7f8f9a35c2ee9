/**
 * The one connection to the helper. Decides when it is made again and what a lost one means for the user; what is said
 * over it is the business of pages and of the worker's own session.
 */
import { PROTOCOL } from '@jstorrent/control';
import { HOST_NAME } from '@jstorrent/native-host/identity';
import browser from 'webextension-polyfill';
import type { LinkState, Trouble } from '../model/link.ts';
import { Cell, type Observable } from '../model/observable.ts';

/** The part of a native port that is used; a test gives its own. */
export interface NativePort {
  postMessage(message: object): void;
  disconnect(): void;
  onMessage: { addListener(listener: (message: unknown) => void): void };
  /** With the browser's words for why. */
  onDisconnect: { addListener(listener: (reason: string) => void): void };
}

/** The platform's native messaging. */
export function connectNative(): NativePort {
  const port = browser.runtime.connectNative(HOST_NAME);
  return {
    postMessage: (message) => port.postMessage(message),
    disconnect: () => port.disconnect(),
    onMessage: port.onMessage,
    onDisconnect: {
      addListener: (listener) =>
        port.onDisconnect.addListener((gone) => {
          const error = (gone as { error?: { message?: string } }).error ?? browser.runtime.lastError;
          listener(error?.message ?? '');
        }),
    },
  };
}

/** What the link needs of its platform. */
export interface LinkPlatform {
  readonly connect: () => NativePort;
  readonly version: string;
  readonly after: (ms: number, run: () => void) => () => void;
  readonly now: () => number;
  /** Whether somebody waits for the helper; a helper that is not there is not looked for again otherwise. */
  readonly isWatched: () => boolean;
}

/** First wait after a loss, doubled up to the longest. A helper that is not installed is looked for at the last pace. */
const RETRY_MS = [200, 500, 1000, 2000, 5000, 10_000] as const;
const MISSING_MS = 2000;
/** A helper that does not answer the greeting within this hangs; finding or starting the service takes less. */
const ANSWER_MS = 60_000;
/** After this without a loss, waiting begins anew. */
const STEADY_MS = 20_000;
/** So many losses without an answer between them are a crash, not a restart. */
const CRASHES = 3;

/** The connection, for everybody who speaks over it. */
export class NativeLink {
  readonly state: Observable<LinkState>;
  /** Hears every message of a connection that was greeted; set by the hub. */
  onMessage: (epoch: number, message: unknown) => void = () => {};
  readonly #platform: LinkPlatform;
  readonly #state = new Cell<LinkState>({ kind: 'connecting' });
  #port: NativePort | null = null;
  #epoch = 0;
  #failures = 0;
  #readyAt = 0;
  #stopWaiting: (() => void) | null = null;
  /** While the answer to a greeting is awaited. */
  #stopGreeting: () => void = () => {};

  constructor(platform: LinkPlatform) {
    this.#platform = platform;
    this.state = this.#state;
  }

  /** Connect unless it is connected or about to be. */
  start(): void {
    if (this.#port === null && this.#stopWaiting === null) this.#open();
  }

  /** Connect now: somebody thinks that it may work by now. */
  retry(): void {
    const isStuck = this.#port !== null && this.#state.value.kind === 'trouble';
    if (isStuck) this.#drop();
    if (this.#port === null) this.#open();
  }

  /** Send something over the connection of that number; nothing happens when it is gone. */
  send(epoch: number, message: object): void {
    if (epoch === this.#epoch && this.#state.value.kind === 'ready') this.#port?.postMessage(message);
  }

  #open(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = null;
    const port = this.#platform.connect();
    this.#port = port;
    port.onMessage.addListener((message) => {
      if (this.#port === port) this.#onMessage(message);
    });
    port.onDisconnect.addListener((reason) => {
      if (this.#port === port) this.#onLost(reason);
    });
    this.#greet();
  }

  #greet(): void {
    const { version } = this.#platform;
    this.#port?.postMessage({
      id: 0,
      call: 'hello',
      params: { protocol: PROTOCOL, name: 'extension', version },
    });
    this.#stopGreeting();
    this.#stopGreeting = this.#platform.after(ANSWER_MS, () => {
      this.#drop();
      this.#onLost('');
    });
  }

  #drop(): void {
    this.#stopGreeting();
    const port = this.#port;
    this.#port = null;
    port?.disconnect();
  }

  #onMessage(message: unknown): void {
    const { event, state, id, result, error } = message as Record<string, unknown>;
    if (event === 'service') return this.#onService(String(state));
    if (id === 0 && this.#state.value.kind !== 'ready') {
      this.#stopGreeting();
      if (error === undefined) return this.#onGreeted(result as Record<string, string>);
      return this.#onRefused(error as { code?: string; message?: string; data?: Record<string, unknown> });
    }
    if (this.#state.value.kind === 'ready') this.onMessage(this.#epoch, message);
  }

  /** The connector lost the service and found it again, or the service leaves in order. */
  #onService(state: string): void {
    if (state === 'reconnecting') {
      this.#stopGreeting();
      this.#become({ kind: 'reconnecting', since: this.#platform.now() });
    }
    if (state === 'ready') this.#greet();
  }

  #onGreeted(hello: Record<string, string>): void {
    this.#epoch += 1;
    this.#readyAt = this.#platform.now();
    const { version = '', platform = '', instance = '' } = hello;
    this.#become({ kind: 'ready', epoch: this.#epoch, version, platform, instance });
  }

  #onRefused(error: { code?: string; message?: string; data?: Record<string, unknown> }): void {
    const why: Trouble =
      error.code === 'VERSION_TOO_OLD' ? 'tooOld' : error.code === 'VERSION_TOO_NEW' ? 'tooNew' : 'garbled';
    const helper = typeof error.data?.['service'] === 'string' ? error.data['service'] : null;
    this.#become({ kind: 'trouble', why, detail: error.message ?? '', helper });
  }

  #onLost(reason: string): void {
    this.#stopGreeting();
    this.#port = null;
    const { kind } = this.#state.value;
    const wasSteady = kind === 'ready' && this.#platform.now() - this.#readyAt >= STEADY_MS;
    this.#failures = wasSteady ? 0 : this.#failures + 1;
    const why = troubleOf(reason);
    const isFinal =
      why === 'missing' || why === 'forbidden' || why === 'garbled' || this.#failures >= CRASHES;
    if (isFinal) this.#become({ kind: 'trouble', why, detail: reason, helper: null });
    else if (kind === 'ready') this.#become({ kind: 'reconnecting', since: this.#platform.now() });
    // Looking for it would keep the worker awake for nobody.
    if (isFinal && !this.#platform.isWatched()) return;
    const wait = isFinal
      ? MISSING_MS
      : (RETRY_MS[Math.min(this.#failures, RETRY_MS.length) - 1] ?? RETRY_MS[0]);
    this.#stopWaiting = this.#platform.after(wait, () => {
      this.#stopWaiting = null;
      this.#open();
    });
  }

  #become(state: LinkState): void {
    const before = this.#state.value;
    const isSame = before.kind === 'trouble' && state.kind === 'trouble' && before.why === state.why;
    if (!isSame) this.#state.set(state);
  }
}

/** What the browser's words mean (Chromium's and Firefox's). */
export function troubleOf(reason: string): Trouble {
  if (/not found|no such native application/i.test(reason)) return 'missing';
  if (/forbidden|not allowed/i.test(reason)) return 'forbidden';
  if (/error when communicating/i.test(reason)) return 'garbled';
  return 'crashed';
}
