/**
 * The port others connect to. Decides what is listened at when the user's port cannot be used, and what is told of it; the
 * sockets are the engine's.
 */
import type { Result, Totals } from '@jstorrent/control';
import type { Host } from './host.ts';

/** Listens as the settings say. */
export class PortKeeper {
  readonly #host: Host;
  /** What was asked for last; 0 = any. */
  #wanted: number;
  #port = 0;
  /** Why the user's port cannot be used. */
  #problem: string | null = null;

  constructor(host: Host) {
    this.#host = host;
    this.#wanted = host.settings.values['net.port'];
  }

  get port(): number {
    return this.#port;
  }

  /** For the totals. */
  get shown(): Totals['port'] {
    return { number: this.#port, state: this.#problem === null && this.#port > 0 ? 'unknown' : 'closed' };
  }

  /** Begin to listen at the port of the settings, also when it changed. */
  listen(): void {
    this.#wanted = this.#host.settings.values['net.port'];
    this.#problem = null;
    this.#host.engine.listen('0.0.0.0', this.#wanted, ['::']);
  }

  /** The engine listens, or cannot: then any port that is free is better than none. */
  onListening(port: number, code: string | null): void {
    this.#port = port;
    if (code === null) {
      this.#host.log.say('info', 'LISTENING', `port ${port}`);
      return;
    }
    const isFirst = this.#problem === null;
    this.#problem = code;
    this.#host.log.say('problem', 'PORT', `port ${this.#wanted} cannot be used (${code})`);
    if (!isFirst || this.#wanted === 0) return;
    this.#host.clients.notice('portClosed', null, { port: this.#wanted, why: code });
    this.#host.engine.listen('0.0.0.0', 0, ['::']);
  }

  /** What can be said about being reachable from here. */
  test(): Result<'port.test'> {
    if (this.#port === 0) {
      const message = 'Nobody can connect to JSTorrent: choose another port in the settings.';
      return { port: this.#wanted, state: 'closed', message };
    }
    if (this.#problem !== null) {
      const message = `Port ${this.#wanted} is in use; JSTorrent listens at ${this.#port} until another is chosen.`;
      return { port: this.#port, state: 'unknown', message };
    }
    const message = `JSTorrent listens at port ${this.#port}. Whether a router lets others in cannot be seen from here.`;
    return { port: this.#port, state: 'unknown', message };
  }
}
