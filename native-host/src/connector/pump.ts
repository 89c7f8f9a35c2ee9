/**
 * Copies bytes between a browser and the service. Decides what happens when one of them goes away or does not keep up:
 * a browser that is gone ends it, a service that is gone is looked for again, and frames torn meanwhile are dropped.
 */
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { FrameBorders, frameOf, WholeFrames } from './whole-frames.ts';

/** JSON bytes of one message to a browser: one more and it disconnects us. */
const MESSAGE_MAX_BYTES = 1_048_576;

/** What a pump works with. */
export interface PumpOptions {
  /** From the browser. */
  readonly input: Readable;
  /** To the browser. */
  readonly output: Writable;
  /** Find the service again; null when there is none to be found. */
  readonly reach: () => Promise<Socket | null>;
}

/** Why a pump ended. */
export type PumpEnd = 'browserGone' | 'serviceGone';

/** Copy until either side is gone for good. The first connection is looked for with `reach` too. */
export async function pump(options: PumpOptions): Promise<PumpEnd> {
  const { input, output, reach } = options;
  const gone = new Promise<'browserGone'>((resolve) => {
    for (const name of ['end', 'close', 'error']) input.once(name, () => resolve('browserGone'));
    for (const name of ['close', 'error']) output.once(name, () => resolve('browserGone'));
  });
  const up = new Upstream(input);
  const found = await Promise.race([reach(), gone]);
  if (found === 'browserGone') return found;
  let service: Socket | null = found;
  while (service !== null) {
    const end: 'browserGone' | 'lost' = await Promise.race([gone, carry(service, up, output)]);
    if (end === 'browserGone') {
      // What it said last still arrives.
      service.end();
      return end;
    }
    output.write(frameOf({ event: 'service', state: 'reconnecting' }));
    const next: Socket | null | 'browserGone' = await Promise.race([reach(), gone]);
    if (next === 'browserGone') return next;
    if (next !== null) output.write(frameOf({ event: 'service', state: 'ready' }));
    service = next;
  }
  return 'serviceGone';
}

/** One connection to the service, until it is lost. */
function carry(service: Socket, up: Upstream, output: Writable): Promise<'lost'> {
  const { promise, resolve } = Promise.withResolvers<'lost'>();
  const frames = new WholeFrames(MESSAGE_MAX_BYTES);
  const onDrain = (): void => {
    service.resume();
  };
  output.on('drain', onDrain);
  service.on('error', () => {});
  service.on('data', (chunk: Uint8Array) => {
    try {
      let fits = true;
      for (const bytes of frames.push(chunk)) fits = output.write(bytes);
      if (!fits) service.pause();
    } catch {
      // Too long for the browser: the service is not what it should be.
      service.destroy();
    }
  });
  service.once('close', () => {
    output.off('drain', onDrain);
    up.disconnect();
    resolve('lost');
  });
  up.connect(service);
  return promise;
}

/** The browser's bytes: waiting for the first connection, dropped after a lost one until the next. */
class Upstream {
  readonly #input: Readable;
  readonly #borders = new FrameBorders();
  #service: Socket | null = null;
  /** The present frame began while there was no service to give it to. */
  #isTorn = false;

  constructor(input: Readable) {
    this.#input = input;
  }

  /** Give what comes from now on to a service, from the next frame on. */
  connect(service: Socket): void {
    this.#isTorn = !this.#borders.atBorder;
    this.#service = service;
    service.on('drain', () => this.#input.resume());
    // Nothing is read before somebody can take it: what the browser says first waits in the pipe.
    if (this.#input.listenerCount('data') === 0)
      this.#input.on('data', (chunk: Uint8Array) => this.#take(chunk));
    this.#input.resume();
  }

  /** Drop what comes: whoever sent it is told that its calls are lost. */
  disconnect(): void {
    this.#service = null;
    this.#input.resume();
  }

  #take(chunk: Uint8Array): void {
    let from = 0;
    if (this.#isTorn) {
      const border = this.#borders.next(chunk, 0);
      if (border === null) return;
      this.#isTorn = false;
      from = border;
    }
    const bytes = chunk.subarray(from);
    this.#borders.last(bytes);
    if (this.#service !== null && bytes.length > 0 && !this.#service.write(bytes)) this.#input.pause();
  }
}
