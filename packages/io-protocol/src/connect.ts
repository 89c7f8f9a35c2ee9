/**
 * The host's end of the pipe: a Plane whose commands travel as frames.
 */
import type { Plane, PlaneEvent, PlaneEventHandler } from '@jstorrent/engine/ports';
import { createCodec } from './codec.ts';
import { Endpoint } from './endpoint.ts';
import type { FrameError } from './frame-error.ts';
import { COMMAND_OPS, EVENT_OPS, type HostFrame } from './ops.ts';

/** What a connection to a daemon needs. */
export interface ConnectOptions {
  /** Send bytes to the daemon; they belong to the pipe from now on. First called, with the hello, before `connect` returns. */
  readonly write: (bytes: Uint8Array) => void;
  /** The daemon said a matching hello; called once, before the first events. */
  readonly onReady: () => void;
  /** All events of one part of the stream, in order; their byte arrays belong to the receiver. */
  readonly onEvents: PlaneEventHandler;
  /** The daemon broke the protocol; no more events come and the pipe is to be closed. */
  readonly onError: (error: FrameError) => void;
}

/** A plane at the other end of a pipe. Commands may be submitted before the daemon is ready. */
export interface PipeClient extends Plane {
  /** Any part of the stream; only read during the call. */
  receive(chunk: Uint8Array): void;
  /** Whether the daemon is megabytes of commands behind; an owner that can wait should. */
  readonly backlogged: boolean;
}

/** Reach a plane over a pipe of bytes. */
export function connect(options: ConnectOptions): PipeClient {
  const endpoint = new Endpoint<HostFrame, PlaneEvent>({
    outgoing: createCodec(COMMAND_OPS),
    incoming: createCodec(EVENT_OPS),
    write: options.write,
    onReady: options.onReady,
    onValues: options.onEvents,
    onFull: () => {},
    onError: options.onError,
    replace: (command) => {
      if (command.type !== 'openStore') throw new Error(`${command.type} does not fit a frame`);
      return { type: 'openRefused', store: command.store };
    },
  });
  return {
    submit: (commands) => endpoint.send(commands),
    receive: (chunk) => endpoint.receive(chunk),
    get backlogged() {
      return endpoint.full;
    },
  };
}
