/**
 * One daemon that many tests use one after the other. Decides what a test leaves behind: nothing, because whatever it
 * opened is closed before the next one begins.
 */
import type { PlaneCommand, PlaneEvent } from '@jstorrent/engine/ports';
import { OpenStores } from './open-stores.ts';
import { spawnDaemon, type Daemon } from './spawn.ts';

/** A question that no test asks. */
const LAST_REQUEST = 0x7fff_ffff;

/** A running daemon and what is open in it. */
export class SharedDaemon {
  readonly ready: Promise<void>;
  readonly #daemon: Daemon;
  #stores = new OpenStores();
  /** What closes links, listeners and sockets that are open, by a name of their own. */
  readonly #closing = new Map<string, PlaneCommand>();
  #events: PlaneEvent[] = [];
  #onAnswer: () => void = () => {};

  constructor(roots: Readonly<Record<string, string>>) {
    const ready = Promise.withResolvers<void>();
    this.ready = ready.promise;
    this.#daemon = spawnDaemon({
      roots,
      arenaBytes: 4 * 1024 * 1024,
      onReady: ready.resolve,
      onEvents: (events) => this.#note(events),
      onLost: (reason) => {
        throw new Error(`the daemon died: ${reason}`);
      },
      log: (line) => console.error(line),
    });
  }

  /** Carry out the commands of a test. */
  submit(commands: readonly PlaneCommand[]): void {
    this.#stores.onCommands(commands);
    for (const command of commands) {
      if (command.type === 'dial') this.#open('link', command.link);
      else if (command.type === 'listen') this.#open('listener', command.listener);
      else if (command.type === 'udpBind') this.#open('socket', command.socket);
    }
    this.#daemon.plane.submit(commands);
  }

  /** From now on events go into a new list. */
  listen(): readonly PlaneEvent[] {
    this.#events = [];
    return this.#events;
  }

  /** Close all that is open; resolved when nothing more will be told of it. */
  async reset(): Promise<void> {
    const answered = new Promise<void>((resolve) => {
      this.#onAnswer = () => {
        if (this.#stores.none && this.#hasLastAnswer) resolve();
      };
    });
    this.submit([
      ...this.#closing.values(),
      ...this.#stores.closing(),
      { type: 'resolve', request: LAST_REQUEST, host: '127.0.0.1' },
    ]);
    this.#closing.clear();
    await answered;
    this.#onAnswer = () => {};
  }

  stop(): Promise<void> {
    return this.#daemon.stop();
  }

  get #hasLastAnswer(): boolean {
    return this.#events.some((event) => event.type === 'resolved' && event.request === LAST_REQUEST);
  }

  #open(kind: 'link' | 'listener' | 'socket', id: number): void {
    const command: Record<typeof kind, PlaneCommand> = {
      link: { type: 'close', link: id },
      listener: { type: 'unlisten', listener: id },
      socket: { type: 'udpClose', socket: id },
    };
    this.#closing.set(`${kind} ${id}`, command[kind]);
  }

  #note(events: readonly PlaneEvent[]): void {
    this.#stores.onEvents(events);
    for (const event of events) if (event.type === 'accepted') this.#open('link', event.link);
    this.#events.push(...events);
    this.#onAnswer();
  }
}
