/**
 * The page that browsers open for magnet links. Any site can send the user here, so it only says what it was given and goes:
 * back to where the link was, or away when there is no such page.
 */
import browser from 'webextension-polyfill';
import { localizePage, t } from '../model/i18n.ts';
import type { Found } from '../model/link.ts';

/** A page that follows the link again whenever it is shown would never be left. */
const RETURNS_MAX = 3;
const RETURNS_MS = 10_000;
const KEY = 'returns';

localizePage();
document.title = t('handler_title');
const message: Found = {
  found: { kind: 'magnet', magnet: new URLSearchParams(location.search).get('u') ?? '' },
  active: false,
};
browser.runtime.sendMessage(message).then(leave, leave);

async function leave(): Promise<void> {
  if (history.length > 1) {
    if (mayReturn()) history.back();
    return;
  }
  const tab = await browser.tabs.getCurrent();
  if (tab?.id !== undefined) await browser.tabs.remove(tab.id);
}

function mayReturn(): boolean {
  const now = Date.now();
  const returns = (sessionStorage.getItem(KEY) ?? '')
    .split(' ')
    .map(Number)
    .filter((at) => now - at < RETURNS_MS);
  sessionStorage.setItem(KEY, [...returns, now].join(' '));
  return returns.length < RETURNS_MAX;
}
