/**
 * One daemon that many tests use one after the other. Decides what a test leaves behind: nothing, because whatever it
 * opened is closed before the next one begins.
 */
import type { PlaneCommand, PlaneEvent, StoreId } from '@jstorrent/engine/ports';
import { spawnDaemon, type Daemon } from './spawn.ts';

/** The first question that no test asks; those below are ours too. */
const LAST_REQUEST = 0x7fff_ffff;
/** A store that no test opens. */
const NO_STORE = 0x7fff_ffff;

/** A running daemon and what is open in it. */
export class SharedDaemon {
  readonly ready: Promise<void>;
  readonly #daemon: Daemon;
  /** Stores that may be open. */
  readonly #stores = new Set<StoreId>();
  /** What closes links, listeners and sockets that are open, by a name of their own. */
  readonly #closing = new Map<string, PlaneCommand>();
  #events: PlaneEvent[] = [];
  #onEvent: (event: PlaneEvent) => void = () => {};
  #nextRequest = LAST_REQUEST;

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
    for (const command of commands) {
      if (command.type === 'dial') this.#open('link', command.link);
      else if (command.type === 'listen') this.#open('listener', command.listener);
      else if (command.type === 'udpBind') this.#open('socket', command.socket);
      else if (command.type === 'openStore') this.#stores.add(command.store);
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
    this.submit([...this.#closing.values()]);
    this.#closing.clear();
    await this.#lastAnswer(NO_STORE);
    for (const store of this.#stores) {
      this.submit([{ type: 'closeStore', store }]);
      // A store that is gone refuses with NOT_FOUND, one that is closing with BUSY.
      while ((await this.#lastAnswer(store)) !== 'NOT_FOUND');
    }
    this.#stores.clear();
  }

  stop(): Promise<void> {
    return this.#daemon.stop();
  }

  async #lastAnswer(store: StoreId): Promise<string> {
    const request = this.#nextRequest--;
    const answer = new Promise<string>((resolve) => {
      this.#onEvent = (event) => {
        if (event.type === 'storeFailed' && event.request === request) resolve(event.code);
        else if (event.type === 'synced' && event.request === request) resolve(event.type);
      };
    });
    this.submit([{ type: 'sync', store, request }]);
    return await answer;
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
    for (const event of events) {
      if (event.type === 'accepted') this.#open('link', event.link);
      this.#onEvent(event);
    }
    this.#events.push(...events);
  }
}
