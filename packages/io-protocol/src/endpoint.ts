/**
 * One end of the pipe: hello, frames, credit. Decides everything that is the same for both processes; which values travel
 * in which direction is decided by serve.ts and connect.ts.
 */
import { BodyReader } from './body-reader.ts';
import { type Codec, createCodec } from './codec.ts';
import { FrameError, FrameTooLong } from './frame-error.ts';
import { FrameReader } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';
import { CREDIT_HIGH_BYTES, CREDIT_LOW_BYTES, CREDIT_STEP_BYTES, MAGIC, PROTOCOL_VERSION } from './limits.ts';
import { PIPE_OPS, type PipeFrame } from './ops.ts';

const pipeCodec = createCodec<PipeFrame>(PIPE_OPS);

/** What an endpoint is made of. */
export interface EndpointOptions<Out, In> {
  readonly outgoing: Codec<Out>;
  readonly incoming: Codec<In>;
  /** Send bytes to the other process; they belong to the pipe from now on. */
  readonly write: (bytes: Uint8Array) => void;
  /** The other end said a matching hello. */
  readonly onReady: () => void;
  /** All values of one chunk, in order; their byte arrays belong to the receiver. */
  readonly onValues: (values: readonly In[]) => void;
  /** More than CREDIT_HIGH_BYTES are on their way (true), or fewer than CREDIT_LOW_BYTES again (false). */
  readonly onFull: (full: boolean) => void;
  /** The other end broke the protocol; nothing more comes out of this endpoint and the pipe is to be closed. */
  readonly onError: (error: FrameError) => void;
  /** What to send instead of a value whose frame would be too long; throws when that is a bug. */
  readonly replace: (value: Out) => Out;
}

/** One end of the pipe; says hello at once. */
export class Endpoint<Out, In> {
  readonly #options: EndpointOptions<Out, In>;
  readonly #writer = new FrameWriter();
  readonly #body = new BodyReader();
  readonly #frames = new FrameReader((bytes, start, end) => this.#onFrame(bytes, start, end));
  #state: 'waiting' | 'ready' | 'broken' = 'waiting';
  #values: In[] = [];
  /** Bytes we sent that the other end has not processed. */
  #onTheWay = 0;
  #full = false;
  /** Bytes we processed and have not acknowledged. */
  #due = 0;

  constructor(options: EndpointOptions<Out, In>) {
    this.#options = options;
    pipeCodec.encode(this.#writer, { type: 'hello', magic: MAGIC, version: PROTOCOL_VERSION });
    options.write(this.#writer.take());
  }

  /** Whether the other end is behind: true above CREDIT_HIGH_BYTES on their way until they fall below CREDIT_LOW_BYTES. */
  get full(): boolean {
    return this.#full;
  }

  /** Send all values of a turn in one write. Nothing is sent once the pipe is broken. */
  send(values: readonly Out[]): void {
    if (values.length === 0 || this.#state === 'broken') return;
    for (const value of values) this.#onTheWay += this.#encode(value);
    this.#acknowledge();
    this.#updateFull();
  }

  /** Take bytes from the other process; they are only read during the call. */
  receive(chunk: Uint8Array): void {
    if (this.#state === 'broken') return;
    const wasReady = this.#state === 'ready';
    this.#values = [];
    try {
      this.#frames.push(chunk);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#state = 'broken';
      this.#options.onError(error);
      return;
    }
    const values = this.#values;
    if (!wasReady && this.#state === 'ready') this.#options.onReady();
    this.#updateFull();
    if (values.length > 0) this.#options.onValues(values);
    if (this.#due >= CREDIT_STEP_BYTES) this.#acknowledge();
  }

  #encode(value: Out): number {
    try {
      return this.#options.outgoing.encode(this.#writer, value);
    } catch (error) {
      if (!(error instanceof FrameTooLong)) throw error;
      return this.#options.outgoing.encode(this.#writer, this.#options.replace(value));
    }
  }

  /** Writes what is encoded, and with it the credit that is due. */
  #acknowledge(): void {
    if (this.#due > 0) pipeCodec.encode(this.#writer, { type: 'credit', bytes: this.#due });
    this.#due = 0;
    this.#options.write(this.#writer.take());
  }

  #updateFull(): void {
    const full = this.#onTheWay > (this.#full ? CREDIT_LOW_BYTES : CREDIT_HIGH_BYTES);
    if (full === this.#full) return;
    this.#full = full;
    this.#options.onFull(full);
  }

  #onFrame(bytes: Uint8Array, start: number, end: number): void {
    const body: BodyReader = this.#body;
    body.open(bytes, start, end);
    const op = body.u8();
    if (this.#state === 'waiting') {
      this.#onHello(pipeCodec.decode(op, body));
      return;
    }
    const value = this.#options.incoming.decode(op, body);
    if (value === null) {
      this.#onCredit(pipeCodec.decode(op, body));
      return;
    }
    this.#due += end - start + 4;
    this.#values.push(value);
  }

  #onHello(frame: PipeFrame | null): void {
    const body: BodyReader = this.#body;
    if (frame?.type !== 'hello') body.fail('EXPECTED_HELLO');
    if (frame.magic !== MAGIC) body.fail('BAD_MAGIC');
    if (frame.version !== PROTOCOL_VERSION) body.fail('BAD_VERSION');
    this.#state = 'ready';
  }

  #onCredit(frame: PipeFrame | null): void {
    const body: BodyReader = this.#body;
    if (frame === null) body.fail('UNKNOWN_OP');
    if (frame.type !== 'credit') body.fail('EXPECTED_HELLO');
    if (frame.bytes > this.#onTheWay) body.fail('BAD_CREDIT');
    this.#onTheWay -= frame.bytes;
  }
}
