/** Who started this connector. Decides which callers are served; which extensions are ours is decided in identity.ts. */

/** Extensions that may talk to the service. */
export interface AllowedCallers {
  /** Ids of Chromium extensions: 32 letters from a to p. */
  readonly chromium: readonly string[];
  /** Ids of Firefox extensions. */
  readonly firefox: readonly string[];
}

/**
 * Whether the words a browser puts on a native host's command line name one of our extensions: Chromium gives
 * `chrome-extension://ID/` (and on Windows `--parent-window=...`), Firefox the path of the host's manifest and the id.
 */
export function isAllowedCaller(words: readonly string[], allowed: AllowedCallers): boolean {
  const [first = '', second = ''] = words;
  const chromium = /^chrome-extension:\/\/([a-p]{32})\/$/.exec(first)?.[1];
  if (chromium !== undefined) return allowed.chromium.includes(chromium);
  return first.endsWith('.json') && allowed.firefox.includes(second);
}
