/** What the user chose for the interface itself, kept by the browser. What the service does is in its own settings. */
import browser from 'webextension-polyfill';
import { inTurn } from './in-turn.ts';
import { Cell, type Observable } from './observable.ts';

/** Every choice, with what holds until one is made. */
export const PREFS = {
  theme: 'system' as 'system' | 'light' | 'dark',
  density: 'comfortable' as 'comfortable' | 'compact',
  /** 1000 or 1024 bytes in a kilobyte. */
  units: 'decimal' as 'decimal' | 'binary',
  /** Single letters as shortcuts. */
  letterKeys: true,
  /** Magnet links on pages are taken; needs the permission for all sites. */
  captureMagnets: false,
  /** Links to .torrent files and finished downloads of them are offered. */
  captureTorrents: false,
  /** Sites (hosts) where links are left alone. */
  sitesOff: [] as readonly string[],
  /** Kinds that are added without asking. */
  addAtOnce: [] as readonly ('magnet' | 'torrent')[],
  notifyCompleted: true,
  notifyFailed: true,
  /** Badge on the toolbar icon. */
  badge: 'count' as 'count' | 'percent' | 'none',
};

/** The choices. */
export type Prefs = typeof PREFS;

const KEY = 'prefs';
/** Read before the browser's storage answers, so that a page opens in its colours. */
const MIRROR = 'prefs';

const cell = new Cell<Prefs>({ ...PREFS, ...readMirror() });

/** The choices in force; they follow changes made in other pages. */
export const prefs: Observable<Prefs> = cell;

/** Resolves when the stored choices were read. */
export const prefsReady: Promise<void> = browser.storage.local
  .get(KEY)
  .then((stored) => take(stored[KEY] as Partial<Prefs> | undefined))
  .catch(() => {});

browser.storage.local.onChanged?.addListener((changes) => {
  const change = changes[KEY];
  if (change !== undefined) take(change.newValue as Partial<Prefs> | undefined);
});

/** Some choices, or what becomes of those that are in force when they are written. */
export type PrefsChange = Partial<Prefs> | ((now: Prefs) => Partial<Prefs>);

/**
 * Change some; every page and the worker take them over. What others change at the same time stays. Rejects when the
 * browser keeps nothing: then what was stored is in force again.
 */
export async function setPrefs(change: PrefsChange): Promise<void> {
  await prefsReady;
  take({ ...cell.value, ...changed(change, cell.value) });
  await inTurn(KEY, async () => {
    const { [KEY]: stored } = await browser.storage.local.get(KEY);
    const now = { ...PREFS, ...(stored as Partial<Prefs> | undefined) };
    const next = { ...now, ...changed(change, now) };
    await browser.storage.local.set({ [KEY]: next }).catch((error: unknown) => {
      take(now);
      throw error;
    });
    take(next);
  });
}

/** A change that puts something on a list of choices, or takes it off. */
export function onList<K extends 'sitesOff' | 'addAtOnce'>(
  key: K,
  member: Prefs[K][number],
  isOn: boolean,
): PrefsChange {
  return (now) => {
    const others = now[key].filter((other) => other !== member);
    return { [key]: isOn ? [...others, member] : others };
  };
}

function changed(change: PrefsChange, now: Prefs): Partial<Prefs> {
  return typeof change === 'function' ? change(now) : change;
}

/** Sets theme and density of the page, now and with every change. */
export function dressPage(): void {
  const dress = (): void => {
    const { theme, density } = cell.value;
    const { dataset } = document.documentElement;
    if (theme === 'system') delete dataset['theme'];
    else dataset['theme'] = theme;
    dataset['density'] = density;
  };
  dress();
  cell.subscribe(dress);
}

function take(some: Partial<Prefs> | undefined): void {
  const next = { ...PREFS, ...some };
  if (JSON.stringify(next) === JSON.stringify(cell.value)) return;
  cell.set(next);
  if (typeof localStorage !== 'undefined') localStorage.setItem(MIRROR, JSON.stringify(next));
}

function readMirror(): Partial<Prefs> {
  if (typeof localStorage === 'undefined') return {};
  try {
    return JSON.parse(localStorage.getItem(MIRROR) ?? '{}') as Partial<Prefs>;
  } catch {
    return {};
  }
}
