/**
 * Taking torrents out of the list, with or without their files, and back. Decides when a second press is asked for; no file
 * is touched while there is a way back.
 */
import { formatSize } from '../../model/format.ts';
import { t, tn } from '../../model/i18n.ts';
import type { Manager } from '../manager.ts';
import { toasts } from '../toasts.ts';
import { nameOf, run } from './run.ts';

/** The way back is as long as the toast is looked at; then it is ended. */
const UNDO_MS = 60_000;
/** Deleting more than this asks for a second press. */
const MUCH_BYTES = 100e9;
const MANY = 20;
/** So long the second press counts. */
const ARMED_MS = 8000;

let disarm: ReturnType<typeof setTimeout> | null = null;
let question: number | null = null;

/** Whether deleting the files of these asks for a second press, and how much there is. */
function muchToDelete(manager: Manager, ids: readonly string[]): number | null {
  const bytes = manager
    .rowsOf(ids)
    .reduce((sum, row) => sum + Math.max(0, row.wantedLength - row.bytesLeft), 0);
  return bytes > MUCH_BYTES || ids.length > MANY ? bytes : null;
}

/** What the button of deleting says: at first, and when it was pressed once. */
export function deleteLabel(manager: Manager, ids: readonly string[]): string {
  if (manager.armed.value !== keyOf(ids)) return t('command_delete');
  const bytes = formatSize(muchToDelete(manager, ids) ?? 0);
  return ids.length === 1 ? t('command_delete_now', bytes) : tn('command_delete_many', ids.length, bytes);
}

/** Whether the next press deletes. */
export function isArmed(manager: Manager, ids: readonly string[]): boolean {
  return muchToDelete(manager, ids) === null || manager.armed.value === keyOf(ids);
}

/** Take them out of the list; their files stay. */
export async function remove(manager: Manager, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await take(manager, ids, false);
}

/** Take them out of the list with their files: at once, or after a second press when it is much. */
export async function removeWithFiles(manager: Manager, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  if (isArmed(manager, ids)) {
    calm(manager);
    return take(manager, ids, true);
  }
  manager.armed.set(keyOf(ids));
  if (disarm !== null) clearTimeout(disarm);
  disarm = setTimeout(() => calm(manager), ARMED_MS);
  if (question !== null) toasts.dismiss(question);
  question = toasts.show({
    text: tn('delete_again', ids.length, formatSize(muchToDelete(manager, ids) ?? 0)),
    kind: 'failure',
    action: { label: deleteLabel(manager, ids), run: () => void removeWithFiles(manager, ids) },
  });
}

function calm(manager: Manager): void {
  if (disarm !== null) clearTimeout(disarm);
  disarm = null;
  if (question !== null) toasts.dismiss(question);
  question = null;
  manager.armed.set(null);
}

async function take(manager: Manager, ids: readonly string[], deleteFiles: boolean): Promise<void> {
  const name = nameOf(manager, ids);
  const call = run(manager, 'torrent.remove', { ids, deleteFiles, undoMs: UNDO_MS }, () => null);
  const text =
    ids.length === 1
      ? t(deleteFiles ? 'done_deleted' : 'done_removed', name)
      : tn(deleteFiles ? 'done_deleted_many' : 'done_removed_many', ids.length);
  const toast = toasts.show({
    text,
    strong: name,
    undo: () => void giveBack(manager, ids, call),
    onGone: () => void finish(manager, ids, deleteFiles, call),
  });
  if (!(await call)) toasts.withdraw(toast);
}

async function giveBack(manager: Manager, ids: readonly string[], removed: Promise<boolean>): Promise<void> {
  await removed;
  if (await run(manager, 'torrent.restore', { ids })) {
    manager.release();
    toasts.show({ text: ids.length === 1 ? t('done_restored') : tn('done_restored_many', ids.length) });
  }
}

/** The way back ends: the service need not wait any longer. */
async function finish(
  manager: Manager,
  ids: readonly string[],
  deleteFiles: boolean,
  removed: Promise<boolean>,
): Promise<void> {
  if (!(await removed)) return;
  // What is over by then is what was wanted; what came back by another way stays.
  await manager.session.call('torrent.remove', { ids, deleteFiles, leavingOnly: true }).catch(() => {});
}

function keyOf(ids: readonly string[]): string {
  return ids.toSorted().join();
}
