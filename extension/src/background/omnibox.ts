/**
 * The keyword in the address bar. Decides what a text there means and which torrents are suggested; the list is watched only
 * while somebody types.
 */
import type { TorrentRow } from '@jstorrent/control';
import { formatPercent } from '../model/format.ts';
import { t } from '../model/i18n.ts';
import type { AddSource } from '../model/link.ts';
import { ListStore } from '../model/list-store.ts';
import type { Session } from '../model/session.ts';
import { sourceName, sourcesIn } from '../model/sources.ts';

/** Browsers show no more. */
const SUGGESTIONS_MAX = 8;
/** Somebody who typed and left. */
const WATCH_MS = 60_000;

/** What a text in the address bar means. */
export type Typed =
  /** A torrent by its hash: shown when it is in the list, otherwise added. */
  | { readonly kind: 'hash'; readonly id: string; readonly source: AddSource }
  | { readonly kind: 'add'; readonly source: AddSource }
  | { readonly kind: 'search'; readonly words: readonly string[] };

/** Read what was typed. */
export function readTyped(text: string): Typed {
  const trimmed = text.trim();
  const [source] = sourcesIn(trimmed).sources;
  if (source === undefined)
    return { kind: 'search', words: trimmed.toLowerCase().split(/\s+/).filter(Boolean) };
  if (/^[0-9a-f]{40}$/i.test(trimmed)) return { kind: 'hash', id: trimmed.toLowerCase(), source };
  return { kind: 'add', source };
}

/** Torrents whose names hold all words; those that begin with the first word come first, then the newest. */
export function matching(rows: Iterable<TorrentRow>, words: readonly string[]): TorrentRow[] {
  if (words.length === 0) return [];
  const found = [...rows].flatMap((row) => {
    const name = row.name.toLowerCase();
    return words.every((word) => name.includes(word))
      ? [{ row, begins: name.startsWith(words[0] ?? '') }]
      : [];
  });
  return found
    .toSorted((a, b) => Number(b.begins) - Number(a.begins) || b.row.addedAt - a.row.addedAt)
    .slice(0, SUGGESTIONS_MAX)
    .map(({ row }) => row);
}

/** A suggestion as browsers take it: `content` is what is entered when it is chosen. */
export interface Suggestion {
  readonly content: string;
  readonly description: string;
}

/** Torrents of the list as suggestions. `isMarkup`: descriptions are XML, as Chromium wants them. */
export function suggestionsOf(rows: readonly TorrentRow[], isMarkup: boolean): Suggestion[] {
  return rows.map(({ id, name, wantedLength, bytesLeft }) => {
    const progress = wantedLength === 0 ? 0 : (wantedLength - bytesLeft) / wantedLength;
    const words = `${name} · ${formatPercent(progress)}`;
    return { content: id, description: isMarkup ? escaped(words) : words };
  });
}

/** What the first line says for a text. */
export function defaultSuggestion(typed: Typed, isMarkup: boolean): string {
  const words = typed.kind === 'search' ? t('omnibox_search') : t('omnibox_add', sourceName(typed.source));
  return isMarkup ? escaped(words) : words;
}

/** The list while somebody types. */
export class TypedList {
  readonly #open: () => Session;
  #session: Session | null = null;
  #list: ListStore | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(open: () => Session) {
    this.#open = open;
  }

  /** Calls back when there is a list: now, or when it came. */
  whenLoaded(run: (rows: Iterable<TorrentRow>) => void): void {
    const list = this.watch();
    if (list.isLoaded) return run(list.rows.values());
    const leave = list.subscribe(() => {
      if (!list.isLoaded) return;
      leave();
      run(list.rows.values());
    });
  }

  /** Begin, or go on. */
  watch(): ListStore {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.leave(), WATCH_MS);
    this.#session ??= this.#open();
    this.#list ??= new ListStore(this.#session);
    return this.#list;
  }

  leave(): void {
    clearTimeout(this.#timer);
    this.#list?.close();
    this.#session?.close();
    this.#list = null;
    this.#session = null;
  }
}

/** Text as XML, without what XML cannot hold: most control characters and halves of pairs. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\uFFFE\uFFFF]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
