/** A front end and a served connection joined by a pipe, with virtual time-outs. Handlers are what a test says. */
import { framed } from '../channel.ts';
import { connectControl, type ControlClient } from '../client.ts';
import { ControlError } from '../control-error.ts';
import { encodeFrame, FrameDecoder } from '../frames.ts';
import { CONTROL_LIMITS } from '../limits.ts';
import { COMMANDS } from '../schema/commands.ts';
import type { ControlEvent } from '../schema/events.ts';
import { serveControl, type ControlConnection, type Handlers } from '../server.ts';
import { createPipe, type Pipe } from './pipe.ts';

/** What the service says of itself. */
export const HELLO = { version: '1.4.0', platform: 'linux', instance: 'test' };

/** A full set of handlers: those given, and for all others UNSUPPORTED. */
function handlersOf(some: Partial<Handlers>): Handlers {
  const unsupported = (): never => {
    throw new ControlError('UNSUPPORTED');
  };
  return {
    ...Object.fromEntries(Object.keys(COMMANDS).map((name) => [name, unsupported])),
    ...some,
  } as Handlers;
}

/** A served connection that a test talks to in raw frames. */
export interface RawService {
  readonly connection: ControlConnection;
  /** It, and those of sessions. */
  readonly connections: readonly ControlConnection[];
  readonly pipe: Pipe;
  readonly bugs: unknown[];
  /** Messages to the front end so far. */
  readonly received: Record<string, unknown>[];
  say(...messages: object[]): void;
  sayBytes(bytes: Uint8Array): void;
}

/** Serve, and greet unless told otherwise. */
export function serveRaw(handlers: Partial<Handlers> = {}, greet = true): RawService {
  const pipe = createPipe();
  const bugs: unknown[] = [];
  const connections: ControlConnection[] = [];
  serveControl(pipe.back, handlersOf(handlers), {
    hello: HELLO,
    onBug: (bug) => bugs.push(bug),
    onConnection: (connection) => connections.push(connection),
  });
  const [connection] = connections;
  if (connection === undefined) throw new Error('nobody is served');
  const decoder = new FrameDecoder(1_048_576);
  const received: Record<string, unknown>[] = [];
  pipe.front.listen({
    onData: (chunk) => {
      for (const frame of decoder.push(chunk)) {
        if (!frame.ok) throw new Error(`the service sent ${frame.code}`);
        received.push(frame.message as Record<string, unknown>);
      }
    },
    onDrain: () => {},
    onClose: () => {},
  });
  const sayBytes = (bytes: Uint8Array): void => {
    pipe.front.send(bytes);
    pipe.deliver();
  };
  const say = (...messages: object[]): void => {
    for (const message of messages) sayBytes(encodeFrame(message));
  };
  if (greet) {
    say({ id: 0, call: 'hello', params: { protocol: 2, name: 'test', version: '1' } });
    received.length = 0;
  }
  return { connection, connections, pipe, bugs, received, say, sayBytes };
}

/** A client whose time-outs run when a test says so. */
export interface ClientWorld {
  readonly client: ControlClient;
  readonly pipe: Pipe;
  readonly events: ControlEvent[];
  readonly connection: ControlConnection;
  closed: boolean;
  /** Time-outs that have not been called off. */
  readonly pendingTimers: () => number;
  /** Let time pass for pending time-outs. */
  pass(ms: number): void;
}

/** A client of a service with these handlers, not greeted yet. */
export function clientWorld(handlers: Partial<Handlers> = {}): ClientWorld {
  const pipe = createPipe();
  const events: ControlEvent[] = [];
  const timers = new Set<{ at: number; run: () => void }>();
  let now = 0;
  const connections: ControlConnection[] = [];
  serveControl(pipe.back, handlersOf(handlers), {
    hello: HELLO,
    onBug: () => {},
    onConnection: (connection) => connections.push(connection),
  });
  const [connection] = connections;
  if (connection === undefined) throw new Error('nobody is served');
  const world = { closed: false };
  const client = connectControl(framed(pipe.front, CONTROL_LIMITS.messageBytes), {
    onEvent: (event) => events.push(event),
    onClose: () => {
      world.closed = true;
    },
    timer: (ms, run) => {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  });
  return Object.assign(world, {
    client,
    pipe,
    events,
    connection,
    pendingTimers: () => timers.size,
    pass: (ms: number) => {
      now += ms;
      for (const timer of [...timers].filter(({ at }) => at <= now)) {
        timers.delete(timer);
        timer.run();
      }
    },
  });
}
