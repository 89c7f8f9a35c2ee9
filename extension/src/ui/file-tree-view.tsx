/**
 * Files of a torrent as a tree to choose from: only rows that are seen exist, whatever the number of files. Decides
 * keys and menus; a choice is handed to the owner of the files, who gives new ones.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react';
import type { FileModel } from '../model/file-model.ts';
import { filesIn, type Priority } from '../model/file-tree.ts';
import { direction, t } from '../model/i18n.ts';
import { moveOfKey, NO_SELECTION, pickAll, pickNode } from '../model/tree-select.ts';
import { FileTreeRow, priorityText, type RowActions } from './file-tree-row.tsx';
import { mayRename, useTreeState, type TreeListeners, type TreeState } from './file-tree-state.ts';
import './file-tree.css';
import { PopupMenu, type MenuEntry, type MenuPlace } from './popup-menu.tsx';
import { ROW_HEIGHT } from './row-height.ts';

/** What a tree is given. */
export interface FileTreeViewProps extends TreeListeners {
  readonly model: FileModel;
  readonly filter: string;
  readonly label: string;
  /** Whether it is known what is there of each file. */
  readonly hasProgress?: boolean;
  readonly rowHeight?: number;
  /** Told how to begin a renaming of the focused file or folder. */
  readonly renameRef?: { current: (() => void) | null };
}

interface MenuState {
  readonly at: MenuPlace;
  readonly kind: 'priority' | 'row';
  readonly place: number;
}

const OVERSCAN = 8;
const PRIORITIES = [3, 2, 1, 0] as const;
/** After this a menu has gone and has given the focus back. */
const MENU_GONE_MS = 50;

/** The tree. Keys: arrows, Home, End, pages, Shift and Ctrl to select, Space checks, Enter opens, F2 renames. */
export function FileTreeView(props: FileTreeViewProps): ReactNode {
  const { model, filter, label, hasProgress = false, rowHeight = ROW_HEIGHT } = props;
  const idPrefix = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const state = useTreeState(model, filter, props);
  const [menu, setMenu] = useState<MenuState | null>(null);
  const { seen, places, selection, focusRow } = state;
  const rows = useVirtualizer({
    count: seen.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    getItemKey: (row) => seen[row]?.key ?? row,
  });
  if (props.renameRef !== undefined) props.renameRef.current = () => state.startRename();
  const scrollTo = (row: number): void => rows.scrollToIndex(row);
  const onNamed = useFollowing(focusRow, scrollTo);
  const actions = useRowActions(state, { setMenu, onNamed, scroller });
  const idOf = (row: number): string => `${idPrefix}${places[row] ?? 0}`;
  const active = focusRow < 0 ? {} : { 'aria-activedescendant': idOf(focusRow) };
  return (
    <div className={`ftree${hasProgress ? ' prog' : ''}`}>
      <div
        ref={scroller}
        role="treegrid"
        aria-label={label}
        aria-multiselectable="true"
        aria-rowcount={seen.length}
        tabIndex={0}
        className="tree"
        {...active}
        onKeyDown={(event) => {
          const page = Math.floor(event.currentTarget.clientHeight / rowHeight) - 1;
          onTreeKey(event, state, Math.max(1, page), scrollTo);
        }}
        onContextMenu={(event) => setMenu(rowMenu(event, state, idOf) ?? menu)}
        onFocus={() => {
          const first = seen[0]?.key;
          if (selection.focus === null && first !== undefined)
            state.select({ ...selection, focus: first, anchor: first });
        }}
        onClick={(event) => {
          const row = rowOf(event.target);
          if (row !== null) state.pick(row, event);
        }}
        onDoubleClick={(event) => state.openNode(seen[rowOf(event.target) ?? -1])}
      >
        <div role="rowgroup" className="rows" style={{ blockSize: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start, key }) => {
            const node = seen[index];
            const place = places[index];
            if (node === undefined || place === undefined) return null;
            return (
              <FileTreeRow
                key={key}
                node={node}
                place={place}
                row={index}
                top={start}
                height={rowHeight}
                sum={model.sums.of(place)}
                isOpen={!state.closed.has(node.key) || filter.trim() !== ''}
                isSelected={selection.keys.has(node.key)}
                isFocused={index === focusRow}
                hasProgress={hasProgress}
                isRenamed={state.renamed === node.key}
                idPrefix={idPrefix}
                actions={actions}
              />
            );
          })}
        </div>
      </div>
      {menu !== null && (
        <PopupMenu
          at={menu.at}
          label={model.tree.nodes[menu.place]?.name ?? label}
          entries={entriesOf(menu, model, props)}
          onAction={(id) => onMenu(id, menu.place, state, props)}
          onClose={() => {
            setMenu(null);
            scroller.current?.focus();
          }}
        />
      )}
    </div>
  );
}

interface RowTools {
  readonly setMenu: (menu: MenuState) => void;
  /** Something gets another name. */
  readonly onNamed: () => void;
  readonly scroller: { readonly current: HTMLElement | null };
}

/** Actions that stay the same objects, so that rows are drawn again only for what they show. */
function useRowActions(state: TreeState, { setMenu, onNamed, scroller }: RowTools): RowActions {
  const latest = useRef(state);
  latest.current = state;
  return useMemo<RowActions>(
    () => ({
      toggleCheck: (place) => latest.current.toggleCheck(place),
      toggleFolder: (row) => {
        const node = latest.current.seen[row];
        if (node !== undefined) latest.current.openNode(node);
      },
      openPriority: (place, at) => setMenu({ at, kind: 'priority', place }),
      rename: (place, name) => {
        latest.current.endRename(place, name);
        if (name !== null) onNamed();
        scroller.current?.focus();
      },
    }),
    [setMenu, onNamed, scroller],
  );
}

/** What has a new name stands elsewhere: once it is called, the row with the focus is brought into sight. */
function useFollowing(focusRow: number, scrollTo: (row: number) => void): () => void {
  const isDue = useRef(false);
  useEffect(() => {
    // A filter may hide it.
    if (isDue.current && focusRow >= 0) scrollTo(focusRow);
    isDue.current = false;
  });
  return useCallback(() => {
    isDue.current = true;
  }, []);
}

function onTreeKey(
  event: KeyboardEvent,
  state: TreeState,
  page: number,
  scrollTo: (row: number) => void,
): void {
  if (event.target !== event.currentTarget || event.altKey) return;
  const { seen, places, selection, focusRow, closed } = state;
  const node = seen[focusRow];
  const isCommand = event.ctrlKey || event.metaKey;
  const move = isCommand ? null : moveOfKey(mirrored(event.key), seen, focusRow, { closed, page });
  if (move !== null) {
    if ('open' in move) state.setOpen(move.open, true);
    else if ('close' in move) state.setOpen(move.close, false);
    else {
      state.select(pickNode(selection, seen, move.to, event.shiftKey ? 'range' : 'one'));
      scrollTo(move.to);
    }
  } else if (event.key === ' ' && node !== undefined) state.toggleCheck(places[focusRow] ?? 0);
  else if (event.key === 'Enter' && !isCommand && node !== undefined) state.openNode(node);
  else if (event.key === 'F2' && node !== undefined) state.startRename();
  else if (event.key.toLowerCase() === 'a' && isCommand) state.select(pickAll(selection, seen));
  else if (event.key === 'Escape' && selection.keys.size > 0) state.select(NO_SELECTION);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** The menu for the row that was pointed at, or where the keyboard is. */
function rowMenu(event: MouseEvent, state: TreeState, idOf: (row: number) => string): MenuState | null {
  const pointed = rowOf(event.target);
  const row = pointed ?? state.focusRow;
  const node = state.seen[row];
  const place = state.places[row];
  if (node === undefined || place === undefined) return null;
  event.preventDefault();
  event.stopPropagation();
  if (!state.selection.keys.has(node.key)) state.select(pickNode(state.selection, state.seen, row, 'one'));
  const element = document.getElementById(idOf(row));
  const at = pointed !== null || element === null ? { x: event.clientX, y: event.clientY } : element;
  return { at, kind: 'row', place };
}

function onMenu(id: string, place: number, state: TreeState, { model, ...told }: FileTreeViewProps): void {
  const file = model.tree.nodes[place]?.file ?? filesIn(model.tree, [place])[0] ?? 0;
  if (id.startsWith('p')) state.setPriority(place, Number(id.slice(1)) as Priority);
  else if (id === 'open') told.onOpen?.(file);
  else if (id === 'folder') told.onOpenFolder?.(file);
  else if (id === 'rename') setTimeout(() => state.startRename(), MENU_GONE_MS);
}

function entriesOf(
  menu: MenuState,
  { tree, sums }: FileModel,
  props: FileTreeViewProps,
): readonly MenuEntry[] {
  const now = sums.of(menu.place).priority;
  const priorities = PRIORITIES.map((priority) => ({
    id: `p${priority}`,
    text: priorityText(priority),
    isOn: now === priority,
  }));
  if (menu.kind === 'priority') return priorities;
  const node = tree.nodes[menu.place];
  const isFile = node?.file !== null;
  const more: MenuEntry[] = [];
  if (props.onOpen !== undefined && isFile)
    more.push({ id: 'open', text: t('files_open'), icon: 'open', keys: 'Enter' });
  if (props.onOpenFolder !== undefined)
    more.push({ id: 'folder', text: t('files_open_folder'), icon: 'folder' });
  if (node !== undefined && mayRename(node, props))
    more.push({ id: 'rename', text: t('files_rename'), icon: isFile ? 'file' : 'folder', keys: 'F2' });
  return more.length === 0 ? priorities : [...more, 'rule', ...priorities];
}

function rowOf(target: EventTarget): number | null {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null;
  return row === null ? null : Number(row.dataset['row']);
}

function mirrored(key: string): string {
  if (direction === 'ltr') return key;
  return key === 'ArrowLeft' ? 'ArrowRight' : key === 'ArrowRight' ? 'ArrowLeft' : key;
}
