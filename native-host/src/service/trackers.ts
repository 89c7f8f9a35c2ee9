/** Trackers in a few words for a line of the list. Decides what counts as working; what they said is the engine's. */
import type { TorrentRow } from '@jstorrent/control';
import type { TrackerView } from '@jstorrent/engine';

/** Hosts shown in a column. */
const HOSTS_MAX = 5;
const HOST_MAX = 255;

/** Hosts of trackers without repetition, in their order; addresses that are none are left out. */
function hostsOf(urls: Iterable<string>): string[] {
  const hosts = new Set<string>();
  for (const url of urls) {
    const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@?#]*@)?(\[[^\]]*\]|[^/:?#]+)/i.exec(url)?.[1];
    if (host !== undefined) hosts.add(host.toLowerCase().slice(0, HOST_MAX));
    if (hosts.size === HOSTS_MAX) break;
  }
  return [...hosts];
}

const known = new WeakMap<object, string[]>();

/** The same of trackers in tiers, a value that nobody changes: torrents that share it share its hosts. */
export function hostsOfTiers(tiers: readonly (readonly string[])[]): string[] {
  const found = known.get(tiers);
  if (found !== undefined) return found;
  const hosts = hostsOf(tiers.flat());
  known.set(tiers, hosts);
  return hosts;
}

/** How the trackers of a torrent at work stand together: one that works is enough. Nobody asked yet = waiting. */
export function healthOf(trackers: readonly TrackerView[]): TorrentRow['trackerHealth'] {
  const asked = trackers.filter(({ status }) => status !== 'idle' && status !== 'announcing');
  if (asked.some(({ status }) => status === 'working')) return 'working';
  if (asked.length === 0) return 'waiting';
  return asked.every(({ status }) => status === 'refused') ? 'refused' : 'noAnswer';
}
