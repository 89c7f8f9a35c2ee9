/**
 * Web seeds (BEP 19) of torrents in the list. Decides which count as named by the user: those that no torrent named, and
 * only they may be at local addresses.
 */
import { ControlError } from '@jstorrent/control';
import type { TorrentId, WebSeed } from '@jstorrent/engine';
import { parseWebUrl } from '@jstorrent/protocol';
import { told } from './errors.ts';
import type { Host } from './host.ts';

/** Web seeds that a torrent names. */
export function ofTorrent(urls: readonly string[]): WebSeed[] {
  return urls.map((url) => ({ url, byUser: false }));
}

/** Web seeds that the user names. Throws ControlError BAD_PARAMS for what is no address of one. */
export function ofUser(urls: readonly string[], at: string): WebSeed[] {
  for (const [index, url] of urls.entries()) {
    if (parseWebUrl(url) !== null) continue;
    const why = 'it has to be an http or https address without a user name';
    throw new ControlError('BAD_PARAMS', { at: `${at}.${index}`, why });
  }
  return urls.map((url) => ({ url, byUser: true }));
}

/** Ask these and no others: those that the torrent named stay its own. Throws ControlError. */
export function setWebSeeds(host: Host, id: TorrentId, urls: readonly string[]): void {
  const before = new Map(host.catalog.get(id).webSeeds.map((seed) => [seed.url, seed]));
  keep(
    host,
    id,
    ofUser(urls, 'urls').map((seed) => before.get(seed.url) ?? seed),
  );
}

/** Ask more web seeds too; those that are there stay as they are. Throws ControlError. */
export function mergeWebSeeds(host: Host, id: TorrentId, seeds: readonly WebSeed[]): void {
  const { webSeeds } = host.catalog.get(id);
  const known = new Set(webSeeds.map(({ url }) => url));
  const added = seeds.filter(({ url }) => !known.has(url));
  if (added.length > 0) keep(host, id, [...webSeeds, ...added]);
}

function keep({ catalog, engine }: Host, id: TorrentId, seeds: readonly WebSeed[]): void {
  engine.setWebSeeds(id, seeds);
  // As the engine has them: without repetitions, and not more than it asks.
  const webSeeds = engine.webSeeds(id).map(({ url, byUser }) => ({ url, byUser }));
  told(() => catalog.update([id], () => ({ webSeeds })));
}
