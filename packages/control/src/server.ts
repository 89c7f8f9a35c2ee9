/**
 * The side of the service: one front end's calls, checked and answered, and events to it. What a command does is decided
 * by the handlers; a front end that does not keep up is neither read nor sent more.
 */
import type * as z from 'zod/mini';
import { readParams } from './bad-params.ts';
import type { ByteChannel } from './channel.ts';
import { ControlError } from './control-error.ts';
import { encodeFrame, type Frame } from './frames.ts';
import { HeldEvents } from './held-events.ts';
import { CONTROL_LIMITS, PROTOCOL, PROTOCOL_OLDEST } from './limits.ts';
import { readRequest, type Reply } from './messages.ts';
import { COMMANDS, isCommand, type CommandName, type Params, type Result } from './schema/commands.ts';
import { ERROR_CODES, type ErrorCode } from './schema/errors.ts';
import type { ControlEvent } from './schema/events.ts';
import { Wire, type Line, type LineHandlers } from './wire.ts';

/** One front end, as handlers and feeds see it. */
export interface ControlConnection {
  /** What it said in `hello`; null before. */
  readonly peer: Params<'hello'> | null;
  readonly isClosed: boolean;
  /** Whether it keeps up. Feeds send only then, and again when `onWritable` calls. */
  readonly isWritable: boolean;
  /** Tell it something, once it said `hello`. While it does not keep up, the newest of each kind is kept, and the last notices. */
  emit(event: ControlEvent): void;
  /** Called whenever it keeps up again. */
  onWritable(run: () => void): void;
  /** Called once when the connection ends. */
  onClosed(run: () => void): void;
  close(): void;
}

/** Who calls, and whether the call still matters. */
export interface CallContext {
  readonly connection: ControlConnection;
  readonly isCancelled: boolean;
  /** Called once if the call is cancelled or its front end goes. */
  onCancelled(run: () => void): void;
}

/** What each command does; parameters are checked before. Throws ControlError, at once or later. */
export type Handlers = {
  readonly [N in Exclude<CommandName, 'hello' | 'ping'>]: (
    params: Params<N>,
    context: CallContext,
  ) => Result<N> | Promise<Result<N>>;
};

/** What a connection needs beside its handlers. */
export interface ServeOptions {
  /** The answer to `hello` but for the protocol. */
  readonly hello: Omit<Result<'hello'>, 'protocol'>;
  /** A handler threw what is no ControlError: a bug. The front end is told FAILED. */
  readonly onBug: (error: unknown) => void;
  /** A front end came: the one at the other end of the channel, and each that it speaks for. */
  readonly onConnection: (connection: ControlConnection) => void;
}

/** Serve all front ends of a channel until it closes. */
export function serveControl(channel: ByteChannel, handlers: Handlers, options: ServeOptions): void {
  const wire = new Wire(channel, (line) => {
    const connection = new Connection(line, handlers, options);
    options.onConnection(connection);
    return connection;
  });
  channel.listen(wire);
}

type Outcome = { readonly result: unknown } | ControlError;
type AnyHandler = (params: unknown, context: CallContext) => unknown;

class Connection implements ControlConnection, LineHandlers {
  peer: Params<'hello'> | null = null;
  readonly #line: Line;
  readonly #handlers: Handlers;
  readonly #options: ServeOptions;
  readonly #calls = new Map<number, Call>();
  readonly #held = new HeldEvents();
  readonly #onWritable: (() => void)[] = [];
  readonly #onClosed: (() => void)[] = [];
  /** Handlers that have not come back, also those of cancelled calls. */
  #running = 0;
  isClosed = false;

  constructor(line: Line, handlers: Handlers, options: ServeOptions) {
    this.#line = line;
    this.#handlers = handlers;
    this.#options = options;
  }

  get isWritable(): boolean {
    return this.#hasRoom && this.#held.isEmpty;
  }

  get #hasRoom(): boolean {
    return !this.isClosed && this.#line.hasRoom;
  }

  emit(event: ControlEvent): void {
    if (this.isClosed || this.peer === null) return;
    if (this.isWritable) this.#sendEvent(event);
    else this.#held.hold(event);
  }

  onWritable(run: () => void): void {
    this.#onWritable.push(run);
  }

  onClosed(run: () => void): void {
    this.#onClosed.push(run);
  }

  close(): void {
    if (!this.isClosed) this.#line.close();
    this.onClose();
  }

  onRoom(): void {
    while (this.#hasRoom && !this.#held.isEmpty) {
      const event = this.#held.take();
      if (event !== null) this.#sendEvent(event);
    }
    if (this.isWritable) for (const run of this.#onWritable) run();
  }

  onClose(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const call of this.#calls.values()) call.cancel();
    this.#calls.clear();
    for (const run of this.#onClosed) run();
  }

  onFrame(frame: Frame): void {
    if (!frame.ok) {
      const data = frame.code === 'TOO_LARGE' ? { limit: CONTROL_LIMITS.requestBytes } : undefined;
      return this.#fail(frame.id, new ControlError(frame.code, data));
    }
    const request = readRequest(frame.message);
    if ('malformed' in request) return this.#fail(request.malformed, new ControlError('BAD_MESSAGE'));
    if ('cancel' in request) return this.#cancel(request.cancel);
    const { id, call, params } = request;
    if (this.#calls.has(id)) return this.#fail(id, new ControlError('BAD_MESSAGE'));
    if (!isCommand(call))
      return this.#fail(id, new ControlError('UNKNOWN_COMMAND', { command: call.slice(0, 60) }));
    const read = readParams(COMMANDS[call].params as z.ZodMiniType, params);
    if (read instanceof ControlError) return this.#fail(id, read);
    if (call === 'hello') return this.#hello(id, read.params as Params<'hello'>);
    if (this.peer === null) return this.#fail(id, new ControlError('HELLO_FIRST'));
    if (call === 'ping') return this.#reply({ id, result: {} });
    if (this.#running >= CONTROL_LIMITS.inFlight)
      return this.#fail(id, new ControlError('BUSY', { what: 'Much else' }));
    this.#run(id, call, read.params);
  }

  #hello(id: number, params: Params<'hello'>): void {
    const error = versionProblem(params, this.#options.hello.version);
    if (error !== null) return this.#fail(id, error);
    this.peer = params;
    this.#reply({ id, result: { protocol: PROTOCOL, ...this.#options.hello } });
  }

  #run(id: number, name: Exclude<CommandName, 'hello' | 'ping'>, params: unknown): void {
    const call = new Call(this);
    this.#calls.set(id, call);
    this.#running += 1;
    let result: unknown;
    try {
      result = (this.#handlers[name] as AnyHandler)(params, call);
    } catch (error) {
      return this.#settle(id, call, this.#asControlError(error));
    }
    // What needs no waiting is answered at once, so that many such calls in one chunk are not too many.
    if (!(result instanceof Promise)) return this.#settle(id, call, { result });
    void this.#runLater(id, call, result);
  }

  async #runLater(id: number, call: Call, promise: Promise<unknown>): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = { result: await promise };
    } catch (error) {
      outcome = this.#asControlError(error);
    }
    this.#settle(id, call, outcome);
  }

  #settle(id: number, call: Call, outcome: Outcome): void {
    this.#running -= 1;
    if (call.isCancelled) return;
    this.#calls.delete(id);
    if (outcome instanceof ControlError) this.#fail(id, outcome);
    else this.#reply({ id, result: outcome.result });
  }

  #cancel(id: number): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    call.cancel();
    this.#fail(id, new ControlError('CANCELLED'));
  }

  #asControlError(error: unknown): ControlError {
    if (error instanceof ControlError) return error;
    this.#options.onBug(error);
    return new ControlError('FAILED');
  }

  #fail(id: number | null, error: ControlError): void {
    this.#reply({ id, error: error.toShape() });
  }

  #reply(reply: Reply): void {
    if (this.isClosed) return;
    const frame = encodeFrame(reply);
    if (frame.length - 4 <= CONTROL_LIMITS.messageBytes) return this.#line.send(frame);
    this.#fail(reply.id, new ControlError('TOO_LARGE', { limit: CONTROL_LIMITS.messageBytes }));
  }

  #sendEvent(event: ControlEvent): void {
    const frame = encodeFrame(event);
    if (frame.length - 4 <= CONTROL_LIMITS.messageBytes) this.#line.send(frame);
    else this.#options.onBug(new Error(`an event of ${frame.length} bytes: ${event.event}`));
  }
}

class Call implements CallContext {
  readonly connection: ControlConnection;
  isCancelled = false;
  readonly #onCancelled: (() => void)[] = [];

  constructor(connection: ControlConnection) {
    this.connection = connection;
  }

  onCancelled(run: () => void): void {
    this.#onCancelled.push(run);
  }

  cancel(): void {
    if (this.isCancelled) return;
    this.isCancelled = true;
    for (const run of this.#onCancelled) run();
  }
}

function versionProblem(peer: Params<'hello'>, service: string): ControlError | null {
  if (peer.protocol >= PROTOCOL_OLDEST && peer.protocol <= PROTOCOL) return null;
  const code: ErrorCode = peer.protocol > PROTOCOL ? 'VERSION_TOO_NEW' : 'VERSION_TOO_OLD';
  const data = { side: peer.name, client: `${peer.name} ${peer.version}`, service, protocol: PROTOCOL };
  return new ControlError(code, data);
}

/** Whether a text is one of our codes. */
export function isErrorCode(code: string): code is ErrorCode {
  return (ERROR_CODES as readonly string[]).includes(code);
}
