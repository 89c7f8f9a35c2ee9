/** What keys, the clipboard and drops do on this page. Which key means what is decided by keys.ts. */
import { prefs } from '../model/prefs.ts';
import { addTransfer, openAdd, openSettings } from './commands/adding.ts';
import { copyMagnets } from './commands/copying.ts';
import { remove, removeWithFiles } from './commands/removing.ts';
import { openFolder, queue, startOrStop } from './commands/running.ts';
import { NARROW } from './context.tsx';
import { commandOf, type KeyCommand } from './keys.ts';
import type { Manager, OpenDialog } from './manager.ts';
import { rowElementId } from './row.tsx';
import { ROWS_TYPE } from './row-drag.tsx';
import { allOf, cleared, moved, pressed, type Step } from './selection.ts';
import { toasts } from './toasts.ts';

const STEPS: Readonly<Record<string, Step>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'pageUp',
  PageDown: 'pageDown',
  Home: 'home',
  End: 'end',
};
/** Regions in the order of F6. */
const REGIONS = ['bar', 'filters', 'torrents', 'details', 'toasts'];

/** Listen to the page until the returned function is called; `onDrag` tells whether something to add is over it. */
export function listen(manager: Manager, onDrag: (isOver: boolean) => void): () => void {
  const stop = new AbortController();
  const options = { signal: stop.signal };
  addEventListener('keydown', (event) => onKey(manager, event), options);
  const onModifier = (event: KeyboardEvent): void =>
    manager.hold.set('modifier', event.shiftKey || event.ctrlKey || event.metaKey);
  addEventListener('keydown', onModifier, options);
  addEventListener('keyup', onModifier, options);
  addEventListener('blur', () => manager.hold.set('modifier', false), options);
  addEventListener('paste', onPaste, options);
  addEventListener('dragover', (event) => onDragOver(event, onDrag), options);
  addEventListener('dragleave', (event) => event.relatedTarget === null && onDrag(false), options);
  addEventListener('drop', (event) => onDrop(event, onDrag), options);
  document.addEventListener('visibilitychange', () => manager.refresh(), options);
  return () => stop.abort();
}

function onPaste(event: ClipboardEvent): void {
  if (isTyping(event.target) || event.clipboardData === null) return;
  event.preventDefault();
  void addTransfer(event.clipboardData);
}

/** Whether a drag carries what can be added: not rows or columns of ours. */
function isForUs(event: DragEvent): boolean {
  const types = event.dataTransfer?.types ?? [];
  if (types.includes(ROWS_TYPE) || types.some((type) => type.startsWith('application/x-jstorrent')))
    return false;
  return ['Files', 'text/uri-list', 'text/plain'].some((type) => types.includes(type));
}

function onDragOver(event: DragEvent, onDrag: (isOver: boolean) => void): void {
  if (!isForUs(event) || isTyping(event.target)) return;
  event.preventDefault();
  if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy';
  onDrag(true);
}

function onDrop(event: DragEvent, onDrag: (isOver: boolean) => void): void {
  onDrag(false);
  if (!isForUs(event) || isTyping(event.target) || event.dataTransfer === null) return;
  event.preventDefault();
  void addTransfer(event.dataTransfer);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return (
    target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range'].includes(target.type)
  );
}

/** Whether the keyboard is in the list, or nowhere. */
function isInList(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof Element && target.id === 'torrents');
}

function onKey(manager: Manager, event: KeyboardEvent): void {
  if (event.defaultPrevented || manager.dialog.value !== null || manager.menu.value !== null) return;
  if (event.target instanceof Element && event.target.closest('[role=menu], [role=dialog]') !== null) return;
  const inList = isInList(event.target);
  if (inList && onStep(manager, event)) return event.preventDefault();
  const place = { isTyping: isTyping(event.target), isInList: inList, letters: prefs.value.letterKeys };
  const command = commandOf(event, place);
  if (command === null) return;
  if (act(manager, command, event) !== false) event.preventDefault();
}

function onStep(manager: Manager, event: KeyboardEvent): boolean {
  const step = STEPS[event.key];
  if (step === undefined || event.altKey) return false;
  const grid = document.getElementById('torrents');
  const row = grid?.querySelector<HTMLElement>('.gr')?.offsetHeight ?? 36;
  const page = Math.max(1, Math.floor((grid?.clientHeight ?? row) / row) - 1);
  const held = { range: event.shiftKey, toggle: event.ctrlKey || event.metaKey };
  const next = moved(manager.selection.value, step, held, { order: manager.shown.value.ids, page });
  manager.select(next);
  if (next.focus !== null) manager.scroll.set({ to: next.focus });
  return true;
}

const dialog =
  (kind: OpenDialog['kind']) =>
  (manager: Manager): false | undefined => {
    const ids = kind === 'keys' ? [] : manager.targets;
    if (kind !== 'keys' && ids.length === 0) return false;
    manager.dialog.set({ kind, ids });
    return undefined;
  };

/** What each command does; false = it did nothing, and the key keeps its own meaning. */
const ACTIONS: Readonly<Record<KeyCommand, (manager: Manager, event: KeyboardEvent) => unknown>> = {
  search: () => document.getElementById('search')?.focus(),
  add: () => openAdd([]),
  selectAll: (manager) => manager.select(allOf(manager.selection.value, manager.shown.value.ids)),
  leave: (manager) => leave(manager),
  startStop: (manager, event) => {
    const { focus } = manager.selection.value;
    if (!event.ctrlKey || focus === null) return startOrStop(manager, manager.targets);
    return manager.select(pressed(manager.selection.value, focus, { toggle: true }, manager.shown.value.ids));
  },
  details: (manager) => openDetails(manager),
  openFolder: (manager) => openFolder(manager, manager.targets),
  labels: dialog('labels'),
  move: dialog('move'),
  rename: dialog('rename'),
  queueUp: (manager) => queue(manager, manager.targets, 'up'),
  queueDown: (manager) => queue(manager, manager.targets, 'down'),
  queueTop: (manager) => queue(manager, manager.targets, 'top'),
  queueBottom: (manager) => queue(manager, manager.targets, 'bottom'),
  // Text that is marked is what is meant to be copied.
  copyMagnet: (manager) =>
    getSelection()?.isCollapsed === false ? false : void copyMagnets(manager, manager.targets),
  remove: (manager) => remove(manager, manager.targets),
  delete: (manager) => removeWithFiles(manager, manager.targets),
  undo: () => toasts.undoLast(),
  slowMode: () => document.getElementById('slow')?.click(),
  nextRegion: (_, event) => nextRegion(event.shiftKey ? -1 : 1),
  menu: (manager) => openMenu(manager),
  settings: () => openSettings(),
  keys: dialog('keys'),
};

function act(manager: Manager, command: KeyCommand, event: KeyboardEvent): unknown {
  return ACTIONS[command](manager, event);
}

function leave(manager: Manager): unknown {
  if (manager.sheet.value) return manager.sheet.set(false);
  if (manager.overall.value) return manager.overall.set(false);
  if (manager.selection.value.ids.size > 0) return manager.select(cleared(manager.selection.value));
  const { value } = manager.details;
  return value.isOpen ? manager.details.set({ ...value, isOpen: false }) : false;
}

function openDetails(manager: Manager): unknown {
  const { focus, ids } = manager.selection.value;
  if (focus === null) return false;
  if (!ids.has(focus)) manager.select(pressed(manager.selection.value, focus, {}, manager.shown.value.ids));
  if (matchMedia(NARROW).matches) return manager.sheet.set(true);
  return manager.details.set({ ...manager.details.value, isOpen: true });
}

function openMenu(manager: Manager): unknown {
  const { focus } = manager.selection.value;
  const row = focus === null ? null : document.getElementById(rowElementId(focus));
  if (focus === null || row === null) return false;
  const { left, right, bottom } = row.getBoundingClientRect();
  const x = document.dir === 'rtl' ? right - 80 : left + 80;
  return manager.menu.set({ kind: 'torrent', at: { x, y: bottom }, about: focus });
}

function nextRegion(by: 1 | -1): unknown {
  const regions = REGIONS.map((id) => document.getElementById(id)).filter(
    (element) => element !== null && element.getClientRects().length > 0 && element.childElementCount > 0,
  );
  const now = regions.findIndex((region) => region?.contains(document.activeElement));
  const next = regions[(now + by + regions.length) % regions.length];
  if (next === null || next === undefined) return false;
  const inside = next.querySelector<HTMLElement>(
    '[aria-selected=true][role=tab], [aria-current=true], button, [tabindex="0"]',
  );
  return next.tabIndex === 0 ? next.focus() : (inside ?? next).focus();
}
