/**
 * The settings of the service as the page shows them: what the user changed holds at once, and goes back when the service
 * refuses it. Decides nothing about values; out of range they never come here.
 */
import { defaultSettings, type ControlSettings, type SettingKey } from '@jstorrent/control';
import { Cell, type Observable } from '../model/observable.ts';
import type { Session } from '../model/session.ts';

/** Some settings. */
export type SettingsPatch = Partial<ControlSettings>;

/** The settings, and changes to them. */
export class SettingsStore {
  /** Null before the first answer. */
  readonly values: Observable<ControlSettings | null>;
  readonly #values = new Cell<ControlSettings | null>(null);
  readonly #session: Session;
  /** What the service said last. */
  #confirmed: ControlSettings | null = null;
  /** Changes that it has not answered, oldest first. */
  #pending: readonly SettingsPatch[] = [];

  constructor(session: Session) {
    this.#session = session;
    this.values = this.#values;
    session.onReady(() => {
      session.call('settings.get', {}).then(
        (settings) => this.#confirm(settings),
        () => {},
      );
    });
  }

  /** Change some; rejects with the service's error, and then they are as before. Gives what would take it back. */
  async set(patch: SettingsPatch): Promise<SettingsPatch> {
    const before = this.#values.value ?? defaultSettings();
    const undo = pick(before, Object.keys(patch) as SettingKey[]);
    this.#pending = [...this.#pending, patch];
    this.#show();
    const over = (): void => {
      this.#pending = this.#pending.filter((other) => other !== patch);
    };
    try {
      const settings = await this.#session.call('settings.set', patch as ControlSettings);
      over();
      this.#confirm(settings);
      return undo;
    } catch (error) {
      over();
      this.#show();
      throw error;
    }
  }

  #confirm(settings: ControlSettings): void {
    this.#confirmed = settings;
    this.#show();
  }

  #show(): void {
    if (this.#confirmed !== null) this.#values.set(Object.assign({ ...this.#confirmed }, ...this.#pending));
  }
}

/** Some members of the settings. */
export function pick(settings: ControlSettings, keys: readonly SettingKey[]): SettingsPatch {
  return Object.fromEntries(keys.map((key) => [key, settings[key]])) as SettingsPatch;
}

/** Whether any of these differ from what holds until the user changes it. */
export function isChanged(settings: ControlSettings, keys: readonly SettingKey[]): boolean {
  const defaults = defaultSettings();
  return keys.some((key) => JSON.stringify(settings[key]) !== JSON.stringify(defaults[key]));
}
