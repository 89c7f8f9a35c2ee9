/**
 * The script that takes links on pages. Decides when it is registered: a choice of the user and the permission for all sites
 * together; without the permission the choice ends.
 */
import browser from 'webextension-polyfill';
// oxlint-disable-next-line import/default -- made by the bundler
import script from '../content/magnet.iife.ts?script';
import { prefs, prefsReady, setPrefs } from '../model/prefs.ts';

const ID = 'magnet';
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
  const { sitesOff } = prefs.value;
  const isOff = !sitesOff.includes(site);
  await setPrefs({ sitesOff: isOff ? [...sitesOff, site] : sitesOff.filter((other) => other !== site) });
  return isOff;
}

async function sync(): Promise<void> {
  await prefsReady;
  const { captureMagnets, captureTorrents } = prefs.value;
  const wanted = captureMagnets || captureTorrents;
  const allowed = wanted && (await browser.permissions.contains(SITES));
  if (captureMagnets && !allowed) await setPrefs({ captureMagnets: false });
  const registered = await browser.scripting.getRegisteredContentScripts({ ids: [ID] });
  if (allowed === registered.length > 0) return;
  if (!allowed) return browser.scripting.unregisterContentScripts({ ids: [ID] });
  await browser.scripting.registerContentScripts([
    {
      id: ID,
      js: [script],
      matches: SITES.origins,
      runAt: 'document_start',
      allFrames: true,
      matchOriginAsFallback: true,
    } as Parameters<typeof browser.scripting.registerContentScripts>[0][number],
  ]);
  await injectIntoOpen();
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
