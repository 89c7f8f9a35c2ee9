/** Commands about trackers and peers of torrents, and about passing a torrent on. */
import { ControlError, CONTROL_LIMITS, type Handlers } from '@jstorrent/control';
import type { WebSeed } from '@jstorrent/engine';
import { told } from '../errors.ts';
import type { Host } from '../host.ts';
import { withSources } from '../metainfo-export.ts';
import { mergeTrackers, setTrackers } from '../own-trackers.ts';
import { setWebSeeds } from '../own-web-seeds.ts';
import { magnetOf } from '../sources.ts';
import { eachOf } from './batch.ts';

type TrackerHandlers = Pick<
  Handlers,
  | 'torrent.reannounce'
  | 'torrent.setTrackers'
  | 'torrent.addTrackers'
  | 'torrent.setWebSeeds'
  | 'torrent.addPeers'
  | 'torrent.banPeer'
  | 'torrent.export'
  | 'torrent.magnet'
>;

/** The handlers. */
export function trackerCommands(host: Host): TrackerHandlers {
  const { catalog, engine, store } = host;
  return {
    'torrent.reannounce': ({ ids }) =>
      eachOf(host, ids, (id) => {
        const { asked, tooSoon } = engine.reannounce(id);
        const waitMs = Math.min(...tooSoon.map((tracker) => tracker.waitMs));
        if (asked.length === 0 && tooSoon.length > 0) throw new ControlError('TOO_SOON', { waitMs });
      }),
    'torrent.setTrackers': ({ id, tiers }) => {
      setTrackers(host, id, tiers);
      return {};
    },
    'torrent.addTrackers': ({ ids, tiers }) => eachOf(host, ids, (id) => mergeTrackers(host, id, tiers)),
    'torrent.setWebSeeds': ({ id, urls }) => {
      setWebSeeds(host, id, urls);
      return {};
    },
    'torrent.addPeers': ({ id, peers }) => {
      catalog.get(id);
      engine.addPeers(id, peers);
      return {};
    },
    'torrent.banPeer': ({ id, host: address }) => {
      catalog.get(id);
      engine.banPeer(id, address);
      return {};
    },
    'torrent.export': ({ id, from }) => {
      const { name, trackers, webSeeds } = catalog.get(id);
      const metainfo = store.metainfo(id);
      if (metainfo === null) throw new ControlError('NO_METADATA');
      const bytes = told(() => withSources(metainfo, trackers, urlsOf(webSeeds)));
      const part = bytes.subarray(from, from + CONTROL_LIMITS.exportBytes);
      return {
        fileName: `${name}.torrent`,
        total: bytes.length,
        bytes: Buffer.from(part).toString('base64'),
      };
    },
    'torrent.magnet': ({ id }) => {
      const { name, trackers, webSeeds } = catalog.get(id);
      return { magnet: told(() => magnetOf(id, name, trackers.flat(), urlsOf(webSeeds))) };
    },
  };
}

const urlsOf = (seeds: readonly WebSeed[]): string[] => seeds.map(({ url }) => url);
