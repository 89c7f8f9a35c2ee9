/** Commands that begin, end and steer torrents. Decides what of a wish is saved before it is carried out. */
import { ControlError, type Handlers, type Params } from '@jstorrent/control';
import type { TorrentId } from '@jstorrent/engine';
import { told } from '../errors.ts';
import type { Host } from '../host.ts';
import { limitsOf, WRITTEN } from '../adding.ts';
import { eachOf, knownIds, type BatchResult } from './batch.ts';

type TorrentHandlers = Pick<
  Handlers,
  | 'torrent.start'
  | 'torrent.stop'
  | 'torrent.remove'
  | 'torrent.restore'
  | 'torrent.recheck'
  | 'torrent.setOptions'
  | 'session.startAll'
  | 'session.stopAll'
>;

/** The handlers. */
export function torrentCommands(host: Host): TorrentHandlers {
  return {
    'torrent.start': ({ ids, force }) => start(host, ids, force === true),
    'torrent.stop': ({ ids }) => stop(host, ids),
    'torrent.remove': (params) => remove(host, params),
    'torrent.restore': ({ ids }) => restore(host, ids),
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

/** Let torrents run. */
export function start(host: Host, ids: readonly TorrentId[], force: boolean): BatchResult {
  const { known: all, failures } = knownIds(host, ids);
  const known = all.filter((id) => {
    const isFree = !host.writers.isAt(id, host.catalog.get(id).place);
    if (!isFree) failures.add(id, new ControlError('BUSY', { what: WRITTEN }));
    return isFree;
  });
  told(() => host.catalog.update(known, () => ({ intent: force ? 'force' : 'run', stoppedBy: null })));
  host.engine.batch(() => {
    for (const id of known) host.engine.start(id, { force });
  });
  return failures.result;
}

/** Stop torrents. */
export function stop(host: Host, ids: readonly TorrentId[]): BatchResult {
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

function remove(host: Host, params: Params<'torrent.remove'>): BatchResult {
  const { ids, undoMs = 0 } = params;
  const deleteFiles = params.deleteFiles === true;
  const leaving = ids.filter((id) => host.undo.has(id));
  // Whoever removes them once more wants no way back.
  told(() => host.undo.close(leaving, params.deleteFiles ?? null));
  if (params.leavingOnly === true) return { failedCount: 0, failed: [] };
  const gone = new Set(leaving);
  const { known, failures } = knownIds(
    host,
    ids.filter((id) => !gone.has(id)),
  );
  const names = known.map((id) => [id, nameOf(host, id)] as const);
  // What is out of the list does not come back by itself, however this process ends.
  told(() => {
    if (undoMs === 0) host.removals.remove(known, deleteFiles);
    else host.undo.open(known, { deleteFiles, endMs: performance.now() + undoMs });
  });
  for (const [id, name] of names) {
    host.log.say('notable', 'REMOVED', deleteFiles ? `${name}, with its files` : name, id);
    host.clients.notice('removed', id, { name });
  }
  return failures.result;
}

function restore(host: Host, ids: readonly TorrentId[]): BatchResult {
  const leaving = [...new Set(ids)].filter((id) => host.undo.has(id));
  told(() => host.undo.restore(leaving));
  for (const id of leaving) host.log.say('notable', 'RESTORED', nameOf(host, id), id);
  // One that is in the list is where it was wished to be.
  return knownIds(host, ids).failures.result;
}

function nameOf({ catalog }: Host, id: TorrentId): string {
  const { displayName, name } = catalog.get(id);
  return displayName ?? name;
}

/** Change options of torrents. Throws ControlError BAD_PARAMS for one name of several. */
export function setOptions(host: Host, params: Params<'torrent.setOptions'>): BatchResult {
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
