/** Stands for the browser's API where tests run without one: English texts, storage in memory, no connections. */
import { fileURLToPath } from 'node:url';
import { textsOf } from '../build/locales.ts';

const texts = textsOf(fileURLToPath(new URL('../messages', import.meta.url)), 'en');
const stored = new Map<string, unknown>();
type Changes = Record<string, { newValue: unknown }>;
const listeners = new Set<(changes: Changes) => void>();

const browser = {
  i18n: {
    getUILanguage: () => 'en-GB',
    getMessage: (key: string, values: readonly string[] = []) => {
      if (key === '@@bidi_dir') return 'ltr';
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
  storage: {
    local: {
      get: (key: string) => Promise.resolve({ [key]: stored.get(key) }),
      set: (values: Record<string, unknown>) => {
        const changes: Changes = {};
        for (const [key, newValue] of Object.entries(values)) {
          stored.set(key, newValue);
          changes[key] = { newValue };
        }
        for (const listener of listeners) listener(changes);
        return Promise.resolve();
      },
      onChanged: { addListener: (listener: (changes: Changes) => void) => listeners.add(listener) },
    },
  },
};

export default browser;
