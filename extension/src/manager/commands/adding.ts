/** Ways into the add dialog: files, texts, what was dropped or pasted. The dialog itself is opened by the worker. */
import browser from 'webextension-polyfill';
import { t } from '../../model/i18n.ts';
import type { AddSource, Ask } from '../../model/link.ts';
import { fileSource, problemText, sourcesIn } from '../../model/sources.ts';
import { toasts } from '../toasts.ts';
import { attempt, sayFailure } from './run.ts';

/** Open the dialog, with something or empty. */
export async function openAdd(sources: readonly AddSource[]): Promise<void> {
  const asks = sources.length === 0 ? [null] : sources;
  for (const source of asks) {
    const ask: Ask = { ask: 'add', source };
    if (!(await attempt(browser.runtime.sendMessage(ask)))) return;
  }
}

/** Open the page of settings. */
export async function openSettings(): Promise<void> {
  const ask: Ask = { ask: 'settings' };
  await attempt(browser.runtime.sendMessage(ask));
}

/** Add what a text names. */
async function addText(text: string): Promise<void> {
  const { sources, problem, lines } = sourcesIn(text);
  if (sources.length > 0) return openAdd(sources);
  toasts.show({
    text: problem === null ? t('nothing_to_add') : problemText(problem, lines),
    kind: 'failure',
  });
}

/** Add files. */
async function addFiles(files: readonly File[]): Promise<void> {
  const sources: AddSource[] = [];
  for (const file of files) {
    const source = await fileSource(file);
    if (source === null) toasts.show({ text: t('source_file_too_large', file.name), kind: 'failure' });
    else sources.push(source);
  }
  if (sources.length > 0) await openAdd(sources);
}

/** Add what was dropped or pasted. It is read at once: it is gone after the event. */
export async function addTransfer(transfer: DataTransfer): Promise<void> {
  const files = [...transfer.files];
  const links = transfer.getData('text/uri-list');
  const text = links === '' ? transfer.getData('text/plain') : links;
  if (files.length > 0) await addFiles(files);
  else if (text !== '') await addText(text);
}

/** Add what is in the clipboard. */
export async function addFromClipboard(): Promise<void> {
  let text: string;
  try {
    text = await navigator.clipboard.readText();
  } catch {
    toasts.show({ text: t('clipboard_denied'), kind: 'failure' });
    return;
  }
  await addText(text).catch(sayFailure);
}

/** Choose .torrent files. */
export function chooseFiles(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.torrent,application/x-bittorrent';
  input.multiple = true;
  input.addEventListener('change', () => void addFiles([...(input.files ?? [])]));
  input.click();
}
