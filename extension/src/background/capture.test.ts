/** When the script that takes links is registered, and into which pages it is put. */
import { beforeEach, expect, it, vi } from 'vitest';
import browser from '../testing/fake-browser.ts';

vi.mock('../content/magnet.iife.ts?script', () => ({ default: 'content/magnet.js' }));

const { prefsReady, setPrefs } = await import('../model/prefs.ts');
const { syncCapture, toggleSite } = await import('./capture.ts');
const { prefs } = await import('../model/prefs.ts');

let isAllowed: boolean;
let registered: unknown[];
/** Tabs that the script was put into. */
let reached: number[];
/** Called before tabs are listed. */
let onQuery: () => void;
Object.assign(browser, {
  permissions: { contains: () => Promise.resolve(isAllowed) },
  tabs: {
    query: () => {
      onQuery();
      return Promise.resolve([{ id: 1 }, { id: 2 }]);
    },
  },
  scripting: {
    getRegisteredContentScripts: () => Promise.resolve(registered),
    registerContentScripts: (scripts: unknown[]) => {
      registered = scripts;
      return Promise.resolve();
    },
    unregisterContentScripts: () => {
      registered = [];
      return Promise.resolve();
    },
    executeScript: ({ target }: { target: { tabId: number } }) => {
      reached.push(target.tabId);
      return Promise.resolve();
    },
  },
});

beforeEach(async () => {
  isAllowed = true;
  registered = [];
  reached = [];
  onQuery = () => {};
  await prefsReady;
  await browser.storage.session.remove('spread');
  await setPrefs({ captureMagnets: true, captureTorrents: false, sitesOff: [] });
});

it('comes into pages that are open once, and goes with the choice', async () => {
  await syncCapture();
  await syncCapture();
  expect([registered.length, reached]).toEqual([1, [1, 2]]);
  await setPrefs({ captureMagnets: false });
  await syncCapture();
  expect(registered).toEqual([]);
});

it('comes into pages that are open when a worker ended before that was done, or the extension was off', async () => {
  registered = [{}];
  await syncCapture();
  expect(reached).toEqual([1, 2]);
});

it('is not there when the choice changed while it was put into pages', async () => {
  const changes: Promise<void>[] = [];
  onQuery = () => void changes.push(setPrefs({ captureMagnets: false }).then(syncCapture));
  await syncCapture();
  await Promise.all(changes);
  expect(changes).toHaveLength(1);
  expect(registered).toEqual([]);
});

it('is not there without the permission, and the choice ends', async () => {
  isAllowed = false;
  await syncCapture();
  expect(registered).toEqual([]);
  expect(prefs.value.captureMagnets).toBe(false);
});

it('switches sites off and on, each for itself', async () => {
  expect(await Promise.all([toggleSite('a.example'), toggleSite('b.example')])).toEqual([true, true]);
  expect(prefs.value.sitesOff.toSorted()).toEqual(['a.example', 'b.example']);
  expect(await toggleSite('a.example')).toBe(false);
  expect(prefs.value.sitesOff).toEqual(['b.example']);
});
