/**
 * Who may say what to the worker in one-off messages. Pages of the extension may ask for anything; scripts in web pages
 * may only say what they found, because a page that took one over says what it likes.
 */
import type { AddSource, Ask, Found } from '../model/link.ts';

/** Who sent a message, as the browser says. */
export interface Sender {
  readonly id?: string | undefined;
  readonly url?: string | undefined;
  readonly tab?: { readonly id?: number | undefined; readonly url?: string | undefined } | undefined;
}

/** A message that is heard. */
export type Heard =
  | { readonly from: 'page'; readonly ask: Ask }
  | { readonly from: 'web'; readonly found: Found; readonly tab: number; readonly site: string };

/** Longest magnet link or address, and bytes of a file in base64, that a page on the web may hand over. */
const LINK_MAX = 65_536;
const FILE_MAX = 7_000_000;

/** Make sense of a message; null when it is not for us or must not be said. `own` is the address of the extension. */
export function hear(message: unknown, sender: Sender, own: { id: string; url: string }): Heard | null {
  if (sender.id !== own.id || typeof message !== 'object' || message === null) return null;
  const isOwn = sender.url?.startsWith(own.url) === true;
  if ('ask' in message) return isOwn ? heardAsk(message) : null;
  const found = 'found' in message ? sourceOf(message.found) : null;
  // A path says what is on this machine; pages know none.
  if (found === null || found.kind === 'path' || sender.tab?.id === undefined) return null;
  const active = !isOwn && (message as { active?: unknown }).active === true;
  return {
    from: 'web',
    found: { found, active },
    tab: sender.tab.id,
    site: siteOf(sender.tab.url ?? sender.url ?? ''),
  };
}

/** The host of an address, as sites are listed in the choices; empty without one. */
export function siteOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : '';
}

function heardAsk(message: object): Heard | null {
  const { ask, source, torrent, section } = message as Record<string, unknown>;
  switch (ask) {
    case 'add': {
      if (source === null || source === undefined) return { from: 'page', ask: { ask, source: null } };
      const read = sourceOf(source);
      return read === null ? null : { from: 'page', ask: { ask, source: read } };
    }
    case 'manager':
      return { from: 'page', ask: typeof torrent === 'string' ? { ask, torrent } : { ask } };
    case 'settings':
      return { from: 'page', ask: typeof section === 'string' ? { ask, section } : { ask } };
    default:
      return null;
  }
}

function sourceOf(given: unknown): AddSource | null {
  if (typeof given !== 'object' || given === null) return null;
  const { kind, magnet, url, path, name, base64 } = given as Record<string, unknown>;
  const isLink = (text: unknown, form: RegExp): text is string =>
    typeof text === 'string' && text.length <= LINK_MAX && form.test(text);
  if (kind === 'magnet') return isLink(magnet, /^magnet:/i) ? { kind, magnet } : null;
  if (kind === 'url') return isLink(url, /^https?:\/\//i) ? { kind, url } : null;
  if (kind === 'path') return isLink(path, /./) ? { kind, path } : null;
  const isFile = kind === 'file' && isLink(name, /^/) && typeof base64 === 'string';
  return isFile && base64.length <= FILE_MAX ? { kind, name, base64 } : null;
}
