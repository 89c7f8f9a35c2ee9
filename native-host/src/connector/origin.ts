/** Who started this connector. Decides which callers are served; who is allowed is decided in callers.ts. */

import type { Callers } from '../install/more-callers.ts';

/**
 * Whether the words a browser puts on a native host's command line name one of our extensions: Chromium gives
 * `chrome-extension://ID/` (and on Windows `--parent-window=...`), Firefox the path of the host's manifest and the id.
 */
export function isAllowedCaller(words: readonly string[], allowed: Callers): boolean {
  const [first = '', second = ''] = words;
  const chromium = /^chrome-extension:\/\/([a-p]{32})\/$/.exec(first)?.[1];
  if (chromium !== undefined) return allowed.chromium.includes(chromium);
  return first.endsWith('.json') && allowed.firefox.includes(second);
}
