/** Which downloads of the browser are offered, and how. */
import { ControlError } from '@jstorrent/control';
import { expect, it } from 'vitest';
import { Cell } from '../model/observable.ts';
import type { Session } from '../model/session.ts';
import browser from '../testing/fake-browser.ts';
import { finishedTorrent, sourceOfDownload } from './downloads.ts';

const url = 'https://example.org/a.torrent';
const item = { filename: '/home/ann/Downloads/a.torrent', mime: '', url };
Object.assign(browser, { downloads: { search: () => Promise.resolve([item]) } });
const done = { id: 1, state: { current: 'complete' } };
const sessionWith = (roots: Promise<unknown>): Session =>
  ({ call: () => roots, link: new Cell({ kind: 'ready' }) }) as unknown as Session;

it('is read by its path where the helper may, and fetched again elsewhere', async () => {
  const may = sessionWith(Promise.resolve({ roots: [{ path: '/home/ann/Downloads' }] }));
  expect(await finishedTorrent(done, may)).toEqual({ kind: 'path', path: item.filename });
  expect(sourceOfDownload(item, ['/home/ann/Down', '/home/ann/Downloads/a'])).toEqual({ kind: 'url', url });
});

it('is offered even when the helper cannot be asked', async () => {
  const away = sessionWith(Promise.reject(new ControlError('TIMED_OUT')));
  expect(await finishedTorrent(done, away)).toEqual({ kind: 'url', url });
});

it('is nothing else that was downloaded, and nothing that was not finished', async () => {
  const session = sessionWith(Promise.resolve({ roots: [] }));
  expect(await finishedTorrent({ id: 1, state: { current: 'interrupted' } }, session)).toBeNull();
  Object.assign(browser, { downloads: { search: () => Promise.resolve([{ ...item, filename: '/a.iso' }]) } });
  expect(await finishedTorrent(done, session)).toBeNull();
});
