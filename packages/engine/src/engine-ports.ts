/** What the owner of an engine gives it. Decides nothing. */
import type { SavedTorrent } from './add-source.ts';
import type { EngineEvent, TorrentId } from './events.ts';
import type { Settings } from './limits.ts';
import type { Clock, Digests, Plane, Random } from './ports.ts';

/** What an engine is made of. */
export interface EnginePorts {
  readonly plane: Plane;
  readonly clock: Clock;
  readonly random: Random;
  readonly digests: Digests;
  /** Called in order, inside the turn; must not call the engine. */
  onEvent(event: EngineEvent): void;
  /**
   * Called inside a turn of a torrent that has rested for long: as its owner keeps it, with all that was told of it, so that
   * it leaves memory until it is needed; null = it stays. Must not call the engine. Absent: all stay.
   */
  kept?(id: TorrentId): SavedTorrent | null;
  /** Name and version told to peers and trackers. */
  readonly clientVersion: string;
  readonly settings?: Partial<Settings>;
}
