/** Keeps the engine to the settings. Decides when rate limits change by the schedule; which they are, engine-settings.ts. */
import type { Totals } from '@jstorrent/control';
import { wallTime } from '../rules/schedule.ts';
import { engineSettings, limitsOf, slowModeOf } from './engine-settings.ts';
import type { Host } from './host.ts';

/** Looked at this often: spans begin at full minutes. */
const LOOK_MS = 5000;

/** The limits in force. */
export class LimitsKeeper {
  readonly #host: Host;
  #slowMode: Totals['slowMode'];
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(host: Host) {
    this.#host = host;
    this.#slowMode = slowModeOf(host.settings.values, wallTime(new Date(host.now())));
  }

  /** For the totals. */
  get shown(): Pick<Totals, 'downLimit' | 'upLimit' | 'slowMode'> {
    const { down, up } = limitsOf(this.#host.settings.values, this.#slowMode);
    return { downLimit: down, upLimit: up, slowMode: this.#slowMode };
  }

  /** Tell the engine what holds now. */
  apply(): void {
    this.#slowMode = slowModeOf(this.#host.settings.values, wallTime(new Date(this.#host.now())));
    this.#host.engine.configure(engineSettings(this.#host.settings.values, this.#slowMode));
  }

  /** To be called often; looks at the clock on the wall now and then. */
  tick(nowMs: number): void {
    if (nowMs - this.#lookedMs < LOOK_MS) return;
    this.#lookedMs = nowMs;
    const before = this.#slowMode;
    if (slowModeOf(this.#host.settings.values, wallTime(new Date(this.#host.now()))) === before) return;
    this.apply();
    this.#host.log.say('notable', 'SLOW_MODE', this.#slowMode === null ? 'off' : `on by ${this.#slowMode}`);
  }
}
