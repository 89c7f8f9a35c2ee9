/**
 * What the browser has to allow. Every request is made within the click that wants it, before anything is awaited:
 * otherwise the browser does not ask.
 */
import browser from 'webextension-polyfill';
import { prefs } from '../model/prefs.ts';

const EVERY_SITE = { origins: ['*://*/*'] };

/** Ask for access to links on web pages. */
export function askForSites(): Promise<boolean> {
  return browser.permissions.request(EVERY_SITE);
}

/** Ask for access to links on web pages and to downloads. */
export function askForDownloads(): Promise<boolean> {
  return browser.permissions.request({ ...EVERY_SITE, permissions: ['downloads'] });
}

/** Ask to show notifications. */
export function askForNotifications(): Promise<boolean> {
  return browser.permissions.request({ permissions: ['notifications'] });
}

/** Give back what is of no use any more. */
export async function giveBack(): Promise<void> {
  const { captureMagnets, captureTorrents } = prefs.value;
  if (!captureTorrents) await browser.permissions.remove({ permissions: ['downloads'] });
  if (!captureMagnets && !captureTorrents) await browser.permissions.remove(EVERY_SITE);
}

/** Whether notifications are allowed. */
export function mayNotify(): Promise<boolean> {
  return browser.permissions.contains({ permissions: ['notifications'] });
}

/** The host of a site that was typed or pasted; null when it is none. */
export function hostOf(text: string): string | null {
  const trimmed = text.trim().toLowerCase();
  const address = /^https?:\/\//.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (trimmed === '' || /\s/.test(trimmed) || !URL.canParse(address)) return null;
  const { hostname, username } = new URL(address);
  return username === '' && hostname !== '' ? hostname : null;
}
