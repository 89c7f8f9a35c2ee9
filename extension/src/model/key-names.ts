/** Names of keys as people of this system and language read them. */
import { t, type TextKey } from './i18n.ts';

const isApple = typeof navigator !== 'undefined' && /^Mac|^iP/.test(navigator.platform);
const APPLE: Readonly<Record<string, string>> = { Ctrl: '⌘', Alt: '⌥', Shift: '⇧', Del: '⌘⌫', Enter: '↩' };
const NAMES: Readonly<Record<string, TextKey>> = {
  Ctrl: 'key_ctrl',
  Shift: 'key_shift',
  Alt: 'key_alt',
  Del: 'key_del',
  Space: 'key_space',
  Enter: 'key_enter',
  Esc: 'key_esc',
  Home: 'key_home',
  End: 'key_end',
  PgUp: 'key_page_up',
  PgDn: 'key_page_down',
};

/** A key with its modifiers, as `Ctrl C`, in the words of the keyboard: `Strg C`, `⌘ C`. */
export function keyName(keys: string): string {
  return keys.split(' ').map(nameOf).join(' ');
}

function nameOf(key: string): string {
  const name = NAMES[key];
  return (isApple ? APPLE[key] : undefined) ?? (name === undefined ? key : t(name));
}
