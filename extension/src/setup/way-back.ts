/** Where the user came from, and how the page leads back there once the trouble is over. */
import browser from 'webextension-polyfill';

/** Pages that lead here; the popup has no page to return to, so the tab closes. */
const PAGES = ['manager', 'add', 'settings', 'popup'] as const;

/** Where to go back to. */
export type Back = (typeof PAGES)[number];

/** Read from the address: `setup.html#manager`. Null for anything else. */
export function backOf(hash: string): Back | null {
  const name = hash.replace(/^#/, '');
  return PAGES.find((page) => page === name) ?? null;
}

/** Go back. Without a way back the manager is shown. */
export async function goBack(back: Back | null): Promise<void> {
  if (back !== 'popup') {
    location.replace(browser.runtime.getURL(`${back ?? 'manager'}.html`));
    return;
  }
  const tab = await browser.tabs.getCurrent();
  if (tab.id !== undefined) await browser.tabs.remove(tab.id);
}
