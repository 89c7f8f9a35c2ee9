/** Rows into messages that stay below the limit of one. Which rows, is decided by the feeds. */
import { CONTROL_LIMITS } from './limits.ts';
import { jsonBytes } from './text.ts';

/** Rows of one update in the parts they are sent in; at least one part, which may be empty. */
export function intoParts<T extends object>(
  rows: Iterable<T>,
  partBytes: number = CONTROL_LIMITS.partBytes,
): T[][] {
  const parts: T[][] = [[]];
  let used = 0;
  for (const row of rows) {
    const bytes = jsonBytes(row) + 1;
    if (used > 0 && used + bytes > partBytes) {
      parts.push([]);
      used = 0;
    }
    parts.at(-1)?.push(row);
    used += bytes;
  }
  return parts;
}

/** As many of the first rows as fit into one message; a reply in pages goes on after them. */
export function firstThatFit<T extends object>(rows: readonly T[]): readonly T[] {
  const [first] = intoParts(rows);
  return first === undefined || first.length === rows.length ? rows : first;
}
