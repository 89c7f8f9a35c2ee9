/** The command that adds a torrent. Decides what it means for one that is in the list, or was removed a moment ago. */
import type { Handlers, Params, Result } from '@jstorrent/control';
import type { TorrentId } from '@jstorrent/engine';
import { addTorrent, type Wishes } from '../adding.ts';
import { isSamePlace } from '../completed.ts';
import { told } from '../errors.ts';
import type { Host } from '../host.ts';
import type { Moves } from '../moves.ts';
import type { SourceReader } from '../source-reader.ts';
import type { ReadTorrent } from '../sources.ts';
import { moveInQueue, setFiles } from './files.ts';
import { setOptions, start, stop } from './torrents.ts';
import { mergeTrackers } from '../own-trackers.ts';
import { mergeWebSeeds, ofTorrent } from '../own-web-seeds.ts';

/** The handler. */
export function addCommand(host: Host, sources: SourceReader, moves: Moves): Pick<Handlers, 'torrent.add'> {
  return {
    'torrent.add': async ({ source, ...wishes }) => {
      const torrent = await sources.read(source);
      await host.removals.over(torrent.id);
      const { id } = torrent;
      const existing = host.catalog.find(id);
      if (existing !== null && wishes.mergeTrackers === true) {
        mergeTrackers(host, id, torrent.trackers);
        mergeWebSeeds(host, id, ofTorrent(torrent.webSeeds));
        return { id, name: existing.displayName ?? existing.name };
      }
      const wasLeaving = host.undo.has(id);
      addTorrent(host, torrent, wishes);
      if (wasLeaving) await wishAnew(host, moves, id, wishes);
      sources.close(source);
      return addedBy(host, torrent);
    },
  };
}

function addedBy(host: Host, { id }: ReadTorrent): Result<'torrent.add'> {
  const { displayName, name: ownName } = host.catalog.get(id);
  const name = displayName ?? ownName;
  host.log.say('notable', 'ADDED', name, id);
  host.clients.notice('added', id, { name });
  return { id, name };
}

/** One that came back takes over what it was added with this time; what was not said stays as it was. */
async function wishAnew(host: Host, moves: Moves, id: TorrentId, wishes: Wishes): Promise<void> {
  const { labels, place, queueTop, files } = wishes;
  setOptions(host, {
    ids: [id],
    ...optionsOf(wishes),
    ...(labels === undefined ? {} : { addLabels: labels }),
  });
  if (files !== undefined) setFiles(host, { id, files });
  if (queueTop === true) moveInQueue(host, [id], 'top');
  if (wishes.start === true) start(host, [id], false);
  if (wishes.start === false) stop(host, [id]);
  const at = host.catalog.get(id);
  if (place === undefined || at.movingTo !== null || isSamePlace(place, at.place)) return;
  // Its end is told by a notice: a move may take an hour.
  told(() => void moves.move(id, place).catch(() => {}));
}

function optionsOf(wishes: Wishes): Omit<Params<'torrent.setOptions'>, 'ids'> {
  const { name, downLimit, upLimit, connections, goals, sequential, endsFirst } = wishes;
  const options = { name, downLimit, upLimit, connections, goals, sequential, endsFirst };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
