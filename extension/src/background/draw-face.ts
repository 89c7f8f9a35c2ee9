/** Draws the toolbar icon, badge and tooltip with the browser's API; only what differs. */
import browser from 'webextension-polyfill';
import type { Face } from './face.ts';

/** Draw a face over what stood there before. */
export function drawFace(face: Face, before: Face | null): void {
  const { icon, badge, colour, title } = face;
  const { action } = browser;
  const jobs: Promise<void>[] = [];
  if (icon !== before?.icon) {
    jobs.push(action.setIcon({ path: { 16: `/icons/${icon}-16.png`, 32: `/icons/${icon}-32.png` } }));
  }
  if (badge !== before?.badge) jobs.push(action.setBadgeText({ text: badge }));
  if (colour !== before?.colour) {
    jobs.push(
      action.setBadgeBackgroundColor({ color: colour }),
      action.setBadgeTextColor({ color: '#FFFFFF' }),
    );
  }
  if (title !== before?.title) jobs.push(action.setTitle({ title }));
  Promise.all(jobs).catch((error: unknown) => console.error(error));
}
