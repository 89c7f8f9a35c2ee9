/** Commands that make torrents run, rest, check and wait in another order. */
import { isComplete, isStartable } from '../../model/row-state.ts';
import { t } from '../../model/i18n.ts';
import type { Manager } from '../manager.ts';
import { positionsAfter, type QueueTarget } from '../queue-move.ts';
import { toasts } from '../toasts.ts';
import { attempt, nameOf, run } from './run.ts';

/** Start them; `force`: outside of the queue. */
export async function start(manager: Manager, ids: readonly string[], force = false): Promise<void> {
  if (ids.length === 0) return;
  await run(manager, 'torrent.start', { ids, ...(force ? { force } : {}) }, (id) => {
    const row = manager.rows.get(id);
    const isDone = row !== undefined && isComplete(row);
    return {
      state: isDone ? 'seeding' : force ? 'downloading' : 'queued',
      stoppedBy: null,
      failure: null,
      ...(force ? { forced: true } : {}),
    };
  });
}

/** Stop them. */
export async function stop(manager: Manager, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await run(manager, 'torrent.stop', { ids }, () => ({
    state: 'stopped',
    stoppedBy: 'user',
    forced: false,
    waiting: null,
    downRate: 0,
    upRate: 0,
    etaMs: null,
  }));
}

/** Start those that rest when all do, else stop those that run. */
export async function startOrStop(manager: Manager, ids: readonly string[]): Promise<void> {
  const rows = manager.rowsOf(ids);
  if (rows.length === 0) return;
  if (rows.every((row) => isStartable(row))) await start(manager, ids);
  else
    await stop(
      manager,
      rows.filter((row) => !isStartable(row)).map(({ id }) => id),
    );
}

/** Read their files and find out what is right. */
export async function recheck(manager: Manager, ids: readonly string[]): Promise<void> {
  if (ids.length > 0)
    await run(manager, 'torrent.recheck', { ids }, () => ({ state: 'checking', checkProgress: null }));
}

/** Ask their trackers now. */
export async function reannounce(manager: Manager, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const isDone = await run(manager, 'torrent.reannounce', { ids });
  if (isDone) toasts.show({ text: t('done_asked'), strong: nameOf(manager, ids) });
}

/** Another place in the queue. */
export async function queue(
  manager: Manager,
  ids: readonly string[],
  to: 'up' | 'down' | 'top' | 'bottom',
): Promise<void> {
  if (ids.length === 0) return;
  await place(manager, ids, to);
}

/** Put them before a row of the list that is sorted by the queue; null = behind all. */
export async function queueBefore(
  manager: Manager,
  ids: readonly string[],
  before: string | null,
): Promise<void> {
  // A place is counted among all torrents.
  if (!manager.list.isLoaded) await manager.list.whenLoaded();
  const target = before === null ? undefined : manager.rows.get(before);
  if (target === undefined) return place(manager, ids, 'bottom');
  const moving = new Set(ids);
  const stays = [...manager.rows.values()].filter(
    ({ id, queuePosition }) => !moving.has(id) && queuePosition < target.queuePosition,
  );
  await place(manager, ids, stays.length);
}

async function place(manager: Manager, ids: readonly string[], to: QueueTarget): Promise<void> {
  const positions = positionsAfter([...manager.rows.values()], new Set(ids), to);
  const done = run(manager, 'queue.move', { ids: [...positions.keys()], to }, (id) => {
    const queuePosition = positions.get(id);
    return queuePosition === undefined ? {} : { queuePosition };
  });
  manager.release([...positions.keys()]);
  await done;
  manager.release();
}

/** Pieces in order, or the first and last ones first. */
export async function setOrder(
  manager: Manager,
  ids: readonly string[],
  options: { readonly sequential?: boolean; readonly endsFirst?: boolean },
): Promise<void> {
  if (ids.length === 0) return;
  const isDone = await run(manager, 'torrent.setOptions', { ids, ...options });
  const key = options.sequential === undefined ? 'done_ends_first' : 'done_sequential';
  if (isDone) toasts.show({ text: t(key, nameOf(manager, ids)), strong: nameOf(manager, ids) });
}

/** Show it in its folder. */
export async function openFolder(manager: Manager, ids: readonly string[]): Promise<void> {
  const [id] = ids;
  if (id !== undefined) await attempt(manager.session.call('open.folder', { id }));
}

/** Open its first file with the system's program. */
export async function openFile(manager: Manager, ids: readonly string[]): Promise<void> {
  const [id] = ids;
  if (id !== undefined) await attempt(manager.session.call('open.file', { id, file: 0 }));
}

/** Slow mode on or off. Whether that was done. */
export async function setSlowMode(manager: Manager, isOn: boolean): Promise<boolean> {
  return attempt(manager.session.call('settings.set', { 'slowMode.on': isOn }));
}
