/** How long the service has been of no use. Decides when it leaves, by the rule; how it leaves is decided by its owner. */
import { isNeeded, isOver, type LifetimeFacts } from '../rules/lifetime.ts';
import type { Host } from './host.ts';

/** A torrent in one of these states does or awaits something that needs the service. */
const ACTIVE: ReadonlySet<string> = new Set([
  'checking',
  'metadata',
  'downloading',
  'endgame',
  'seeding',
  'stopping',
  'queued',
]);

/** Watches who needs the service. */
export class Life {
  readonly #host: Host;
  #neededMs: number;

  constructor(host: Host, nowMs: number) {
    this.#host = host;
    this.#neededMs = nowMs;
  }

  /** Torrents that do or await something. */
  active(): number {
    const { engine } = this.#host;
    return engine.ids.filter((id) => ACTIVE.has(engine.stateOf(id).kind)).length;
  }

  /** Whether the service leaves now. */
  isOver(nowMs: number): boolean {
    const { settings, clients } = this.#host;
    const facts: LifetimeFacts = {
      keepRunning: settings.values['service.keepRunning'],
      graceMs: 1000 * settings.values['service.graceSeconds'],
      clients: clients.count,
      isActive: clients.count === 0 && this.active() > 0,
      aloneMs: nowMs - this.#neededMs,
    };
    if (isNeeded(facts)) this.#neededMs = nowMs;
    return isOver(facts);
  }
}
