/**
 * The settings of the user. Decides what holds where nothing, or something that is no longer allowed, is saved; what a
 * setting does is decided by those who read it.
 */
import { defaultSettings, settingsPatch, type ControlSettings, type SettingKey } from '@jstorrent/control';
import type { SessionStore } from '../store/session-store.ts';

/** All settings, kept in the store. */
export class SettingsBook {
  readonly #store: SessionStore;
  readonly #listeners: ((changed: ReadonlySet<SettingKey>) => void)[] = [];
  #values: ControlSettings;

  constructor(store: SessionStore) {
    this.#store = store;
    this.#values = defaultSettings();
    // One by one: a value that is refused leaves the others as they are.
    for (const [key, value] of Object.entries(store.settings())) {
      const parsed = settingsPatch.safeParse({ [key]: value });
      if (parsed.success) this.#values = { ...this.#values, ...parsed.data };
    }
  }

  get values(): ControlSettings {
    return this.#values;
  }

  /** Change settings that are allowed values; durable when it returns. Throws StoreError. */
  set(patch: Partial<ControlSettings>): void {
    this.#store.setSettings(patch);
    this.#values = { ...this.#values, ...patch };
    const keys = new Set(Object.keys(patch) as SettingKey[]);
    for (const listener of this.#listeners) listener(keys);
  }

  /** Be called after every change. */
  onChange(listener: (changed: ReadonlySet<SettingKey>) => void): void {
    this.#listeners.push(listener);
  }
}
