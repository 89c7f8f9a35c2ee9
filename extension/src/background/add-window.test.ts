/** What the worker hands to the add dialog, and when its window opens. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import browser from '../testing/fake-browser.ts';
import type { AddSource } from '../model/link.ts';
import { openAdd } from './add-window.ts';

const open = new Map<number, string>();
let made = 0;
let creating: Promise<void>;
/** What happens to a tab that is shown. */
let onShown: (id: number) => void;
Object.assign(browser, {
  tabs: {
    get: (id: number) => (open.has(id) ? Promise.resolve({ id }) : Promise.reject(new Error('none'))),
    create: async ({ url }: { url: string }) => {
      await creating;
      made += 1;
      open.set(made, url);
      return { id: made };
    },
    update: (id: number) => {
      onShown(id);
      return Promise.resolve({});
    },
  },
});

const file = (name: string): AddSource => ({ kind: 'file', name, base64: 'ZA==' });
const waiting = async (): Promise<unknown[]> =>
  Object.entries(await browser.storage.session.get(null))
    .filter(([key]) => key.startsWith('add:'))
    .map(([, source]) => (source as { name: string }).name);
const idOf = async (name: string): Promise<string> =>
  Object.entries(await browser.storage.session.get(null))
    .filter(([, source]) => (source as { name?: string }).name === name)
    .map(([key]) => key.slice('add:'.length))
    .join();

/** As `openAdd`, with all its waits passing at once. */
async function opened(...names: string[]): Promise<void> {
  const all = Promise.all(names.map((name) => openAdd(file(name))));
  await vi.runAllTimersAsync();
  await all;
}

beforeEach(async () => {
  vi.useFakeTimers();
  open.clear();
  creating = Promise.resolve();
  onShown = () => {};
  await browser.storage.session.remove(Object.keys(await browser.storage.session.get(null)));
});
afterEach(() => vi.useRealTimers());

it('puts what is found into the dialog that is open, and keeps nothing of one that was closed', async () => {
  await opened('a');
  await opened('b');
  expect(open.size).toBe(1);
  expect(await waiting()).toEqual(['a', 'b']);
  open.clear();
  await opened('c');
  expect(await waiting()).toEqual(['c']);
  expect(open.size).toBe(1);
});

it('opens one window for what is found at the same time, in the order it was found', async () => {
  const shown: number[] = [];
  onShown = (id) => shown.push(id);
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  await opened(...names);
  expect(await waiting()).toEqual(names);
  expect([...open.values()]).toEqual([`chrome-extension://test/add.html?source=${await idOf('a')}`]);
  // Not once for each.
  expect(shown.length).toBeLessThan(4);
});

it('keeps what is found while the browser takes its time with the window', async () => {
  let done = (): void => {};
  creating = new Promise((resolve) => (done = resolve));
  const first = openAdd(file('a'));
  const second = openAdd(file('b'));
  await vi.advanceTimersByTimeAsync(1000);
  expect(await waiting()).toEqual(['a', 'b']);
  expect(open.size).toBe(0);
  done();
  await vi.runAllTimersAsync();
  await Promise.all([first, second]);
  expect(open.size).toBe(1);
  expect(await waiting()).toEqual(['a', 'b']);
});

it('does not wait for ever for a window that the browser never answered about', async () => {
  creating = new Promise(() => {});
  await opened('a');
  creating = Promise.resolve();
  await opened('b');
  expect(open.size).toBe(1);
});

it('opens another dialog for what reached one that was just closing', async () => {
  await opened('a');
  const [old] = [...open.keys()];
  // The user adds the first of the two just now, and the dialog goes.
  onShown = (id) => {
    onShown = () => {};
    open.delete(id);
  };
  await opened('b', 'c');
  expect([...open.keys()]).not.toContain(old);
  expect(open.size).toBe(1);
  expect(await waiting()).toEqual(expect.arrayContaining(['b', 'c']));
});

it('opens an empty dialog for a user who brings something, and no second one', async () => {
  const both = Promise.all([openAdd(null), openAdd(null)]);
  await vi.runAllTimersAsync();
  await both;
  expect([...open.values()]).toEqual(['chrome-extension://test/add.html']);
});
