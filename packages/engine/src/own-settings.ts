/** The settings of the engine as they hold for one torrent. */
import type { Settings } from './limits.ts';
import type { Wishes } from './torrent-parts.ts';

/** Those of the engine, with what is wished for one torrent: its connections, and the tighter of both limits. */
export function ownSettings({ connections, downLimit }: Wishes, settings: Settings): Settings {
  if (connections === null && downLimit === 0) return settings;
  const connectionsPerTorrent = connections ?? settings.connectionsPerTorrent;
  const downloadLimit = tighter(settings.downloadLimit, downLimit);
  return { ...settings, connectionsPerTorrent, downloadLimit };
}

/** The smaller of two limits; 0 is none. */
function tighter(one: number, other: number): number {
  return one === 0 || other === 0 ? Math.max(one, other) : Math.min(one, other);
}
