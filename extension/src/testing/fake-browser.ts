/** Stands for the browser's API where tests run without one: English texts, storage in memory, no connections. */
import { fileURLToPath } from 'node:url';
import { textsOf } from '../build/locales.ts';

const texts = textsOf(fileURLToPath(new URL('../messages', import.meta.url)), 'en');
type Changes = Record<string, { newValue?: unknown }>;

/** An area of the browser's storage, empty. */
function storageArea() {
  const stored = new Map<string, unknown>();
  const listeners = new Set<(changes: Changes) => void>();
  const tell = (changes: Changes): void => {
    for (const listener of listeners) listener(changes);
  };
  return {
    get: (key: string | null) =>
      Promise.resolve(key === null ? Object.fromEntries(stored) : { [key]: stored.get(key) }),
    set: (values: Record<string, unknown>) => {
      for (const [key, value] of Object.entries(values)) stored.set(key, value);
      tell(Object.fromEntries(Object.entries(values).map(([key, newValue]) => [key, { newValue }])));
      return Promise.resolve();
    },
    remove: (keys: string | readonly string[]) => {
      const gone = [keys].flat().filter((key) => stored.delete(key as string));
      tell(Object.fromEntries(gone.map((key) => [key, {}])));
      return Promise.resolve();
    },
    onChanged: { addListener: (listener: (changes: Changes) => void) => listeners.add(listener) },
  };
}

const browser = {
  i18n: {
    getUILanguage: () => 'en-GB',
    getMessage: (key: string, values: readonly string[] = []) => {
      return (texts[key] ?? '').replaceAll(/\$(\d)/g, (_, n: string) => values[Number(n) - 1] ?? '');
    },
  },
  runtime: {
    id: 'test',
    getManifest: () => ({ version: '0.0.0' }),
    getURL: (path: string) => `chrome-extension://test/${path}`,
    sendMessage: () => Promise.resolve(undefined),
    lastError: undefined,
  },
  storage: { local: storageArea(), session: storageArea() },
};

export default browser;
