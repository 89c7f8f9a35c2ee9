/** Choices that several pages change at once. */
import { beforeEach, expect, it, vi } from 'vitest';
import browser from 'webextension-polyfill';

/** A page of its own: nothing but the browser's storage is shared. */
async function page(): Promise<typeof import('./prefs.ts')> {
  vi.resetModules();
  vi.doMock('webextension-polyfill', () => ({ default: browser }));
  return import('./prefs.ts');
}

/** Browsers answer later; each page sees what it sees by then. */
function late(): void {
  const { local } = browser.storage;
  const get = local.get.bind(local);
  const set = local.set.bind(local);
  const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
  vi.spyOn(local, 'get').mockImplementation((keys) => later().then(() => get(keys)));
  vi.spyOn(local, 'set').mockImplementation((values) => later().then(() => set(values)));
}

const stored = async (): Promise<unknown> => (await browser.storage.local.get('prefs'))['prefs'];

beforeEach(async () => {
  vi.restoreAllMocks();
  await browser.storage.local.remove('prefs');
  late();
});

it('keeps what two pages change at the same time', async () => {
  const [one, other] = [await page(), await page()];
  await Promise.all([one.prefsReady, other.prefsReady]);
  await Promise.all([one.setPrefs({ theme: 'dark' }), other.setPrefs({ badge: 'none' })]);
  expect(await stored()).toMatchObject({ theme: 'dark', badge: 'none' });
  expect(one.prefs.value).toEqual(other.prefs.value);
});

it('keeps what two pages put on one list at the same time', async () => {
  const [one, other] = [await page(), await page()];
  await Promise.all([
    one.setPrefs(one.onList('sitesOff', 'a.example', true)),
    other.setPrefs(other.onList('sitesOff', 'b.example', true)),
    one.setPrefs(one.onList('sitesOff', 'c.example', true)),
  ]);
  const { sitesOff } = (await stored()) as { sitesOff: string[] };
  expect(sitesOff.toSorted()).toEqual(['a.example', 'b.example', 'c.example']);
  await other.setPrefs(other.onList('sitesOff', 'a.example', false));
  expect(one.prefs.value.sitesOff.toSorted()).toEqual(['b.example', 'c.example']);
});

it('shows a choice at once, and what was stored when it cannot be', async () => {
  const one = await page();
  await one.prefsReady;
  await one.setPrefs({ theme: 'light' });
  vi.spyOn(browser.storage.local, 'set').mockRejectedValue(new Error('full'));
  const change = one.setPrefs({ theme: 'dark' });
  await Promise.resolve();
  expect(one.prefs.value.theme).toBe('dark');
  await expect(change).rejects.toThrow('full');
  expect(one.prefs.value.theme).toBe('light');
});
