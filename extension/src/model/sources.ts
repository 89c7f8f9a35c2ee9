/**
 * What a person typed, pasted or dropped, as sources that can be added: magnet links, hashes, addresses, files. Decides
 * what a text names and why it names nothing; whether the torrent exists is found out by the service.
 */
import type { ControlSource } from '@jstorrent/control';
import { t } from './i18n.ts';
import type { AddSource } from './link.ts';

/** Longest text that is looked at: a list of a few thousand links. */
const TEXT_MAX = 2_000_000;
/** More at once is a mistake of the clipboard. */
const SOURCES_MAX = 500;
/** As the service takes at most. */
const FILE_MAX = 5_242_880;

const HASH = /^(?:[0-9a-f]{40}|[a-z2-7]{32})$/i;
const HASH_V2 = /^1220[0-9a-f]{64}$/i;

/** Why a line names nothing. */
export type SourceProblem =
  | { readonly why: 'hashLength'; readonly line: number; readonly length: number }
  | { readonly why: 'noHash'; readonly line: number }
  | { readonly why: 'unknown'; readonly line: number };

/** What a text names; `problem` is that of its first line that names nothing, `lines` counts lines that are not empty. */
export interface FoundSources {
  readonly sources: readonly AddSource[];
  readonly problem: SourceProblem | null;
  readonly lines: number;
}

/** Read a text, one source a line; empty lines and lines that begin with # are passed over. */
export function sourcesIn(text: string): FoundSources {
  const sources: AddSource[] = [];
  let problem: SourceProblem | null = null;
  let count = 0;
  for (const [index, line] of text.slice(0, TEXT_MAX).split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    count += 1;
    if (sources.length >= SOURCES_MAX) continue;
    const found = sourceOf(trimmed, index + 1);
    if ('why' in found) problem ??= found;
    else sources.push(found);
  }
  return { sources, problem, lines: count };
}

/** The problem as a sentence. */
export function problemText(problem: SourceProblem, lines: number): string {
  const line = String(problem.line);
  if (problem.why === 'hashLength') {
    const length = String(problem.length);
    return lines > 1 ? t('source_line_hash_length', line, length) : t('source_hash_length', length);
  }
  if (problem.why === 'noHash') return lines > 1 ? t('source_line_no_hash', line) : t('source_no_hash');
  return lines > 1 ? t('source_line_unknown', line) : t('source_unknown');
}

/** Longest name that is shown. */
const NAME_MAX = 255;
/** Code points that show nothing or turn the direction of what stands beside them. */
const UNSEEN = /[\p{Cc}\p{Bidi_Control}\u200b\u2060\ufeff]/gu;

/** What a source is called before anything is known of it. Pages on the web choose it: it is made fit to be shown. */
export function sourceName(source: AddSource): string {
  return nameIn(source).slice(0, NAME_MAX).replaceAll(UNSEEN, '').toWellFormed();
}

function nameIn(source: AddSource): string {
  switch (source.kind) {
    case 'magnet': {
      const query = new URLSearchParams(source.magnet.slice(source.magnet.indexOf('?') + 1));
      return query.get('dn') ?? hashOf(query) ?? source.magnet;
    }
    case 'url':
      return lastPart(source.url.replace(/[?#].*$/, ''), '/') || source.url;
    case 'path':
      return source.path.split(/[/\\]/).at(-1) ?? source.path;
    case 'opened':
    case 'file':
      return source.name;
  }
}

/** Whether it is added without a dialog when that was chosen for `magnet` or `torrent`. */
export function sourceKind(source: AddSource): 'magnet' | 'torrent' {
  return source.kind === 'magnet' ? 'magnet' : 'torrent';
}

/** A source as the service takes it. */
export function controlSource(source: AddSource): ControlSource {
  switch (source.kind) {
    case 'magnet':
      return { magnet: source.magnet };
    case 'url':
      return { url: source.url };
    case 'path':
      return { path: source.path };
    case 'opened':
      return { opened: source.number };
    case 'file':
      return { metainfo: source.base64 };
  }
}

/** A file that was dropped or chosen; null when it is too large to be a .torrent file. */
export async function fileSource(file: File): Promise<AddSource | null> {
  if (file.size > FILE_MAX) return null;
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = '';
  // Arguments of one call are limited.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return { kind: 'file', name: file.name, base64: btoa(binary) };
}

function sourceOf(text: string, line: number): AddSource | SourceProblem {
  if (HASH.test(text)) return { kind: 'magnet', magnet: `magnet:?xt=urn:btih:${text.toLowerCase()}` };
  if (/^magnet:/i.test(text)) return magnetOf(text, line);
  if (/^https?:\/\/[^\s/]+/i.test(text) && URL.canParse(text)) return { kind: 'url', url: text };
  return { why: 'unknown', line };
}

function magnetOf(text: string, line: number): AddSource | SourceProblem {
  const query = new URLSearchParams(text.slice(text.indexOf('?') + 1));
  const hash = hashOf(query);
  const hashV2 = topic(query, 'urn:btmh:');
  if (hash === null && hashV2 === null) return { why: 'noHash', line };
  const isWhole = (hash !== null && HASH.test(hash)) || (hashV2 !== null && HASH_V2.test(hashV2));
  return isWhole
    ? { kind: 'magnet', magnet: text }
    : { why: 'hashLength', line, length: (hash ?? hashV2 ?? '').length };
}

function hashOf(query: URLSearchParams): string | null {
  return topic(query, 'urn:btih:');
}

function topic(query: URLSearchParams, prefix: string): string | null {
  for (const [key, value] of query) {
    const isTopic = /^xt(?:\.\d+)?$/i.test(key) && value.toLowerCase().startsWith(prefix);
    if (isTopic) return value.slice(prefix.length);
  }
  return null;
}

function lastPart(text: string, separator: string): string {
  const part = text.split(separator).at(-1) ?? '';
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
