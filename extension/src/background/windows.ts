/** Opens the pages of the extension. Decides what is reused: there is one manager and one page of settings. */
import browser from 'webextension-polyfill';
import { addressOf } from '../model/link.ts';

/** Show the manager, and a torrent in it. */
export function openManager(torrent?: string): Promise<void> {
  return showPage('manager.html', addressOf('manager', torrent));
}

/** Show the settings, and a section of them. */
export function openSettings(section?: string): Promise<void> {
  return showPage('settings.html', addressOf('settings', section));
}

/** Kept by the browser: the first steps were shown. A browser that loads the extension by hand installs it at each start. */
const SHOWN_KEY = 'setupShown';

/** Show the first steps to a user who is new here; behind a page that was asked for already. */
export async function welcome(): Promise<void> {
  const isShown = (await browser.storage.local.get(SHOWN_KEY))[SHOWN_KEY] === true;
  await browser.storage.local.set({ [SHOWN_KEY]: true });
  if (isShown) await loadBlocked();
  else if (await loadBlocked())
    await browser.tabs.create({ url: browser.runtime.getURL('setup.html'), active: false });
  else await showPage('setup.html', addressOf('setup'));
}

/** Loads pages that were asked for before the browser had the extension, and blocked them. Gives whether there were any. */
export async function loadBlocked(): Promise<boolean> {
  const { runtime } = globalThis.chrome ?? {};
  if (typeof runtime?.getContexts !== 'function') return false;
  const tabs = await browser.tabs.query({ url: browser.runtime.getURL('*'), status: 'complete' });
  const contexts = await runtime.getContexts({ contextTypes: ['TAB'] });
  // One that the browser put away is loaded when it is looked at.
  const blocked = tabs.filter(
    ({ id, discarded }) => discarded !== true && !contexts.some(({ tabId }) => tabId === id),
  );
  await Promise.all(blocked.map(({ id }) => browser.tabs.reload(id)));
  return blocked.length > 0;
}

/** Show a tab, if it is there. */
export async function focus(tab: number): Promise<boolean> {
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
