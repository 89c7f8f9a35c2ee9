/** What the worker hands to the add dialog. */
import { beforeEach, expect, it } from 'vitest';
import browser from '../testing/fake-browser.ts';
import type { AddSource } from '../model/link.ts';
import { openAdd } from './windows.ts';

const open = new Map<number, string>();
Object.assign(browser, {
  tabs: {
    get: (id: number) => (open.has(id) ? Promise.resolve({ id }) : Promise.reject(new Error('none'))),
    create: ({ url }: { url: string }) => {
      open.set(open.size + 1, url);
      return Promise.resolve({ id: open.size });
    },
    update: () => Promise.resolve({}),
  },
});

const file = (name: string): AddSource => ({ kind: 'file', name, base64: 'ZA==' });
const waiting = async (): Promise<unknown[]> =>
  Object.entries(await browser.storage.session.get(null))
    .filter(([key]) => key.startsWith('add:'))
    .map(([, source]) => (source as { name: string }).name);

beforeEach(() => open.clear());

it('puts what is found into the dialog that is open, and keeps nothing of one that was closed', async () => {
  await openAdd(file('a'));
  await openAdd(file('b'));
  expect(open.size).toBe(1);
  expect(await waiting()).toEqual(['a', 'b']);
  open.clear();
  await openAdd(file('c'));
  expect(await waiting()).toEqual(['c']);
  expect(open.size).toBe(1);
});
