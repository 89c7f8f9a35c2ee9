/** Entries in the browser's menus. Decides where they are shown and what is in a click; what is done with it is not. */
import browser, { type Menus } from 'webextension-polyfill';
import { t } from '../model/i18n.ts';
import type { AddSource } from '../model/link.ts';
import type { Prefs } from '../model/prefs.ts';
import { sourcesIn } from '../model/sources.ts';

/** Addresses whose file is a .torrent, as menus and the script in pages understand it. */
const LINKS = ['magnet:*', '*://*/*.torrent', '*://*/*.torrent?*'];
/** From one selection: more is a mistake. */
const LINKS_MAX = 50;

let work: Promise<void> = Promise.resolve();

/** The entries anew, in the language of the browser; they stay when the worker ends. */
export function makeMenus(prefs: Prefs): Promise<void> {
  work = work.then(() => make(prefs)).catch((error: unknown) => console.error(error));
  return work;
}

async function make(prefs: Prefs): Promise<void> {
  await browser.contextMenus.removeAll();
  const title = t('menu_download');
  browser.contextMenus.create({ id: 'link', title, contexts: ['link'], targetUrlPatterns: LINKS });
  browser.contextMenus.create({ id: 'selection', title, contexts: ['selection'] });
  browser.contextMenus.create({
    id: 'site',
    title: t('menu_site'),
    contexts: ['action'],
    visible: isTaking(prefs),
  });
}

/** The choices changed. */
export async function dressMenus(prefs: Prefs): Promise<void> {
  // It is not there before the first installation is done.
  await browser.contextMenus.update('site', { visible: isTaking(prefs) }).catch(() => {});
}

/** What a click on an entry for links names. */
export function sourcesOfClick({
  linkUrl,
  selectionText,
}: Pick<Menus.OnClickData, 'linkUrl' | 'selectionText'>): AddSource[] {
  if (linkUrl !== undefined) return [...sourcesIn(linkUrl.trim()).sources];
  return linksIn(selectionText ?? '');
}

/** Links in a text that was selected: magnet links anywhere in it, or else what the whole of it names. */
function linksIn(text: string): AddSource[] {
  const magnets = [...text.matchAll(/magnet:\?[^\s"'<>]+/gi)].map(([magnet]) => magnet);
  const found = sourcesIn(magnets.length > 0 ? magnets.join('\n') : text.trim()).sources;
  return found.slice(0, LINKS_MAX);
}

function isTaking({ captureMagnets, captureTorrents }: Prefs): boolean {
  return captureMagnets || captureTorrents;
}
