/**
 * What one link may deliver: the blocks requested on it that did not arrive yet. Kept as ranges in the order of the
 * requests, because answers come in that order: the usual lookup touches one range.
 */

interface Range {
  readonly piece: number;
  block: number;
  count: number;
}

/** A bounded multiset of requested blocks; beyond `maxRanges` the oldest range is forgotten. */
export class AcceptSet {
  readonly #maxRanges: number;
  #ranges: Range[] = [];
  /** Where the last answer was found: the next one is most likely there. */
  #cursor = 0;
  #blocks = 0;

  constructor(maxRanges: number) {
    this.#maxRanges = maxRanges;
  }

  /** Blocks that are still accepted. */
  get blocks(): number {
    return this.#blocks;
  }

  /** Ranges that hold them. */
  get ranges(): number {
    return this.#ranges.length;
  }

  /** Accept `count` blocks of a piece from `block`. */
  add(piece: number, block: number, count: number): void {
    const newest = this.#ranges.at(-1);
    this.#blocks += count;
    if (newest !== undefined && newest.piece === piece && newest.block + newest.count === block) {
      newest.count += count;
      return;
    }
    this.#ranges.push({ piece, block, count });
    this.#bound();
  }

  /** Take a block out; false when it was not accepted. */
  take(piece: number, block: number): boolean {
    const ranges = this.#ranges;
    for (let step = 0, index = this.#cursor; step < ranges.length; step++, index++) {
      if (index >= ranges.length) index = 0;
      const range = ranges[index];
      if (range === undefined || range.piece !== piece) continue;
      if (block < range.block || block >= range.block + range.count) continue;
      this.#blocks--;
      this.#remove(range, index, block);
      return true;
    }
    return false;
  }

  /** Throws when the counter disagrees with the ranges. */
  checkInvariants(): void {
    let blocks = 0;
    for (const range of this.#ranges) {
      if (range.count <= 0) throw new Error('accept set: empty range');
      blocks += range.count;
    }
    if (blocks !== this.#blocks) throw new Error('accept set: block count');
    if (this.#ranges.length > this.#maxRanges) throw new Error('accept set: too many ranges');
  }

  #remove(range: Range, index: number, block: number): void {
    this.#cursor = index;
    if (range.count === 1) {
      if (index === 0) this.#ranges.shift();
      else this.#ranges.splice(index, 1);
      if (this.#cursor >= this.#ranges.length) this.#cursor = 0;
      return;
    }
    const after = range.block + range.count - block - 1;
    if (block === range.block) {
      range.block++;
      range.count--;
      return;
    }
    range.count = block - range.block;
    if (after === 0) return;
    this.#ranges.splice(index + 1, 0, { piece: range.piece, block: block + 1, count: after });
    this.#bound();
  }

  #bound(): void {
    if (this.#ranges.length <= this.#maxRanges) return;
    const oldest = this.#ranges.shift();
    this.#blocks -= oldest?.count ?? 0;
  }
}
