/** Errors of the service in the user's language: a few words for a line, a sentence for everything else. */
import type { ControlError, ErrorCode, ErrorData } from '@jstorrent/control';
import browser from 'webextension-polyfill';
import { formatSize, formatSpan } from './format.ts';
import { t, tn, type TextKey } from './i18n.ts';

/** A few words for a line of the list. */
export function failureTitle(code: ErrorCode): string {
  return browser.i18n.getMessage(`failure_${code}`) || t('state_failed');
}

/** The sentence for an error; the service's own where this language has none. */
export function errorText(
  error: Pick<ControlError, 'code' | 'message'> & { readonly data?: ErrorData | undefined },
): string {
  const { code, data = {} } = error;
  if (code === 'FILE_CHANGED' && isKnown(data, 'files')) {
    return tn('error_FILE_CHANGED_files', numberIn(data, 'files'));
  }
  return t(sentenceKey(code, data), ...valuesOf(data)) || error.message;
}

/** The sentence for why files could not be moved: unlike a download, a move does not go on by itself when it can. */
export function moveErrorText(error: Parameters<typeof errorText>[0]): string {
  const { code, data = {} } = error;
  if (code !== 'DISK_FULL' && code !== 'TOO_MANY_FILES') return errorText(error);
  return t(sentenceKey(code, data).replace('error_', 'move_') as TextKey, ...valuesOf(data));
}

/** The sentence for anything that was thrown. */
export function textOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error) return errorText(error as ControlError);
  return error instanceof Error ? error.message : String(error);
}

/** What a sentence can name, when it is known. */
type Datum = 'folder' | 'name' | 'why' | 'missing' | 'files';

/** Errors that have a sentence for each of what may be known; its key ends in what it names, in this order. */
const NAMED: Readonly<Partial<Record<ErrorCode, readonly Datum[]>>> = {
  BAD_PARAMS: ['why'],
  DUPLICATE: ['name'],
  NOT_FOUND: ['folder'],
  DENIED: ['folder'],
  DISK_FULL: ['missing', 'folder'],
  FAILED: ['why'],
  DISK_ERROR: ['folder'],
  READ_ONLY: ['folder'],
  EXISTS: ['name'],
};

/** Key of the sentence that names what is known. Not every code has one. */
function sentenceKey(code: ErrorCode, data: ErrorData): TextKey {
  const named = (NAMED[code] ?? []).filter((datum) => isKnown(data, datum));
  return ['error', code, ...named].join('_') as TextKey;
}

function isKnown(data: ErrorData, datum: Datum): boolean {
  if (datum === 'missing' || datum === 'files') return numberIn(data, datum) > 0;
  // The service may call a folder something in its own language; only a path is the same in all.
  return datum === 'folder' ? /[/\\]/.test(textIn(data, datum)) : textIn(data, datum) !== '';
}

/** What stands for `$1` … in sentences of errors: folder, name, why, missing, wait. */
function valuesOf(data: ErrorData): string[] {
  return [
    textIn(data, 'folder'),
    textIn(data, 'name'),
    // The sentence goes on after it.
    textIn(data, 'why').replace(/\.$/, ''),
    formatSize(numberIn(data, 'missing')),
    formatSpan(Math.max(1000, numberIn(data, 'waitMs'))),
  ];
}

/** Words from outside, short enough to stand in a sentence. */
function textIn(data: ErrorData, key: string): string {
  const value = data[key];
  if (typeof value !== 'string') return '';
  return value.length <= 200 ? value : `${value.slice(0, 199)}…`;
}

function numberIn(data: ErrorData, key: string): number {
  const value = data[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
