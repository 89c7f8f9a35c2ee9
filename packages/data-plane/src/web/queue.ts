/**
 * The blocks that one web seed is to fetch, in order, as parts of files. Decides what is asked with one request: parts of one
 * file that follow each other. It knows neither connections nor answers.
 */
import type { WebPart } from '@jstorrent/engine/ports';
import { assert } from '../assert.ts';

/** A block and where its bytes are. */
export interface WebBlock {
  readonly piece: number;
  readonly block: number;
  /** Bytes. */
  readonly length: number;
  readonly parts: readonly WebPart[];
  /** Nobody needs it any more, but it is asked for already. */
  isCancelled: boolean;
}

/** Consecutive blocks of a piece with the lengths of each. */
export interface WebRange {
  readonly piece: number;
  readonly block: number;
  readonly lengths: readonly number[];
  /** Together as long as the blocks. */
  readonly parts: readonly WebPart[];
}

/** Blocks of a piece, at most: 512 MiB of 16 KiB. */
const BLOCKS_MAX = 32_768;

/** A queue of bytes cut into blocks; the first block may be half used. */
export class WebQueue {
  #blocks: WebBlock[] = [];
  readonly #keys = new Set<number>();
  /** Bytes of the first block that came. */
  #filled = 0;
  #bytes = 0;
  #cancelled = 0;

  /** The block that is being received or comes next. */
  get first(): WebBlock | null {
    return this.#blocks[0] ?? null;
  }

  /** Bytes of the first block that came. */
  get filled(): number {
    return this.#filled;
  }

  /** Bytes that wait or are coming. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether any block was cancelled that is asked for already. */
  get hasCancelled(): boolean {
    return this.#cancelled > 0;
  }

  /** Add blocks; gives those that were not queued before. */
  add(range: WebRange): number[] {
    const added: number[] = [];
    const cutter = new Cutter(range.parts);
    for (const [index, length] of range.lengths.entries()) {
      const block = range.block + index;
      const parts = cutter.cut(length);
      const key = keyOf(range.piece, block);
      if (this.#keys.has(key)) {
        this.#want(range.piece, block);
        continue;
      }
      this.#keys.add(key);
      this.#bytes += length;
      this.#blocks.push({ piece: range.piece, block, length, parts, isCancelled: false });
      added.push(block);
    }
    assert(cutter.isEmpty, 'parts are as long as their blocks');
    return added;
  }

  /** What to ask for behind the next `asked` bytes: one part of one file, at most `maxBytes`; null when nothing waits. */
  next(maxBytes: number, asked: number): WebPart | null {
    let first: WebPart | null = null;
    let length = 0;
    for (const part of this.#waiting(this.#filled + asked)) {
      if (first !== null && !follows(first, length, part)) break;
      first ??= part;
      length = Math.min(maxBytes, length + part.length);
      if (length === maxBytes) break;
    }
    return first === null ? null : { ...first, length };
  }

  /** Bytes of the first block came; true when that was its last. */
  use(bytes: number): boolean {
    const [first] = this.#blocks;
    this.#filled += bytes;
    this.#bytes -= bytes;
    if (first === undefined || this.#filled < first.length) return false;
    assert(this.#filled === first.length, 'no more than the first block');
    this.#filled = 0;
    this.#shift();
    return true;
  }

  /** A block is not needed any more. True when it left the queue: it lies beyond the `asked` bytes that come next. */
  cancel(piece: number, block: number, asked: number): boolean {
    if (!this.#keys.has(keyOf(piece, block))) return false;
    let start = -this.#filled;
    for (const [index, queued] of this.#blocks.entries()) {
      if (queued.piece === piece && queued.block === block) {
        if (start >= asked && start >= 0) {
          this.#blocks.splice(index, 1);
          this.#keys.delete(keyOf(piece, block));
          this.#bytes -= queued.length;
          return true;
        }
        if (!queued.isCancelled) this.#cancelled += 1;
        queued.isCancelled = true;
        return false;
      }
      start += queued.length;
    }
    return false;
  }

  /** Whether somebody needs any of the `asked` bytes that come next. */
  isWanted(asked: number): boolean {
    let start = -this.#filled;
    for (const block of this.#blocks) {
      if (start >= asked) return false;
      if (!block.isCancelled) return true;
      start += block.length;
    }
    return false;
  }

  /** Drop the cancelled blocks at the front, of which none has begun. */
  dropCancelled(): WebBlock[] {
    assert(this.#filled === 0, 'a block that has begun is received to its end');
    const dropped: WebBlock[] = [];
    for (let first = this.first; first !== null && first.isCancelled; first = this.first) {
      dropped.push(first);
      this.#bytes -= first.length;
      this.#shift();
    }
    return dropped;
  }

  /** Throws when the counters disagree with the blocks. */
  checkInvariants(): void {
    const cancelled = this.#blocks.filter(({ isCancelled }) => isCancelled).length;
    assert(cancelled === this.#cancelled, 'web queue: cancelled blocks');
    assert(this.#keys.size === this.#blocks.length, 'web queue: keys');
    const bytes = this.#blocks.reduce((sum, { length }) => sum + length, -this.#filled);
    assert(bytes === this.#bytes, 'web queue: bytes');
    assert(this.#filled < (this.first?.length ?? 1), 'web queue: filled');
  }

  /** The parts of all blocks behind so many bytes. */
  *#waiting(from: number): Generator<WebPart> {
    let used = from;
    for (const { parts } of this.#blocks) {
      for (const part of parts) {
        if (used < part.length) {
          yield used === 0 ? part : { ...part, offset: part.offset + used, length: part.length - used };
          used = 0;
        } else {
          used -= part.length;
        }
      }
    }
  }

  #shift(): void {
    const first = this.#blocks.shift();
    if (first === undefined) return;
    this.#keys.delete(keyOf(first.piece, first.block));
    if (first.isCancelled) this.#cancelled -= 1;
  }

  #want(piece: number, block: number): void {
    const queued = this.#blocks.find((one) => one.piece === piece && one.block === block);
    if (queued === undefined || !queued.isCancelled) return;
    queued.isCancelled = false;
    this.#cancelled -= 1;
  }
}

/** Cuts parts to the lengths of blocks. */
class Cutter {
  readonly #parts: readonly WebPart[];
  #index = 0;
  #used = 0;

  constructor(parts: readonly WebPart[]) {
    this.#parts = parts;
  }

  get isEmpty(): boolean {
    return this.#index === this.#parts.length;
  }

  cut(length: number): WebPart[] {
    const cut: WebPart[] = [];
    let left = length;
    while (left > 0) {
      const part = this.#parts[this.#index];
      assert(part !== undefined, 'parts are as long as their blocks');
      const taken = Math.min(left, part.length - this.#used);
      if (taken > 0) cut.push({ ...part, offset: part.offset + this.#used, length: taken });
      left -= taken;
      this.#used += taken;
      if (this.#used < part.length) break;
      this.#index += 1;
      this.#used = 0;
    }
    return cut;
  }
}

/** Whether a part goes on where `length` bytes from the beginning of another end. */
function follows(first: WebPart, length: number, part: WebPart): boolean {
  return first.url === part.url && (first.url === '' || first.offset + length === part.offset);
}

function keyOf(piece: number, block: number): number {
  return piece * BLOCKS_MAX + block;
}
