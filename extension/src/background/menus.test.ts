/** What a click on an entry of a menu names. */
import { expect, it } from 'vitest';
import { isTorrent, sourceOfDownload } from './downloads.ts';
import { sourcesOfClick } from './menus.ts';

const HASH = '08ada5a7a6183aae1e09d831df6748d566095a10';

it('is the link that was clicked', () => {
  expect(sourcesOfClick({ linkUrl: `magnet:?xt=urn:btih:${HASH}` })).toMatchObject([{ kind: 'magnet' }]);
  expect(sourcesOfClick({ linkUrl: 'https://example.org/a.torrent?b=c' })).toEqual([
    { kind: 'url', url: 'https://example.org/a.torrent?b=c' },
  ]);
});

it('is every magnet link in what was selected, or the hash that it is', () => {
  const text = `Get "magnet:?xt=urn:btih:${HASH}&dn=a" or <magnet:?xt=urn:btih:${HASH}&dn=b>, not magnet:?x`;
  expect(sourcesOfClick({ selectionText: text })).toEqual([
    { kind: 'magnet', magnet: `magnet:?xt=urn:btih:${HASH}&dn=a` },
    { kind: 'magnet', magnet: `magnet:?xt=urn:btih:${HASH}&dn=b` },
  ]);
  expect(sourcesOfClick({ selectionText: ` ${HASH} ` })).toHaveLength(1);
  expect(sourcesOfClick({ selectionText: 'nothing of that kind' })).toEqual([]);
});

it('is a finished download when it is a .torrent file that the extension did not make', () => {
  const item = { filename: '/home/ann/a.TORRENT', mime: '' };
  expect(isTorrent(item)).toBe(true);
  expect(isTorrent({ filename: '/home/ann/a', mime: 'application/x-bittorrent' })).toBe(true);
  expect(isTorrent({ filename: '/home/ann/a.zip', mime: 'application/zip' })).toBe(false);
  expect(isTorrent({ ...item, byExtensionId: 'test' })).toBe(false);
});

it('is read from the folders of the helper, and fetched again elsewhere', () => {
  const item = { filename: '/home/ann/Downloads/a.torrent', url: 'https://example.org/a' };
  const path = { kind: 'path', path: item.filename };
  expect(sourceOfDownload(item, ['/srv', '/home/ann/Downloads'])).toEqual(path);
  expect(sourceOfDownload(item, ['/home/ann/Down'])).toEqual({ kind: 'url', url: item.url });
  expect(sourceOfDownload({ ...item, url: 'blob:https://example.org/x' }, [])).toEqual(path);
});
