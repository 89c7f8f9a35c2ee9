/** Commands that change names, labels, limits and places, each with its way back. */
import type { Place } from '@jstorrent/control';
import { isSamePlace, textOfPlace } from '../../model/folders.ts';
import { t, tn } from '../../model/i18n.ts';
import { inTurn } from '../../model/in-turn.ts';
import type { Manager } from '../manager.ts';
import { toasts } from '../toasts.ts';
import { attempt, nameOf, run } from './run.ts';

/** Another name in the list. */
export async function rename(manager: Manager, id: string, name: string): Promise<void> {
  const before = manager.rows.get(id)?.name;
  if (before === undefined || before === name || name.trim() === '') return;
  const isDone = await run(manager, 'torrent.setOptions', { ids: [id], name }, () => ({ name }));
  if (!isDone) return;
  toasts.show({
    text: t('done_renamed', name),
    strong: name,
    undo: () =>
      void run(manager, 'torrent.setOptions', { ids: [id], name: before }, () => ({ name: before })),
  });
}

/** Give and take labels. */
export async function setLabels(
  manager: Manager,
  ids: readonly string[],
  change: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<void> {
  if (ids.length === 0 || (change.add.length === 0 && change.remove.length === 0)) return;
  const before = new Map(manager.rowsOf(ids).map(({ id, labels }) => [id, labels] as const));
  const isDone = await run(
    manager,
    'torrent.setOptions',
    { ids, addLabels: change.add, removeLabels: change.remove },
    (id) => ({ labels: changed(before.get(id) ?? [], change) }),
  );
  if (!isDone) return;
  toasts.show({
    text: t('done_labelled', nameOf(manager, ids)),
    strong: nameOf(manager, ids),
    undo: () => void restoreLabels(manager, before),
  });
}

async function restoreLabels(
  manager: Manager,
  before: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  const groups = new Map<string, { labels: readonly string[]; ids: string[] }>();
  for (const [id, labels] of before) {
    const key = JSON.stringify(labels);
    const group = groups.get(key) ?? { labels, ids: [] };
    group.ids.push(id);
    groups.set(key, group);
  }
  await Promise.all(
    [...groups.values()].map(({ labels, ids }) =>
      run(manager, 'torrent.setOptions', { ids, labels }, () => ({ labels })),
    ),
  );
}

function changed(
  labels: readonly string[],
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): readonly string[] {
  const rest = labels.filter((label) => !remove.includes(label));
  return [...rest, ...add.filter((label) => !rest.includes(label))];
}

/** Rates of its own, in bytes per second; 0 = none. */
export async function setLimits(
  manager: Manager,
  ids: readonly string[],
  limits: { readonly downLimit?: number; readonly upLimit?: number },
): Promise<boolean> {
  const isDone = await run(manager, 'torrent.setOptions', { ids, ...limits });
  if (isDone) toasts.show({ text: t('done_limited', nameOf(manager, ids)), strong: nameOf(manager, ids) });
  return isDone;
}

/** Put their files elsewhere. */
export async function move(manager: Manager, ids: readonly string[], place: Place): Promise<void> {
  const rows = manager.rowsOf(ids).filter((row) => !isSamePlace(row.place, place));
  if (rows.length === 0) return;
  const moved = rows.map(({ id }) => id);
  const groups = new Map<string, { place: Place; ids: string[] }>();
  for (const row of rows) {
    const key = JSON.stringify(row.place);
    const group = groups.get(key) ?? { place: row.place, ids: [] };
    group.ids.push(row.id);
    groups.set(key, group);
  }
  const back = (): void => {
    for (const group of groups.values())
      void run(manager, 'torrent.move', { ids: group.ids, place: group.place }, () => ({
        place: group.place,
      }));
  };
  const isDone = await run(manager, 'torrent.move', { ids: moved, place }, () => ({ moveProgress: 0 }));
  if (!isDone) return;
  await manager.book.remember(place);
  const where = textOfPlace(place, manager.book.roots.value ?? []);
  const text =
    moved.length === 1
      ? t('done_moving', nameOf(manager, moved), where)
      : tn('done_moving_many', moved.length, where);
  toasts.show({ text, strong: nameOf(manager, moved), undo: back });
}

/** Their files are there already: whoever moved them. */
export async function locate(manager: Manager, ids: readonly string[], place: Place): Promise<void> {
  for (const id of ids) {
    const isDone = await attempt(manager.session.call('torrent.relocate', { id, place }));
    if (!isDone) return;
  }
  await manager.book.remember(place);
}

/** A label has another name, on every torrent and in the list of labels. */
export async function renameLabel(manager: Manager, label: string, name: string): Promise<void> {
  const ids = withLabel(manager, label);
  await setKnown(manager, (known) => [...known.filter((other) => other !== label && other !== name), name]);
  if (ids.length > 0) await setLabels(manager, ids, { add: [name], remove: [label] });
}

/** A label is taken from every torrent and from the list of labels. */
export async function deleteLabel(manager: Manager, label: string): Promise<void> {
  await setKnown(manager, (known) => known.filter((other) => other !== label));
  await setLabels(manager, withLabel(manager, label), { add: [], remove: [label] });
}

/** A label is there to be given. */
export async function addLabel(manager: Manager, label: string): Promise<void> {
  await setKnown(manager, (known) => [...known.filter((other) => other !== label), label]);
}

function withLabel(manager: Manager, label: string): readonly string[] {
  return [...manager.rows.values()].filter((row) => row.labels.includes(label)).map(({ id }) => id);
}

async function setKnown(
  manager: Manager,
  change: (known: readonly string[]) => readonly string[],
): Promise<void> {
  await inTurn('labels', async () => {
    const settings = await manager.session.call('settings.get', {});
    const known = change(settings['downloads.labels']);
    const isDone = await attempt(manager.session.call('settings.set', { 'downloads.labels': known }));
    if (isDone) manager.labels.set(known);
  });
}
