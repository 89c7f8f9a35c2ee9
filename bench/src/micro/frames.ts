/** What it costs to carry events from the daemon to the host and commands the other way. */
import { connect, serve, type PipeClient, type PipeServer } from '@jstorrent/io-protocol';
import type { PlaneCommand, PlaneEvent, PlaneEventHandler } from '@jstorrent/engine/ports';
import { measure, type Measured } from './measure.ts';

const BATCH = 1000;

/** A host and a daemon over two lists of bytes. */
class Pipe {
  readonly client: PipeClient;
  readonly #server: PipeServer;
  #onEvents: PlaneEventHandler = () => {};
  #toHost: Uint8Array[] = [];
  #toDaemon: Uint8Array[] = [];

  constructor() {
    const fail = (error: Error): never => {
      throw error;
    };
    this.client = connect({
      write: (bytes) => this.#toDaemon.push(bytes),
      onReady: () => {},
      onEvents: () => {},
      onError: fail,
    });
    this.#server = serve({
      createPlane: (onEvents) => {
        this.#onEvents = onEvents;
        return { submit: () => {}, pauseReading: () => {}, resumeReading: () => {} };
      },
      write: (bytes) => this.#toHost.push(bytes),
      onError: fail,
    });
    this.deliver();
  }

  send(events: readonly PlaneEvent[]): void {
    this.#onEvents(events);
  }

  deliver(): void {
    for (const bytes of this.#toHost.splice(0)) this.client.receive(bytes);
    for (const bytes of this.#toDaemon.splice(0)) this.#server.receive(bytes);
  }
}

/** The frames of the bulk path. */
export function measureFrames(): Measured[] {
  const events = Array.from({ length: BATCH }, (_, index): PlaneEvent => ({
    type: 'blocks',
    link: 1 + (index % 8),
    piece: index,
    block: 0,
    count: 64,
  }));
  const commands = Array.from({ length: BATCH }, (_, index): PlaneCommand => ({
    type: 'request',
    link: 1 + (index % 8),
    piece: index,
    block: 0,
    count: 64,
  }));
  const pipe = new Pipe();
  const sent = (): Pipe => {
    const filled = new Pipe();
    filled.send(events);
    return filled;
  };
  return [
    measure(
      'frame, event there and back again as a value',
      () => pipe,
      (one) => {
        one.send(events);
        one.deliver();
        return BATCH;
      },
    ),
    measure(
      'frame, command there and back again as a value',
      () => pipe,
      (one) => {
        one.client.submit(commands);
        one.deliver();
        return BATCH;
      },
    ),
    measure('frame, decode an event', sent, (one) => {
      one.deliver();
      return BATCH;
    }),
  ];
}
