/** The line before the add dialog. */
import { beforeEach, expect, it } from 'vitest';
import browser from '../testing/fake-browser.ts';
import { AddQueue, noteDropped, queueSource } from './add-queue.ts';
import type { AddSource } from './link.ts';

const magnet = (name: string): AddSource => ({ kind: 'magnet', magnet: `magnet:?dn=${name}` });
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const names = (queue: AddQueue): unknown[] =>
  (queue.waiting.value ?? []).map(({ source }) => (source.kind === 'magnet' ? source.magnet.slice(11) : ''));

beforeEach(async () => {
  await browser.storage.session.remove(Object.keys(await browser.storage.session.get(null)));
});

it('begins with what the dialog was opened for, and drops what an earlier one left', async () => {
  await queueSource(magnet('left'));
  const first = await queueSource(magnet('a'));
  await queueSource(magnet('b'));
  const queue = new AddQueue(first);
  await settle();
  expect(names(queue)).toEqual(['a', 'b']);
  expect(Object.values(await browser.storage.session.get(null))).toEqual([magnet('a'), magnet('b')]);
});

it('takes what comes later, in order and once', async () => {
  const first = await queueSource(magnet('a'));
  const queue = new AddQueue(first);
  await settle();
  await queueSource(magnet('b'));
  await queueSource(magnet('c'));
  await browser.storage.session.set({ [`add:${first}`]: magnet('a') });
  expect(names(queue)).toEqual(['a', 'b', 'c']);
});

it('forgets what is done', async () => {
  const first = await queueSource(magnet('a'));
  await queueSource(magnet('b'));
  const queue = new AddQueue(first);
  await settle();
  await queue.done(first);
  expect(names(queue)).toEqual(['b']);
  expect(Object.values(await browser.storage.session.get(null))).toEqual([magnet('b')]);
  await queue.clear();
  expect(await browser.storage.session.get(null)).toEqual({});
});

it('drops what another dialog saw to', async () => {
  const first = await queueSource(magnet('a'));
  const second = await queueSource(magnet('b'));
  const queue = new AddQueue(first);
  const other = new AddQueue(first);
  await settle();
  await other.done(second);
  expect(names(queue)).toEqual(['a']);
});

it('holds nothing of before when it is opened for nothing', async () => {
  await queueSource(magnet('left'));
  const queue = new AddQueue(null);
  await settle();
  expect(queue.waiting.value).toEqual([]);
  expect(await browser.storage.session.get(null)).toEqual({});
});

it('says that pages brought more than was taken, in the dialog that was open or about to open', async () => {
  const first = await queueSource(magnet('a'));
  await noteDropped();
  const opening = new AddQueue(first);
  await settle();
  expect(opening.isCut.value).toBe(true);
  const second = await queueSource(magnet('b'));
  const later = new AddQueue(second);
  await settle();
  expect(later.isCut.value).toBe(false);
  await noteDropped();
  expect(later.isCut.value).toBe(true);
});
