/** What the browser tells of itself: system, how the extension came here, what it allows. */
import browser from 'webextension-polyfill';
import { systemOf, type Origin } from './commands.ts';
import type { Surroundings } from './plan.ts';

/** Sites that magnet links are taken on. */
const ALL_SITES = { origins: ['*://*/*'] };
/** Where the browser hands magnet links, after it was asked to. */
const HANDLER = 'magnet.html?u=%s';

/** What is known of the surroundings, and the system in the browser's own words. */
export interface BrowserFacts {
  readonly around: Surroundings;
  readonly systemText: string;
}

/** Ask the browser. */
export async function browserFacts(): Promise<BrowserFacts> {
  const [{ os, arch }, origin] = await Promise.all([browser.runtime.getPlatformInfo(), originOf()]);
  return {
    around: {
      system: systemOf(os),
      origin,
      id: browser.runtime.id,
      version: browser.runtime.getManifest().version,
      canOpenExtensions: __TARGET__ === 'chrome',
    },
    systemText: `${os} ${arch}`,
  };
}

/** An extension that was loaded from a folder came with the sources. */
async function originOf(): Promise<Origin> {
  const self = await browser.management?.getSelf?.().catch(() => null);
  return self?.installType === 'development' ? 'sources' : 'download';
}

/** Ask for the permission to see clicks on all sites. Called on a click. */
export function askForSites(): Promise<boolean> {
  return browser.permissions.request(ALL_SITES);
}

/** Whether a page may offer itself for magnet links here; Firefox does it by the manifest. */
export const canRegisterHandler: boolean =
  __TARGET__ === 'chrome' && typeof navigator.registerProtocolHandler === 'function';

/** Ask the browser to hand over magnet links. Called on a click; throws when it is not allowed. */
export function registerHandler(): void {
  navigator.registerProtocolHandler('magnet', browser.runtime.getURL(HANDLER));
}

/** Whether the icon is in view already; null when the browser does not tell. */
export async function isPinned(): Promise<boolean | null> {
  const settings = await browser.action.getUserSettings?.().catch(() => null);
  return settings?.isOnToolbar ?? null;
}

/** Open the browser's page of extensions at this one. */
export function openExtensionsPage(): void {
  browser.tabs.create({ url: `chrome://extensions/?id=${browser.runtime.id}` }).catch(() => {});
}

/** Look for a newer extension, and load it when there is one. False when there is none. */
export async function updateExtension(): Promise<boolean> {
  const found = await browser.runtime.requestUpdateCheck?.().catch(() => null);
  // Firefox gives an array.
  const status = Array.isArray(found)
    ? (found as unknown[])[0]
    : (found as { status?: string } | null)?.status;
  if (status !== 'update_available') return false;
  browser.runtime.reload();
  return true;
}
