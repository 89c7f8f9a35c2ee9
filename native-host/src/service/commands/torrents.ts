/** Commands that begin, end and steer torrents. Decides what of a wish is saved before it is carried out. */
import { ControlError, type Handlers, type Params, type Result } from '@jstorrent/control';
import type { TorrentId } from '@jstorrent/engine';
import { told } from '../errors.ts';
import type { Host } from '../host.ts';
import { addTorrent, limitsOf } from '../adding.ts';
import type { SourceReader } from '../source-reader.ts';
import { mergeTrackers } from './trackers.ts';
import { eachOf, knownIds, type BatchResult } from './batch.ts';

type TorrentHandlers = Pick<
  Handlers,
  | 'torrent.add'
  | 'torrent.start'
  | 'torrent.stop'
  | 'torrent.remove'
  | 'torrent.recheck'
  | 'torrent.setOptions'
  | 'session.startAll'
  | 'session.stopAll'
>;

/** The handlers. */
export function torrentCommands(host: Host, sources: SourceReader): TorrentHandlers {
  return {
    'torrent.add': (params) => add(host, sources, params),
    'torrent.start': ({ ids, force }) => start(host, ids, force === true),
    'torrent.stop': ({ ids }) => stop(host, ids),
    'torrent.remove': ({ ids, deleteFiles }) => remove(host, ids, deleteFiles === true),
    'torrent.recheck': ({ ids }) => eachOf(host, ids, (id) => host.engine.recheck(id)),
    'torrent.setOptions': (params) => setOptions(host, params),
    'session.startAll': () => {
      start(host, stoppedOf(host), false);
      return {};
    },
    'session.stopAll': () => {
      const running = [...host.catalog.all()].filter(({ intent }) => intent !== 'stop').map(({ id }) => id);
      stop(host, running);
      return {};
    },
  };
}

async function add(
  host: Host,
  sources: SourceReader,
  params: Params<'torrent.add'>,
): Promise<Result<'torrent.add'>> {
  const { source, ...wishes } = params;
  const torrent = await sources.read(source);
  await host.removals.over(torrent.id);
  const existing = host.catalog.find(torrent.id);
  if (existing !== null && wishes.mergeTrackers === true) {
    mergeTrackers(host, torrent.id, torrent.trackers);
    return { id: torrent.id, name: existing.displayName ?? existing.name };
  }
  const id = addTorrent(host, torrent, wishes);
  sources.close(source);
  const { name, displayName } = host.catalog.get(id);
  host.log.say('notable', 'ADDED', displayName ?? name, id);
  host.clients.notice('added', id, { name: displayName ?? name });
  return { id, name: displayName ?? name };
}

function start(host: Host, ids: readonly TorrentId[], force: boolean): BatchResult {
  const { known, failures } = knownIds(host, ids);
  told(() => host.catalog.update(known, () => ({ intent: force ? 'force' : 'run', stoppedBy: null })));
  host.engine.batch(() => {
    for (const id of known) host.engine.start(id, { force });
  });
  return failures.result;
}

function stop(host: Host, ids: readonly TorrentId[]): BatchResult {
  const { known, failures } = knownIds(host, ids);
  told(() => host.catalog.update(known, () => ({ intent: 'stop', stoppedBy: 'user' })));
  host.engine.batch(() => {
    for (const id of known) host.engine.stop(id);
  });
  return failures.result;
}

/** Torrents that the user stopped; those that reached their goals stay as they are. */
function stoppedOf({ catalog }: Host): TorrentId[] {
  return [...catalog.all()]
    .filter(({ intent, stoppedBy }) => intent === 'stop' && (stoppedBy === 'user' || stoppedBy === null))
    .map(({ id }) => id);
}

function remove(host: Host, ids: readonly TorrentId[], deleteFiles: boolean): BatchResult {
  const { known, failures } = knownIds(host, ids);
  const names = known.map(
    (id) => [id, host.catalog.get(id).displayName ?? host.catalog.get(id).name] as const,
  );
  // What is out of the list does not come back, however this process ends.
  told(() => host.removals.remove(known, deleteFiles));
  for (const [id, name] of names) {
    host.log.say('notable', 'REMOVED', deleteFiles ? `${name}, with its files` : name, id);
    host.clients.notice('removed', id, { name });
  }
  return failures.result;
}

function setOptions(host: Host, params: Params<'torrent.setOptions'>): BatchResult {
  const { ids, ...options } = params;
  if (options.name !== undefined && ids.length > 1) {
    throw new ControlError('BAD_PARAMS', { at: 'name', why: 'several torrents cannot have one name' });
  }
  const { known, failures } = knownIds(host, ids);
  told(() =>
    host.catalog.update(known, (record) => {
      const { name, labels, addLabels, removeLabels, goals, ...rest } = options;
      return {
        ...rest,
        ...(name === undefined ? {} : { displayName: name }),
        ...(goals === undefined ? {} : { goals: goals === 'inherit' ? null : goals }),
        labels: labelsAfter(labels ?? record.labels, addLabels ?? [], removeLabels ?? []),
      };
    }),
  );
  for (const id of known) {
    const record = host.catalog.get(id);
    host.engine.limit(id, limitsOf(record));
    if (options.sequential === undefined && options.endsFirst === undefined) continue;
    host.engine.pick(id, { sequential: record.sequential, endsFirst: record.endsFirst });
  }
  return failures.result;
}

const LABELS_MAX = 16;

function labelsAfter(
  labels: readonly string[],
  added: readonly string[],
  removed: readonly string[],
): readonly string[] {
  const gone = new Set(removed);
  return [...new Set([...labels, ...added])].filter((label) => !gone.has(label)).slice(0, LABELS_MAX);
}
