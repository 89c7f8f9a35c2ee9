/**
 * The daemon's end of the pipe: commands in, events out, reading paused while the host is behind.
 */
import type { Plane, PlaneCommand, PlaneEvent, PlaneEventHandler } from '@jstorrent/engine/ports';
import { createCodec } from './codec.ts';
import { Endpoint } from './endpoint.ts';
import type { FrameError } from './frame-error.ts';
import { COMMAND_OPS, EVENT_OPS, type HostFrame } from './ops.ts';

/** A plane that can be told to stop taking bytes from peers; both may be called while it delivers events. */
export interface ServedPlane extends Plane {
  pauseReading(): void;
  resumeReading(): void;
}

/** What a served plane needs. */
export interface ServeOptions {
  /** Makes the plane; its events go to the host. Called once, before `serve` returns. */
  readonly createPlane: (onEvents: PlaneEventHandler) => ServedPlane;
  /** Send bytes to the host; they belong to the pipe from now on. First called, with the hello, before `serve` returns. */
  readonly write: (bytes: Uint8Array) => void;
  /** The host broke the protocol; the plane gets nothing more and the pipe is to be closed. */
  readonly onError: (error: FrameError) => void;
}

/** The bytes from the host go in here. */
export interface PipeServer {
  /** Any part of the stream; only read during the call. All commands of one part reach the plane in one `submit`. */
  receive(chunk: Uint8Array): void;
}

/** Serve a plane over a pipe of bytes. */
export function serve(options: ServeOptions): PipeServer {
  const endpoint = new Endpoint<PlaneEvent, HostFrame>({
    outgoing: createCodec(EVENT_OPS),
    incoming: createCodec(COMMAND_OPS),
    write: options.write,
    onReady: () => {},
    onValues: (frames) => plane.submit(answerRefused(frames)),
    onFull: (full) => (full ? plane.pauseReading() : plane.resumeReading()),
    onError: options.onError,
    replace: (event) => {
      throw new Error(`${event.type} does not fit a frame`);
    },
  });
  const plane = options.createPlane((events) => endpoint.send(events));
  return { receive: (chunk) => endpoint.receive(chunk) };

  /** The commands among frames; stores that could not be sent are answered here. */
  function answerRefused(frames: readonly HostFrame[]): readonly PlaneCommand[] {
    const commands = frames.filter((frame) => frame.type !== 'openRefused');
    if (commands.length === frames.length) return commands;
    const answers: PlaneEvent[] = [];
    for (const frame of frames) {
      if (frame.type !== 'openRefused') continue;
      const detail = 'the layout does not fit one frame';
      answers.push({
        type: 'storeFailed',
        store: frame.store,
        request: 0,
        code: 'BAD_LAYOUT',
        detail,
        missing: 0,
      });
    }
    endpoint.send(answers);
    return commands;
  }
}
