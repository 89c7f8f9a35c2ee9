/** The menu of torrents: every command about those selected. */
import type { TorrentRow } from '@jstorrent/control';
import { useState, type ReactNode } from 'react';
import { t } from '../model/i18n.ts';
import { isComplete, isStartable } from '../model/row-state.ts';
import { PopupMenu, type MenuEntry } from '../ui/popup-menu.tsx';
import { useObservable } from '../ui/react.tsx';
import { copyHashes, copyMagnets, copyNames, exportTorrents } from './commands/copying.ts';
import { deleteLabel, isArmed, remove, removeWithFiles } from './commands/removing.ts';
import {
  openFile,
  openFolder,
  queue,
  reannounce,
  recheck,
  setOrder,
  start,
  stop,
} from './commands/running.ts';
import { useManager } from './context.tsx';
import { keyName } from '../model/key-names.ts';
import type { Manager, OpenMenu } from './manager.ts';

/** The menu. */
export function TorrentMenu({ menu }: { readonly menu: OpenMenu }): ReactNode {
  const manager = useManager();
  // What is selected when it opens is what it is about, whatever happens meanwhile.
  const [ids] = useState(() => manager.targets);
  useObservable(manager.armed);
  const [first] = manager.rowsOf(ids);
  const close = (): void => manager.menu.set(null);
  return (
    <PopupMenu
      at={menu.at}
      label={ids.length === 1 && first !== undefined ? first.name : t('selected_torrents')}
      entries={torrentEntries(manager, ids)}
      onAction={(action) => {
        act(manager, ids, action);
      }}
      onClose={close}
    />
  );
}

/** All commands for some torrents. */
function torrentEntries(manager: Manager, ids: readonly string[]): readonly MenuEntry[] {
  const rows = manager.rowsOf(ids);
  const [only] = rows.length === 1 ? rows : [];
  return [
    ...runEntries(rows),
    'rule',
    ...(only !== undefined && isComplete(only)
      ? [{ id: 'open', text: t('command_open'), icon: 'open' } as const]
      : []),
    { id: 'folder', text: t('command_folder'), icon: 'folder', keys: 'O', isDisabled: only === undefined },
    { id: 'move', text: t('command_move'), icon: 'arrowto', keys: 'M' },
    { id: 'rename', text: t('command_rename'), icon: 'file', keys: 'F2', isDisabled: only === undefined },
    { id: 'labels', text: t('command_labels'), icon: 'tag', keys: 'L' },
    { id: 'limits', text: t('command_limits'), icon: 'gauge' },
    { id: 'queue', text: t('command_queue'), icon: 'top', entries: queueEntries() },
    'rule',
    { id: 'recheck', text: t('command_recheck'), icon: 'verify' },
    { id: 'reannounce', text: t('command_reannounce'), icon: 'globe' },
    { id: 'copy', text: t('command_copy'), icon: 'link', entries: copyEntries() },
    { id: 'more', text: t('command_more'), icon: 'more', entries: moreEntries(rows) },
    'rule',
    { id: 'remove', text: t('command_remove'), icon: 'trash', keys: keyName('Del') },
    {
      id: 'delete',
      text: deleteLabel(manager, ids),
      icon: 'trash',
      keys: keyName('Shift Del'),
      isDanger: true,
      staysOpen: !isArmed(manager, ids),
    },
  ];
}

function runEntries(rows: readonly TorrentRow[]): readonly MenuEntry[] {
  const isFailed = rows.some((row) => row.state === 'failed');
  const canStart = rows.some((row) => isStartable(row));
  const canStop = rows.some((row) => !isStartable(row) || row.state === 'failed');
  const isSpaceStart = rows.every((row) => isStartable(row));
  const startText = isFailed && rows.every((row) => row.state === 'failed' || !isStartable(row));
  return [
    {
      id: 'start',
      text: t(startText ? 'command_try_again' : 'command_start'),
      icon: startText ? 'refresh' : 'play',
      isDisabled: !canStart,
      ...(isSpaceStart ? { keys: keyName('Space') } : {}),
    },
    {
      id: 'stop',
      text: t('command_stop'),
      icon: 'pause',
      isDisabled: !canStop,
      ...(isSpaceStart ? {} : { keys: keyName('Space') }),
    },
  ];
}

function queueEntries(): readonly MenuEntry[] {
  return [
    { id: 'top', text: t('queue_top'), icon: 'top', keys: keyName('Alt Home') },
    { id: 'up', text: t('queue_up'), icon: 'up', keys: keyName('Alt ↑') },
    { id: 'down', text: t('queue_down'), icon: 'down', keys: keyName('Alt ↓') },
    { id: 'bottom', text: t('queue_bottom'), icon: 'bottom', keys: keyName('Alt End') },
  ];
}

function copyEntries(): readonly MenuEntry[] {
  return [
    { id: 'copyMagnet', text: t('copy_magnet'), icon: 'magnet', keys: keyName('Ctrl C') },
    { id: 'copyHash', text: t('copy_hash'), icon: 'copy' },
    { id: 'copyName', text: t('copy_name'), icon: 'copy' },
  ];
}

function moreEntries(rows: readonly TorrentRow[]): readonly MenuEntry[] {
  return [
    { id: 'force', text: t('command_force'), icon: 'play', isDisabled: rows.every((row) => row.forced) },
    { id: 'sequential', text: t('command_sequential') },
    { id: 'anyOrder', text: t('command_any_order') },
    { id: 'endsFirst', text: t('command_ends_first') },
    { id: 'locate', text: t('command_locate'), icon: 'search' },
    {
      id: 'export',
      text: t('command_export'),
      icon: 'file',
      isDisabled: rows.every((row) => !row.hasMetadata),
    },
  ];
}

function act(manager: Manager, ids: readonly string[], action: string): void {
  const done = ACTIONS[action]?.(manager, ids);
  if (done instanceof Promise) done.catch(() => {});
}

const dialog =
  (kind: 'rename' | 'move' | 'locate' | 'labels' | 'limits') =>
  (manager: Manager, ids: readonly string[]): void =>
    manager.dialog.set({ kind, ids });

const ACTIONS: Readonly<Record<string, (manager: Manager, ids: readonly string[]) => unknown>> = {
  start: (manager, ids) => start(manager, ids),
  stop: (manager, ids) => stop(manager, ids),
  force: (manager, ids) => start(manager, ids, true),
  open: openFile,
  folder: openFolder,
  move: dialog('move'),
  rename: dialog('rename'),
  labels: dialog('labels'),
  limits: dialog('limits'),
  locate: dialog('locate'),
  top: (manager, ids) => queue(manager, ids, 'top'),
  up: (manager, ids) => queue(manager, ids, 'up'),
  down: (manager, ids) => queue(manager, ids, 'down'),
  bottom: (manager, ids) => queue(manager, ids, 'bottom'),
  recheck,
  reannounce,
  sequential: (manager, ids) => setOrder(manager, ids, { sequential: true }),
  anyOrder: (manager, ids) => setOrder(manager, ids, { sequential: false, endsFirst: false }),
  endsFirst: (manager, ids) => setOrder(manager, ids, { endsFirst: true }),
  copyMagnet: copyMagnets,
  copyHash: (_, ids) => copyHashes(ids),
  copyName: copyNames,
  export: exportTorrents,
  remove,
  delete: removeWithFiles,
};
