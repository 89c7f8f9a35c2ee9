/** The texts of every language: all of them are there, with what stands in them, and nothing else. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { textsOf } from './locales.ts';

const FOLDER = fileURLToPath(new URL('../messages', import.meta.url));
const LANGUAGES = ['ar', 'de', 'en', 'es', 'fr', 'ja', 'pt_BR', 'ru', 'zh_CN'];
const english = textsOf(FOLDER, 'en');
const stems = Object.keys(english)
  .filter((key) => key.endsWith('_other'))
  .map((key) => key.slice(0, -'_other'.length))
  .filter((stem) => `${stem}_one` in english);
const formsIn = (language: string): string[] =>
  new Intl.PluralRules(language.replace('_', '-')).resolvedOptions().pluralCategories;
const isForm = (key: string): boolean =>
  stems.some(
    (stem) => /^_(zero|one|two|few|many|other)$/.test(key.slice(stem.length)) && key.startsWith(stem),
  );
const placesIn = (text: string): string[] => [...new Set(text.match(/\$\d/g) ?? [])].toSorted();

it('are there for each language that is offered', () => {
  expect(readdirSync(FOLDER).toSorted()).toEqual(LANGUAGES);
});

it('have names that browsers take', () => {
  expect(Object.keys(english).filter((key) => !/^\w+$/.test(key))).toEqual([]);
});

describe.each(readdirSync(FOLDER))('%s', (language) => {
  const texts = textsOf(FOLDER, language);

  it('has every text, and every form of those with a number', () => {
    const plain = Object.keys(english).filter((key) => !isForm(key));
    const forms = stems.flatMap((stem) => formsIn(language).map((form) => `${stem}_${form}`));
    expect(Object.keys(texts).toSorted()).toEqual([...plain, ...forms].toSorted());
  });

  it('says the same things in each', () => {
    const wrong = Object.entries(texts).filter(([key, text]) => {
      const model = english[key] ?? english[key.replace(/_[a-z]+$/, '_other')] ?? '';
      // A single thing may be said without its number.
      const optional = /_(zero|one|two)$/.test(key) ? ['$1'] : [];
      const places = placesIn(text);
      const needed = placesIn(model).filter((place) => !optional.includes(place));
      return (
        text.trim() === '' ||
        needed.some((place) => !places.includes(place)) ||
        places.some(
          (place) =>
            !placesIn(english[key.replace(/_(zero|one|two|few|many)$/, '_other')] ?? model).includes(place),
        )
      );
    });
    expect(wrong).toEqual([]);
  });
});
