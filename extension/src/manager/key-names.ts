/** Names of keys as people of this system read them. */

const isApple = typeof navigator !== 'undefined' && /^Mac|^iP/.test(navigator.platform);
const APPLE: Readonly<Record<string, string>> = { Ctrl: '⌘', Alt: '⌥', Shift: '⇧', Del: '⌘⌫', Enter: '↩' };

/** A key with its modifiers, as `Ctrl C`. */
export function keyName(keys: string): string {
  if (!isApple) return keys;
  return keys
    .split(' ')
    .map((key) => APPLE[key] ?? key)
    .join(' ');
}
