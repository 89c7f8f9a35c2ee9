/**
 * The words of the interface in the user's language. Texts stand in src/messages/<language>/<area>.json; the build makes
 * the browser's `_locales` of them. `$1`, `$2` in a text are replaced by what is given.
 */
import browser from 'webextension-polyfill';
import { ownPart } from './bidi.ts';
import type addKeys from '../messages/en/add.json';
import type backgroundKeys from '../messages/en/background.json';
import type commonKeys from '../messages/en/common.json';
import type detailsKeys from '../messages/en/details.json';
import type errorsKeys from '../messages/en/errors.json';
import type managerKeys from '../messages/en/manager.json';
import type popupKeys from '../messages/en/popup.json';
import type settingsKeys from '../messages/en/settings.json';
import type setupKeys from '../messages/en/setup.json';

/** Key of a text. */
export type TextKey =
  | keyof typeof addKeys
  | keyof typeof backgroundKeys
  | keyof typeof commonKeys
  | keyof typeof detailsKeys
  | keyof typeof errorsKeys
  | keyof typeof managerKeys
  | keyof typeof popupKeys
  | keyof typeof settingsKeys
  | keyof typeof setupKeys;

type Stem<K> = K extends `${infer S}_other` ? S : never;
/** Stem of texts that depend on a number: `peers` for `peers_one`, `peers_other` and what other languages need. */
export type PluralKey = Stem<TextKey>;

/** The language of the browser, as BCP 47. */
export const locale: string = browser.i18n.getUILanguage();
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;
/**
 * The direction that the texts are written in. Browsers without the files of a language show extensions in it, and name
 * the direction of their own interface.
 */
export const direction: 'ltr' | 'rtl' = RIGHT_TO_LEFT.test(browser.i18n.getMessage('extension_description'))
  ? 'rtl'
  : 'ltr';

const plurals = new Intl.PluralRules(locale);
const wholes = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const plain = new Map<string, string>();

/** A text, with what stands for `$1`, `$2` … in it; from right to left, these keep their own direction. */
export function t(key: TextKey, ...values: readonly string[]): string {
  if (values.length > 0) return browser.i18n.getMessage(key, kept(values));
  let text = plain.get(key);
  if (text === undefined) {
    text = browser.i18n.getMessage(key);
    plain.set(key, text);
  }
  return text;
}

/** A text that depends on a count, which is `$1` in it; `values` are `$2` … */
export function tn(stem: PluralKey, count: number, ...values: readonly string[]): string {
  const args = [wholes.format(count), ...kept(values)];
  const text = browser.i18n.getMessage(`${stem}_${plurals.select(count)}`, args);
  return text === '' ? browser.i18n.getMessage(`${stem}_other`, args) : text;
}

function kept(values: readonly string[]): string[] {
  return values.map((value) => (direction === 'rtl' ? ownPart(value) : value));
}

/** Sets language and direction of the page; called first. */
export function localizePage(): void {
  document.documentElement.lang = locale;
  document.documentElement.dir = direction;
}
