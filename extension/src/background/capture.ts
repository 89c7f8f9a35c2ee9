/**
 * The script that takes links on pages. Decides when it is registered: a choice of the user and the permission for all sites
 * together; without the permission the choice ends.
 */
import browser from 'webextension-polyfill';
// oxlint-disable-next-line import/default -- made by the bundler
import script from '../content/magnet.iife.ts?script';
import { onList, prefs, prefsReady, setPrefs } from '../model/prefs.ts';

const ID = 'magnet';
/**
 * Kept for the browser's session, and gone with an extension that was switched off: the script was put into the pages that
 * were open. A worker that ends before that is done does it when it is back.
 */
const SPREAD = 'spread';
/** What the script needs to see pages. */
const SITES = { origins: ['*://*/*'] };

let work: Promise<void> = Promise.resolve();

/** Register or unregister as the choices and the permission say; what is registered comes into pages that are open, too. */
export function syncCapture(): Promise<void> {
  work = work.then(sync).catch((error: unknown) => console.error(error));
  return work;
}

/** Switch a site off, or on again. Gives whether it is off now. */
export async function toggleSite(site: string): Promise<boolean> {
  await prefsReady;
  const isOff = !prefs.value.sitesOff.includes(site);
  await setPrefs(onList('sitesOff', site, isOff));
  return isOff;
}

async function sync(): Promise<void> {
  await prefsReady;
  const { captureMagnets, captureTorrents } = prefs.value;
  const wanted = captureMagnets || captureTorrents;
  const allowed = wanted && (await browser.permissions.contains(SITES));
  if (captureMagnets && !allowed) await setPrefs({ captureMagnets: false });
  const registered = await browser.scripting.getRegisteredContentScripts({ ids: [ID] });
  const isThere = registered.length > 0;
  if (!allowed) {
    await browser.storage.session.remove(SPREAD);
    return isThere ? browser.scripting.unregisterContentScripts({ ids: [ID] }) : undefined;
  }
  if (!isThere) await register();
  const { [SPREAD]: isSpread } = await browser.storage.session.get(SPREAD);
  if (isThere && isSpread === true) return;
  // What opens from here on has the script; a page that has it takes no second one.
  await injectIntoOpen();
  await browser.storage.session.set({ [SPREAD]: true });
}

function register(): Promise<void> {
  return browser.scripting.registerContentScripts([
    {
      id: ID,
      js: [script],
      matches: SITES.origins,
      runAt: 'document_start',
      allFrames: true,
      matchOriginAsFallback: true,
    } as Parameters<typeof browser.scripting.registerContentScripts>[0][number],
  ]);
}

/** Pages that are open do not have to be loaded again. */
async function injectIntoOpen(): Promise<void> {
  const tabs = await browser.tabs.query({ url: SITES.origins, discarded: false });
  await Promise.allSettled(
    tabs.map(({ id }) =>
      id === undefined
        ? Promise.resolve()
        : browser.scripting.executeScript({
            target: { tabId: id, allFrames: true },
            files: [script],
            injectImmediately: true,
          } as Parameters<typeof browser.scripting.executeScript>[0]),
    ),
  );
}
