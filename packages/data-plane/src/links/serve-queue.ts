/**
 * The blocks one peer is to be sent, as ranges in order, and how they are cut into runs: one disk read and one socket
 * write each. Decides order and grouping only.
 */

/** Messages of `blockLength` bytes of payload, the last possibly shorter, over [offset, offset + length) of a piece. */
export interface ServeRange {
  readonly piece: number;
  readonly offset: number;
  readonly length: number;
  readonly blockLength: number;
}

/** A first-in-first-out queue of ranges. */
export class ServeQueue {
  #ranges: ServeRange[] = [];
  /** How many of them are of each piece: what is cancelled is mostly not there any more. */
  readonly #pieces = new Map<number, number>();
  #bytes = 0;

  /** Ranges that wait. */
  get ranges(): number {
    return this.#ranges.length;
  }

  /** Payload that waits. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Put a range at the end; ranges that follow each other become one. */
  push(range: ServeRange): void {
    this.#bytes += range.length;
    const last = this.#ranges.at(-1);
    if (last !== undefined && joins(last, range)) {
      this.#ranges[this.#ranges.length - 1] = { ...last, length: last.length + range.length };
    } else {
      this.#ranges.push(range);
      this.#count(range.piece, 1);
    }
  }

  /** The next run of at most `maxBytes` of payload, but at least one message; it stays in the queue. */
  peek(maxBytes: number): ServeRange | null {
    const head = this.#ranges[0];
    if (head === undefined) return null;
    const messages = Math.max(1, Math.floor(maxBytes / head.blockLength));
    const length = Math.min(head.length, messages * head.blockLength);
    return length === head.length ? head : { ...head, length };
  }

  /** Take out what `peek` gave. */
  take(run: ServeRange): void {
    const head = this.#ranges[0];
    if (head === undefined) return;
    this.#bytes -= run.length;
    if (run.length === head.length) {
      this.#ranges.shift();
      this.#count(head.piece, -1);
    } else this.#ranges[0] = { ...head, offset: head.offset + run.length, length: head.length - run.length };
  }

  /** Take out every message that lies wholly inside [offset, offset + length) of a piece. */
  drop(piece: number, offset: number, length: number): ServeRange[] {
    const dropped: ServeRange[] = [];
    let left = this.#pieces.get(piece) ?? 0;
    for (let index = 0; left > 0; index += 1) {
      const range = this.#ranges[index] as ServeRange;
      if (range.piece !== piece) continue;
      left -= 1;
      if (range.offset >= offset + length || range.offset + range.length <= offset) continue;
      const cut = messagesInside(range, offset, offset + length);
      if (cut === null) continue;
      const rest = around(range, cut);
      this.#ranges.splice(index, 1, ...rest);
      index += rest.length - 1;
      this.#count(piece, rest.length - 1);
      dropped.push(cut);
      this.#bytes -= cut.length;
    }
    return dropped;
  }

  #count(piece: number, change: number): void {
    const count = (this.#pieces.get(piece) ?? 0) + change;
    if (count === 0) this.#pieces.delete(piece);
    else this.#pieces.set(piece, count);
  }

  /** Throws when the counter disagrees with the ranges. */
  checkInvariants(): void {
    let bytes = 0;
    const left = new Map(this.#pieces);
    for (const { piece, length } of this.#ranges) {
      if (length <= 0) throw new Error('serve queue: empty range');
      bytes += length;
      left.set(piece, (left.get(piece) ?? 0) - 1);
    }
    if (bytes !== this.#bytes) throw new Error('serve queue: bytes');
    if ([...left.values()].some((count) => count !== 0)) throw new Error('serve queue: pieces');
  }
}

function joins(last: ServeRange, next: ServeRange): boolean {
  return (
    last.piece === next.piece &&
    last.offset + last.length === next.offset &&
    last.length % last.blockLength === 0 &&
    (next.blockLength === last.blockLength ||
      (next.length < last.blockLength && next.length <= next.blockLength))
  );
}

/** What is left of a range without a part of it. */
function around(range: ServeRange, cut: ServeRange): ServeRange[] {
  const before = cut.offset - range.offset;
  const after = range.length - before - cut.length;
  const rest: ServeRange[] = [];
  if (before > 0) rest.push({ ...range, length: before });
  if (after > 0) rest.push({ ...range, offset: cut.offset + cut.length, length: after });
  return rest;
}

function messagesInside(range: ServeRange, from: number, end: number): ServeRange | null {
  const { offset, blockLength } = range;
  const rangeEnd = offset + range.length;
  const first = Math.max(0, Math.ceil((from - offset) / blockLength));
  const cutFrom = offset + first * blockLength;
  const cutEnd = end >= rangeEnd ? rangeEnd : offset + Math.floor((end - offset) / blockLength) * blockLength;
  if (cutFrom >= rangeEnd || cutEnd <= cutFrom) return null;
  return { ...range, offset: cutFrom, length: cutEnd - cutFrom };
}
