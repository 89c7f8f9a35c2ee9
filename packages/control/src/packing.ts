/** Rows into messages that stay below the limit of one. Which rows, is decided by the feeds. */
import { CONTROL_LIMITS } from './limits.ts';
import { jsonBytes } from './text.ts';

/** Fills parts one after the other. */
export class PartFiller {
  readonly #partBytes: number;
  #used = 0;

  constructor(partBytes: number = CONTROL_LIMITS.partBytes) {
    this.#partBytes = partBytes;
  }

  /** Take a row; true when it is the first of a further part. */
  beginsPart(row: unknown): boolean {
    const bytes = jsonBytes(row) + 1;
    const isFull = this.#used > 0 && this.#used + bytes > this.#partBytes;
    this.#used = isFull ? bytes : this.#used + bytes;
    return isFull;
  }
}

/** Rows of one update in the parts they are sent in; at least one part, which may be empty. */
export function intoParts<T extends object>(
  rows: Iterable<T>,
  partBytes: number = CONTROL_LIMITS.partBytes,
): T[][] {
  const filler = new PartFiller(partBytes);
  let part: T[] = [];
  const parts = [part];
  for (const row of rows) {
    if (filler.beginsPart(row)) {
      part = [];
      parts.push(part);
    }
    part.push(row);
  }
  return parts;
}

/** As many of the first rows as fit into one message; a reply in pages goes on after them. */
export function firstThatFit<T extends object>(rows: readonly T[]): readonly T[] {
  const [first] = intoParts(rows);
  return first === undefined || first.length === rows.length ? rows : first;
}
