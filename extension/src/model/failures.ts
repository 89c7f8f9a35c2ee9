/** Errors of the service in the user's language: a few words for a line, a sentence for everything else. */
import type { ControlError, ErrorCode, ErrorData } from '@jstorrent/control';
import browser from 'webextension-polyfill';
import { formatCount, formatSize, formatSpan } from './format.ts';
import { t, type TextKey } from './i18n.ts';

/** A few words for a line of the list. */
export function failureTitle(code: ErrorCode): string {
  return browser.i18n.getMessage(`failure_${code}`) || t('state_failed');
}

/** The sentence for an error; the service's own where this language has none. */
export function errorText(
  error: Pick<ControlError, 'code' | 'message'> & { readonly data?: ErrorData | undefined },
): string {
  return browser.i18n.getMessage(`error_${error.code}`, valuesOf(error.data ?? {})) || error.message;
}

/** The sentence for anything that was thrown. */
export function textOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error) return errorText(error as ControlError);
  return error instanceof Error ? error.message : String(error);
}

/** What stands for `$1` … in sentences of errors: folder, name, why, missing, files, wait. */
function valuesOf(data: ErrorData): string[] {
  const text = (key: string, otherwise: TextKey): string => {
    const value = data[key];
    return typeof value === 'string' && value !== '' ? value : t(otherwise);
  };
  const number = (key: string): number => {
    const value = data[key];
    return typeof value === 'number' ? value : 0;
  };
  return [
    text('folder', 'error_the_folder'),
    text('name', 'error_this_torrent'),
    typeof data['why'] === 'string' ? data['why'] : '',
    formatSize(number('missing')),
    formatCount(number('files')),
    formatSpan(Math.max(1000, number('waitMs'))),
  ];
}
