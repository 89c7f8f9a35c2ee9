/**
 * The listening sockets of the engine: one port, on one host or on several (IPv4 and IPv6). The first host decides the
 * port; a further one that the system does not have is done without.
 */
import type { LinkCode, LinkEvent, ListenerId } from '../ports.ts';
import type { Turn } from './turn.ts';

/** What came of an event. */
export type ListenOutcome =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'listenFailed'; readonly code: LinkCode };

/** Where we can be dialled. */
export class Listeners {
  #hosts: readonly string[] = [];
  #wantedPort = 0;
  #first: ListenerId = 0;
  #open: ListenerId[] = [];
  #next: ListenerId = 1;
  #port = 0;

  /** The port peers may dial, 0 while there is none. */
  get port(): number {
    return this.#port;
  }

  /** Listen here and nowhere else from now on; port 0 takes any. */
  listen(hosts: readonly string[], port: number, turn: Turn): void {
    for (const listener of this.#open) turn.push({ type: 'unlisten', listener });
    this.#hosts = hosts;
    this.#wantedPort = port;
    this.begin(turn);
  }

  /** A new plane knows nothing of what an earlier one was asked. */
  begin(turn: Turn): void {
    this.#open = [];
    const [host] = this.#hosts;
    if (host === undefined) return;
    this.#first = this.#next;
    this.#push(host, this.#wantedPort, turn);
  }

  /** The plane is gone and the sockets with it. */
  reset(): void {
    this.#open = [];
    this.#port = 0;
  }

  /** Null when the event changes nothing for the outside. */
  onEvent(
    event: Extract<LinkEvent, { type: 'listening' | 'listenFailed' }>,
    turn: Turn,
  ): ListenOutcome | null {
    if (event.listener !== this.#first) return null;
    if (event.type === 'listenFailed') return { type: 'listenFailed', code: event.code };
    this.#port = event.port;
    for (const host of this.#hosts.slice(1)) this.#push(host, event.port, turn);
    return { type: 'listening', port: event.port };
  }

  #push(host: string, port: number, turn: Turn): void {
    const listener = this.#next;
    this.#next += 1;
    this.#open.push(listener);
    turn.push({ type: 'listen', listener, host, port });
  }
}
