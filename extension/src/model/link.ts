/**
 * What the background worker and the pages of the extension say to each other. A page has one port; on it go messages of
 * the control protocol, each with the number of the connection it belongs to, and how the connection to the helper stands.
 */

/** Why there is no connection to the helper, so that a page can say what to do. */
export type Trouble = 'missing' | 'forbidden' | 'crashed' | 'garbled' | 'tooOld' | 'tooNew';

/** How the connection to the helper stands. */
export type LinkState =
  | { readonly kind: 'connecting' }
  | {
      readonly kind: 'ready';
      /** Counts connections: what belongs to an older one is void. */
      readonly epoch: number;
      /** Version of the helper, and its system: `linux`, `darwin`, `win32`. */
      readonly version: string;
      readonly platform: string;
      /** Changes whenever the service starts anew. */
      readonly instance: string;
    }
  /** It was there and went away; it is looked for without end. `since`: ms since 1970. */
  | { readonly kind: 'reconnecting'; readonly since: number }
  | {
      readonly kind: 'trouble';
      readonly why: Trouble;
      /** The browser's or the helper's own words, for a report. */
      readonly detail: string;
      /** Version of the helper where it could tell. */
      readonly helper: string | null;
    };

/** Name of the port between a page and the worker. */
export const PAGE_PORT = 'page';

/** From a page to the worker. */
export type FromPage =
  | { readonly epoch: number; readonly message: object }
  /** Try to reach the helper now. */
  | { readonly retry: true };

/** From the worker to a page. The first one is always `link`. */
export type ToPage = { readonly link: LinkState } | { readonly epoch: number; readonly message: unknown };

/** One-off requests to the worker (`runtime.sendMessage`) from pages of the extension. */
export type Ask =
  /** Open the dialog for what can be added. */
  | { readonly ask: 'add'; readonly source: AddSource | null }
  | { readonly ask: 'manager'; readonly torrent?: string }
  | { readonly ask: 'settings'; readonly section?: string };

/** From a page on the web, or from the page that browsers open for magnet links: all that these may say. */
export interface Found {
  readonly found: AddSource;
  /** Whether a person did something on that page just now. */
  readonly active: boolean;
}

/** What the add dialog is opened for. */
export type AddSource =
  | { readonly kind: 'magnet'; readonly magnet: string }
  | { readonly kind: 'url'; readonly url: string }
  /** A finished download of the browser, by its absolute path. */
  | { readonly kind: 'path'; readonly path: string }
  /** A .torrent file that was opened with JSTorrent outside of the browser; the service keeps it by this number. */
  | { readonly kind: 'opened'; readonly number: number; readonly name: string }
  /** Bytes of a .torrent file that was dropped or chosen, in base64. */
  | { readonly kind: 'file'; readonly name: string; readonly base64: string };

/** The address of a page within the extension; `at` is a torrent in the manager, a section in the settings. */
export function addressOf(page: 'manager' | 'settings' | 'setup', at?: string): string {
  return at === undefined ? `${page}.html` : `${page}.html#${encodeURIComponent(at)}`;
}
