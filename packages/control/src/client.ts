/**
 * The side of a front end: calls with replies, time-outs and cancellation over one channel. Connecting, and connecting
 * again, is decided by whoever makes the channel.
 */
import type { MessageChannel } from './channel.ts';
import { ControlError } from './control-error.ts';
import { CONTROL_LIMITS } from './limits.ts';
import { isId } from './messages.ts';
import type { CommandName, Params, Result } from './schema/commands.ts';
import type { ErrorShape } from './schema/errors.ts';
import type { ControlEvent } from './schema/events.ts';

/** As an AbortSignal. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What a client needs beside its channel. */
export interface ClientOptions {
  readonly onEvent: (event: ControlEvent) => void;
  /** The connection ended; every call was rejected with CLOSED. */
  readonly onClose?: () => void;
  /** Of calls that neither wait for a person nor for much work. */
  readonly timeoutMs?: number;
  /** Runs something later unless what it gives back is called: `setTimeout` of the platform. */
  readonly timer: (ms: number, run: () => void) => () => void;
}

/** How one call is made. */
export interface CallOptions {
  readonly signal?: CancelSignal;
  readonly timeoutMs?: number;
}

/** A front end's connection to the service. `hello` is called first. */
export interface ControlClient {
  /** Rejects with a ControlError: the service's, or TIMED_OUT, CANCELLED, CLOSED. */
  call<N extends CommandName>(name: N, params: Params<N>, options?: CallOptions): Promise<Result<N>>;
  close(): void;
}

/** Commands that wait for a person or read much. */
const SLOW: ReadonlySet<CommandName> = new Set(['folders.pick', 'import.scan', 'import.run']);

interface Pending {
  readonly settle: (result: unknown, error: ControlError | null) => void;
}

/** Speak control over a channel. */
export function connectControl(channel: MessageChannel, options: ClientOptions): ControlClient {
  const client = new Client(channel, options);
  channel.listen(client);
  return client;
}

class Client implements ControlClient {
  readonly #channel: MessageChannel;
  readonly #options: ClientOptions;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #isClosed = false;

  constructor(channel: MessageChannel, options: ClientOptions) {
    this.#channel = channel;
    this.#options = options;
  }

  call<N extends CommandName>(name: N, params: Params<N>, options: CallOptions = {}): Promise<Result<N>> {
    return new Promise<Result<N>>((resolve, reject) => {
      const { signal } = options;
      if (this.#isClosed) return reject(new ControlError('CLOSED'));
      if (signal?.aborted === true) return reject(new ControlError('CANCELLED'));
      const id = this.#nextId;
      this.#nextId += 1;
      const giveUp = (code: 'TIMED_OUT' | 'CANCELLED'): void => {
        this.#pending.get(id)?.settle(null, new ControlError(code));
        this.#channel.send({ cancel: id });
      };
      const onAbort = (): void => giveUp('CANCELLED');
      const stopTimer = this.#options.timer(this.#timeoutOf(name, options), () => giveUp('TIMED_OUT'));
      signal?.addEventListener('abort', onAbort);
      this.#pending.set(id, {
        settle: (result, error) => {
          this.#pending.delete(id);
          stopTimer();
          signal?.removeEventListener('abort', onAbort);
          if (error === null) resolve(result as Result<N>);
          else reject(error);
        },
      });
      this.#channel.send({ id, call: name, params });
    });
  }

  close(): void {
    if (!this.#isClosed) this.#channel.close();
    this.onClose();
  }

  onMessage(message: unknown): void {
    if (this.#isClosed || typeof message !== 'object' || message === null) return;
    const { id, result, error, event } = message as Record<string, unknown>;
    if (typeof event === 'string') return this.#options.onEvent(message as ControlEvent);
    const pending = isId(id) ? this.#pending.get(id) : undefined;
    pending?.settle(result, error === undefined ? null : readError(error));
  }

  onClose(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const { settle } of this.#pending.values()) settle(null, new ControlError('CLOSED'));
    this.#options.onClose?.();
  }

  #timeoutOf(name: CommandName, options: CallOptions): number {
    const usual = this.#options.timeoutMs ?? CONTROL_LIMITS.callTimeoutMs;
    return options.timeoutMs ?? (SLOW.has(name) ? Math.max(usual, CONTROL_LIMITS.slowCallTimeoutMs) : usual);
  }
}

function readError(error: unknown): ControlError {
  const { code, message, data } = (error ?? {}) as Partial<ErrorShape>;
  return typeof code === 'string' && typeof message === 'string'
    ? new ControlError(code, data, message)
    : new ControlError('FAILED');
}
