/** Which key does what. Decides names and order of the sheet of keys, too; what a command does is decided by shortcuts.ts. */
import type { TextKey } from '../model/i18n.ts';

/** What a key can ask for. */
export type KeyCommand =
  | 'search'
  | 'add'
  | 'selectAll'
  | 'leave'
  | 'startStop'
  | 'details'
  | 'openFolder'
  | 'labels'
  | 'move'
  | 'rename'
  | 'queueUp'
  | 'queueDown'
  | 'queueTop'
  | 'queueBottom'
  | 'copyMagnet'
  | 'remove'
  | 'delete'
  | 'undo'
  | 'slowMode'
  | 'nextRegion'
  | 'menu'
  | 'settings'
  | 'keys';

/** The part of a keyboard event that is looked at. */
export interface KeyPress {
  readonly key: string;
  /** The place of the key: what counts where letters are not Latin. */
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Where it was pressed. */
export interface KeyPlace {
  /** A text is being written there. */
  readonly isTyping: boolean;
  /** In the list, or nowhere in particular. */
  readonly isInList: boolean;
  /** Whether single letters do something. */
  readonly letters: boolean;
}

interface Binding {
  readonly command: KeyCommand;
  readonly keys: readonly string[];
  /** Only where the list is what is meant. */
  readonly inList?: boolean;
}

/** As `Ctrl Shift Alt key`, with letters in lower case. */
const BINDINGS: readonly Binding[] = [
  { command: 'search', keys: ['/', 'Ctrl f'] },
  { command: 'add', keys: ['n'] },
  { command: 'selectAll', keys: ['Ctrl a'], inList: true },
  { command: 'leave', keys: ['Escape'] },
  { command: 'startStop', keys: ['Space'], inList: true },
  { command: 'details', keys: ['Enter'], inList: true },
  { command: 'openFolder', keys: ['o'] },
  { command: 'labels', keys: ['l'] },
  { command: 'move', keys: ['m'] },
  { command: 'rename', keys: ['F2'], inList: true },
  { command: 'queueUp', keys: ['Alt ArrowUp'], inList: true },
  { command: 'queueDown', keys: ['Alt ArrowDown'], inList: true },
  { command: 'queueTop', keys: ['Alt Home'], inList: true },
  { command: 'queueBottom', keys: ['Alt End'], inList: true },
  { command: 'copyMagnet', keys: ['Ctrl c'], inList: true },
  { command: 'remove', keys: ['Delete', 'Ctrl Backspace'], inList: true },
  { command: 'delete', keys: ['Shift Delete', 'Ctrl Shift Backspace'], inList: true },
  { command: 'undo', keys: ['Ctrl z'] },
  { command: 'slowMode', keys: ['s'] },
  { command: 'nextRegion', keys: ['F6', 'Shift F6'] },
  { command: 'menu', keys: ['Shift F10', 'ContextMenu'], inList: true },
  { command: 'settings', keys: [','] },
  { command: 'keys', keys: ['?'] },
];

const BY_KEY = new Map(BINDINGS.flatMap((binding) => binding.keys.map((key) => [key, binding] as const)));
/** These stay keys of the page while a text is written. */
const WHILE_TYPING: ReadonlySet<KeyCommand> = new Set(['nextRegion']);

/** What a key asks for; null when it is not ours. */
export function commandOf(press: KeyPress, place: KeyPlace): KeyCommand | null {
  const name = nameOf(press);
  const binding = BY_KEY.get(name);
  if (binding === undefined) return null;
  const { command, inList } = binding;
  if (place.isTyping && !WHILE_TYPING.has(command)) return null;
  if (inList === true && !place.isInList) return null;
  if (!place.letters && isLetter(name)) return null;
  return command;
}

/** Whether a key is one character without Ctrl or Alt. */
function isLetter(name: string): boolean {
  return name.length === 1;
}

function nameOf(press: KeyPress): string {
  const isControl = press.ctrlKey || press.metaKey;
  let key = press.key === ' ' ? 'Space' : press.key;
  const latin = /^Key([A-Z])$/.exec(press.code)?.[1];
  if (key.length === 1) key = latin !== undefined && !/^[\u0020-\u007e]$/.test(key) ? latin : key;
  if (key.length === 1) key = key.toLowerCase();
  // What Shift makes of a sign is in the sign.
  const isShift = press.shiftKey && key.length > 1;
  if (press.shiftKey && key.length === 1 && /[a-z]/.test(key)) return '';
  return `${isControl ? 'Ctrl ' : ''}${isShift ? 'Shift ' : ''}${press.altKey ? 'Alt ' : ''}${key}`;
}

/** A line of the sheet of keys: keys as they are written there, and what they do. */
export interface KeyLine {
  readonly keys: readonly string[];
  readonly text: TextKey;
}

/** The sheet of keys, in groups. */
export const KEY_SHEET: readonly { readonly title: TextKey; readonly lines: readonly KeyLine[] }[] = [
  {
    title: 'keys_find',
    lines: [
      { keys: ['/'], text: 'keys_search' },
      { keys: ['Ctrl V'], text: 'keys_paste' },
      { keys: ['N'], text: 'keys_add' },
      { keys: ['S'], text: 'keys_slow' },
      { keys: ['Ctrl Z'], text: 'keys_undo' },
      { keys: [','], text: 'keys_settings' },
      { keys: ['F6'], text: 'keys_region' },
      { keys: ['?'], text: 'keys_all_keys' },
    ],
  },
  {
    title: 'keys_select',
    lines: [
      { keys: ['↑', '↓', 'Home', 'End', 'PgUp', 'PgDn'], text: 'keys_move' },
      { keys: ['Shift ↑', 'Shift ↓'], text: 'keys_extend' },
      { keys: ['Ctrl A'], text: 'keys_all' },
      { keys: ['Esc'], text: 'keys_escape' },
      { keys: ['Enter'], text: 'keys_details' },
      { keys: ['1–6'], text: 'keys_tabs' },
      { keys: ['Shift F10'], text: 'keys_menu' },
    ],
  },
  {
    title: 'keys_do',
    lines: [
      { keys: ['Space'], text: 'keys_start_stop' },
      { keys: ['O'], text: 'keys_folder' },
      { keys: ['L'], text: 'keys_labels' },
      { keys: ['M'], text: 'keys_move_files' },
      { keys: ['F2'], text: 'keys_rename' },
      { keys: ['Alt ↑', 'Alt ↓'], text: 'keys_queue' },
      { keys: ['Alt Home', 'Alt End'], text: 'keys_queue_ends' },
      { keys: ['Ctrl C'], text: 'keys_copy' },
      { keys: ['Del'], text: 'keys_remove' },
      { keys: ['Shift Del'], text: 'keys_delete' },
    ],
  },
];
