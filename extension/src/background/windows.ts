/**
 * Opens the pages of the extension. Decides what is reused: there is one manager, one page of settings, and one add dialog
 * at a time, into which everything that is found meanwhile goes.
 */
import browser from 'webextension-polyfill';
import { dropQueued, isQueued, queueSource } from '../model/add-queue.ts';
import { addressOf, type AddSource } from '../model/link.ts';

/** Size of the dialog's window, with the frame of a window around 720. */
const DIALOG = { width: 740, height: 680 } as const;
/** Kept for the session: the tab of the add dialog. */
const DIALOG_KEY = 'dialog';
/** A dialog whose last torrent was just added closes within this. */
const CLOSING_MS = 300;

let opening: Promise<void> = Promise.resolve();

/** Show the add dialog for something, or for whatever the user brings. One after the other. */
export function openAdd(source: AddSource | null): Promise<void> {
  return inTurn(async () => {
    if ((await dialogTab()) === null) await dropQueued();
    await addDialog(source === null ? null : await queueSource(source));
  });
}

/** Show the manager, and a torrent in it. */
export function openManager(torrent?: string): Promise<void> {
  return showPage('manager.html', addressOf('manager', torrent));
}

/** Show the settings, and a section of them. */
export function openSettings(section?: string): Promise<void> {
  return showPage('settings.html', addressOf('settings', section));
}

/** Show how the helper is installed. */
export function openSetup(): Promise<void> {
  return showPage('setup.html', addressOf('setup'));
}

function inTurn(run: () => Promise<void>): Promise<void> {
  const done = opening.then(run);
  opening = done.catch((error: unknown) => console.error(error));
  return done;
}

/** `id`: what was put in line for it. */
async function addDialog(id: string | null): Promise<void> {
  const tab = await dialogTab();
  if (tab !== null && (await focus(tab))) {
    setTimeout(() => void showAgain(tab, id).catch((error: unknown) => console.error(error)), CLOSING_MS);
    return;
  }
  const address = browser.runtime.getURL(id === null ? 'add.html' : `add.html?source=${id}`);
  const made = (await openWindow(address)) ?? (await browser.tabs.create({ url: address })).id;
  await browser.storage.session.set({ [DIALOG_KEY]: made });
}

/** The tab of the dialog that is open, if there is one. */
async function dialogTab(): Promise<number | null> {
  const stored = (await browser.storage.session.get(DIALOG_KEY))[DIALOG_KEY];
  return typeof stored === 'number' && (await isThere(stored)) ? stored : null;
}

function isThere(tab: number): Promise<boolean> {
  return browser.tabs.get(tab).then(
    () => true,
    () => false,
  );
}

/** A dialog that went while it was handed something has not shown that. */
async function showAgain(tab: number, id: string | null): Promise<void> {
  if (await isThere(tab)) return;
  if (id === null || (await isQueued(id))) await inTurn(() => addDialog(id));
}

/** A small window in the middle of the user's own; null where there are none. Gives its tab. */
async function openWindow(url: string): Promise<number | null> {
  if (typeof browser.windows?.create !== 'function') return null;
  const around = await browser.windows.getLastFocused().catch(() => null);
  const { left, top, width, height } = around ?? {};
  const place =
    left === undefined || top === undefined || width === undefined || height === undefined
      ? {}
      : {
          left: Math.max(0, Math.round(left + (width - DIALOG.width) / 2)),
          top: Math.max(0, Math.round(top + (height - DIALOG.height) / 3)),
        };
  const open = (at: object) => browser.windows.create({ url, type: 'popup', ...DIALOG, ...at });
  // A place outside of all screens is refused.
  const made = await open(place).catch(() => open({}).catch(() => null));
  return made?.tabs?.[0]?.id ?? null;
}

async function focus(tab: number): Promise<boolean> {
  try {
    const { windowId } = await browser.tabs.update(tab, { active: true });
    if (windowId !== undefined) await browser.windows?.update(windowId, { focused: true });
    return true;
  } catch {
    return false;
  }
}

async function showPage(page: string, address: string): Promise<void> {
  const url = browser.runtime.getURL(address);
  const tab = await tabOf(browser.runtime.getURL(page));
  if (tab === null) await browser.tabs.create({ url });
  else {
    // The page stays as it is: only what follows # changes.
    if (address !== page) await browser.tabs.update(tab, { url });
    await focus(tab);
  }
}

/** A tab that shows a page of the extension. */
async function tabOf(url: string): Promise<number | null> {
  const { runtime } = globalThis.chrome ?? {};
  if (typeof runtime?.getContexts === 'function') {
    const contexts = await runtime.getContexts({ contextTypes: ['TAB'] });
    const found = contexts.find(({ documentUrl }) => documentUrl?.split(/[?#]/)[0] === url);
    return found === undefined || found.tabId < 0 ? null : found.tabId;
  }
  const [tab] = await browser.tabs.query({ url: `${url}*` });
  return tab?.id ?? null;
}
