/** Makes the browser's `_locales` of src/messages. Decides their form; a text that a language lacks is taken from English. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const FALLBACK = 'en';

/** The texts of a language, all areas together. */
export function textsOf(folder: string, language: string): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const file of readdirSync(join(folder, language)).toSorted()) {
    const area = JSON.parse(readFileSync(join(folder, language, file), 'utf8')) as Record<string, string>;
    for (const [key, text] of Object.entries(area)) {
      if (key in texts) throw new Error(`${language}/${file}: ${key} stands elsewhere too`);
      texts[key] = text;
    }
  }
  return texts;
}

/** `messages.json` of a language. */
function localeFile(folder: string, language: string): string {
  const texts = { ...textsOf(folder, FALLBACK), ...textsOf(folder, language) };
  return JSON.stringify(
    Object.fromEntries(Object.entries(texts).map(([key, message]) => [key, { message }])),
  );
}

/** The plugin; `folder` holds a folder per language, named as browsers name them (`pt_BR`). */
export function locales(folder: string): Plugin {
  const languages = (): string[] => readdirSync(folder).toSorted();
  let outDir = '';
  return {
    name: 'jstorrent:locales',
    configResolved: (config) => {
      outDir = config.build.outDir;
    },
    // While serving, nothing is generated; the browser reads them from the folder.
    configureServer: () => {
      for (const language of languages()) {
        mkdirSync(join(outDir, '_locales', language), { recursive: true });
        writeFileSync(join(outDir, '_locales', language, 'messages.json'), localeFile(folder, language));
      }
    },
    generateBundle() {
      for (const language of languages()) {
        this.emitFile({
          type: 'asset',
          fileName: `_locales/${language}/messages.json`,
          source: localeFile(folder, language),
        });
      }
    },
  };
}
