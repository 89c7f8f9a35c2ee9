/** Trackers of torrents in the list. Decides that those are kept which the engine takes for trackers. */
import type { TorrentId } from '@jstorrent/engine';
import { told } from './errors.ts';
import type { Host } from './host.ts';

/** Ask these trackers, in these tiers. Throws ControlError. */
export function setTrackers(
  { catalog, engine }: Host,
  id: TorrentId,
  tiers: readonly (readonly string[])[],
): void {
  catalog.get(id);
  engine.setTrackers(id, tiers);
  // As the engine has them: what is no address of a tracker is left out.
  told(() => catalog.update([id], () => ({ trackers: engine.view(id).trackers })));
}

/** Ask more trackers too; those that are there stay where they are. Throws ControlError. */
export function mergeTrackers(host: Host, id: TorrentId, tiers: readonly (readonly string[])[]): void {
  const { trackers } = host.catalog.get(id);
  const known = new Set(trackers.flat());
  const added = tiers.map((tier) => tier.filter((url) => !known.has(url))).filter((tier) => tier.length > 0);
  if (added.length > 0) setTrackers(host, id, [...trackers, ...added]);
}
