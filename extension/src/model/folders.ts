/**
 * Folders as people write them and as the service knows them. Decides which place a path means and how a place is shown;
 * whether a folder may be used is decided by the service.
 */
import type { Place, Result } from '@jstorrent/control';
import browser from 'webextension-polyfill';
import { inTurn } from './in-turn.ts';
import { Cell, type Observable } from './observable.ts';
import type { Session } from './session.ts';

/** A folder that the user gave to JSTorrent. */
export type Root = Result<'folders.roots'>['roots'][number];

/** As many recent folders fit in a line or two. */
const RECENT_MAX = 5;
const RECENT_KEY = 'recentFolders';
const HOME = /^\/(?:home|Users)\/[^/]+(?=\/|$)/;

/** The absolute path of a place; null when its root is not known. */
export function pathOfPlace(place: Place, roots: readonly Root[]): string | null {
  const root = roots.find(({ key }) => key === place.root);
  if (root === undefined) return null;
  const sep = separatorOf(root.path);
  const start = root.path.endsWith(sep) ? root.path.slice(0, -1) : root.path;
  return place.folder.length === 0 ? root.path : [start, ...place.folder].join(sep);
}

/** A place as text to show, with `~` for the user's own folder. Empty when its root is not known. */
export function textOfPlace(place: Place | null, roots: readonly Root[]): string {
  const path = place === null ? null : pathOfPlace(place, roots);
  return path === null ? '' : shortPath(path);
}

/** A path with `~` for the user's own folder. */
export function shortPath(path: string): string {
  return path.replace(HOME, '~');
}

/** What a typed path means: a place in the innermost root that holds it, an absolute path outside of all, or nothing. */
export type TypedFolder =
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'outside'; readonly path: string }
  | { readonly kind: 'invalid' };

/** Reads a path that was typed or pasted; `~` is the home of the first root below one. */
export function readPath(text: string, roots: readonly Root[]): TypedFolder {
  const home = roots.map(({ path }) => HOME.exec(path)?.[0]).find((found) => found !== undefined);
  const trimmed = text.trim();
  const path = /^~(?=\/|$)/.test(trimmed) && home !== undefined ? home + trimmed.slice(1) : trimmed;
  if (!/^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path)) return { kind: 'invalid' };
  const parts = partsOf(path);
  if (parts.some((part) => part === '.' || part === '..')) return { kind: 'invalid' };
  let best: Place | null = null;
  let depth = -1;
  for (const root of roots) {
    const own = partsOf(root.path);
    if (own.length <= depth || own.length > parts.length) continue;
    if (!own.every((part, index) => isSamePart(part, parts[index] ?? '', root.path))) continue;
    depth = own.length;
    best = { root: root.key, folder: parts.slice(own.length) };
  }
  return best === null ? { kind: 'outside', path } : { kind: 'place', place: best };
}

/** Whether two places are the same. */
export function isSamePlace(one: Place | null, other: Place | null): boolean {
  if (one === null || other === null) return one === other;
  return one.root === other.root && one.folder.join('\0') === other.folder.join('\0');
}

function separatorOf(path: string): string {
  return path.startsWith('/') ? '/' : '\\';
}

function partsOf(path: string): readonly string[] {
  return path.split(path.startsWith('/') ? '/' : /[\\/]/).filter((part) => part !== '');
}

function isSamePart(one: string, other: string, path: string): boolean {
  return path.startsWith('/') ? one === other : one.toLowerCase() === other.toLowerCase();
}

/** The folders of the service, and those used of late. */
export class FolderBook {
  /** Null before the first answer. */
  readonly roots: Observable<readonly Root[] | null>;
  /** Newest first. */
  readonly recent: Observable<readonly Place[]>;
  readonly session: Session;
  readonly #roots = new Cell<readonly Root[] | null>(null);
  readonly #recent = new Cell<readonly Place[]>([]);
  readonly #leave: () => void;

  constructor(session: Session) {
    this.session = session;
    this.roots = this.#roots;
    this.recent = this.#recent;
    this.#leave = session.onReady(() => {
      this.refresh().catch(() => {});
    });
    browser.storage.local.get(RECENT_KEY).then(
      (stored) => this.#recent.set(readRecent(stored[RECENT_KEY])),
      () => {},
    );
  }

  /** Ask again, as free space and disks change. */
  async refresh(): Promise<void> {
    const { roots } = await this.session.call('folders.roots', {});
    this.#roots.set(roots);
  }

  /** The place of a typed path; one outside of all roots becomes a root. Null when it is no whole path. */
  async use(text: string): Promise<Place | null> {
    const typed = readPath(text, this.#roots.value ?? []);
    if (typed.kind === 'invalid') return null;
    if (typed.kind === 'place') return typed.place;
    const root = await this.session.call('folders.addRoot', { path: typed.path });
    await this.refresh();
    return { root: root.key, folder: [] };
  }

  /** Ask with the system's own window. Null when it was closed; rejects with UNSUPPORTED where there is none. */
  async pick(title: string, start: Place | null): Promise<Place | null> {
    const options = { title: title.slice(0, 100), ...(start === null ? {} : { start }) };
    const { place } = await this.session.call('folders.pick', options);
    await this.refresh();
    return place;
  }

  /** Take a root away from JSTorrent; its files stay. */
  async removeRoot(key: string): Promise<void> {
    await this.session.call('folders.removeRoot', { key });
    await this.refresh();
  }

  /** Remember a folder as used. */
  async remember(place: Place): Promise<void> {
    await inTurn(RECENT_KEY, async () => {
      const stored = readRecent((await browser.storage.local.get(RECENT_KEY))[RECENT_KEY]);
      const rest = stored.filter((other) => !isSamePlace(place, other));
      const recent = [place, ...rest].slice(0, RECENT_MAX);
      this.#recent.set(recent);
      await browser.storage.local.set({ [RECENT_KEY]: recent });
    });
  }

  close(): void {
    this.#leave();
  }
}

function readRecent(stored: unknown): readonly Place[] {
  return Array.isArray(stored) ? (stored as readonly Place[]).slice(0, RECENT_MAX) : [];
}
