/** What a wish of the user does to a torrent that is listed, loaded or not. */
import {
  EngineError,
  readPlace,
  usableWebSeeds,
  wishesOf,
  type AddOptions,
  type OwnLimits,
} from './add-source.ts';
import type { Entry } from './entry.ts';
import type { TorrentId } from './events.ts';
import type { QueueMove } from './rules/queue.ts';
import type { PickingOptions } from './swarm/content.ts';
import type { Turn } from './swarm/turn.ts';
import type { WebSeed } from './swarm/web-seeds.ts';
import type { Wishes } from './torrent-parts.ts';
import type { TorrentTable } from './torrent-table.ts';

/** Run as the queue allows, or beside all its slots. Throws EngineError HELD before `release`. */
export function start(entry: Entry, isForced: boolean, table: TorrentTable, turn: Turn): void {
  const { id, wishes, torrent } = entry;
  if (wishes.isHeld) throw new EngineError('HELD', `${entry.name} waits for its place`);
  const wasWished = wishes.run;
  wishes.run = true;
  wishes.isForced = isForced;
  table.changed(id);
  if (torrent !== null) torrent.start(turn);
  else if (!wasWished) table.emit({ type: 'stateChanged', torrent: id, state: entry.state });
  // Who is forced no more may have to make room.
  if (wasWished) table.queueChanged();
  else table.queue.onWaiting(entry);
}

export function stop(entry: Entry, table: TorrentTable, turn: Turn): void {
  const { id, wishes, torrent } = entry;
  table.changed(id);
  if (torrent !== null) return torrent.stop('user', turn);
  if (!wishes.run) return;
  Object.assign(wishes, { run: false, isForced: false, stoppedBy: 'user' });
  table.emit({ type: 'stateChanged', torrent: id, state: entry.state });
}

/** Forget it, with its files if wished. */
export function remove(entry: Entry, deleteFiles: boolean, table: TorrentTable, turn: Turn): void {
  if (entry.torrent !== null || deleteFiles) table.load(entry, turn).remove(deleteFiles, turn);
  else table.emit({ type: 'removed', torrent: entry.id, detail: '' });
}

/** Let one that was held go on, with files where `options` say; does nothing to others. */
export function release(entry: Entry, options: AddOptions, table: TorrentTable, turn: Turn): void {
  const { wishes } = entry;
  if (!wishes.isHeld) return;
  const torrent = table.load(entry, turn);
  const { trackers, webSeeds } = wishes;
  const given = { trackers, webSeeds, hasMetadata: torrent.content !== null };
  Object.assign(wishes, wishesOf(given, options), { isHeld: false });
  const { preallocate = 'sparse', skipCheck = false } = options;
  torrent.disk.begin({ ...readPlace(options), preallocate, skipCheck });
  torrent.choose(turn);
  if (options.queueTop === true) move(entry, 'top', table);
  if (wishes.run) torrent.start(turn);
  else torrent.stop(wishes.stoppedBy, turn);
  table.changed(entry.id);
  table.queueChanged();
}

export function move(entry: Entry, to: QueueMove, table: TorrentTable): void {
  table.queue.move(entry, to);
}

/** The named ones first, in this order; the others behind, in theirs. What is not listed is left out. */
export function arrange(ids: readonly TorrentId[], table: TorrentTable): void {
  const named = ids.map((id) => table.find(id)).filter((entry) => entry !== undefined);
  table.queue.arrange(named);
}

/** Choose files, and the order of pieces. */
export function choose(
  entry: Entry,
  choice: Pick<Wishes, 'priorities' | 'picking'>,
  table: TorrentTable,
  turn: Turn,
): void {
  Object.assign(entry.wishes, choice);
  table.load(entry, turn).choose(turn);
}

/** The order of pieces alone. */
export function pick(entry: Entry, picking: PickingOptions, turn: Turn): void {
  entry.wishes.picking = picking;
  entry.torrent?.choose(turn);
}

/** Limits of one torrent; absent members stay. */
export function limit(entry: Entry, limits: Partial<OwnLimits>, turn: Turn): void {
  Object.assign(entry.wishes, limits);
  entry.torrent?.limit(turn);
}

/** More trackers, each in a tier of its own after those that are there. */
export function withTrackers(trackers: Wishes['trackers'], urls: readonly string[]): Wishes['trackers'] {
  const known = new Set(trackers.flat());
  const added = urls.filter((url) => !known.has(url));
  return [...trackers, ...added.map((url) => [url])];
}

export function setTrackers({ wishes, torrent }: Entry, tiers: Wishes['trackers'], turn: Turn): void {
  wishes.trackers = tiers;
  torrent?.trackers.replace(tiers, turn);
}

/** Other web seeds; what is no URL of one is left out. */
export function setWebSeeds({ wishes, torrent }: Entry, seeds: readonly WebSeed[], turn: Turn): void {
  wishes.webSeeds = usableWebSeeds(seeds);
  torrent?.swarm.webSeeds.replace(wishes.webSeeds, turn);
}
