/**
 * The queue as numbers: each torrent has a rank with wide gaps between, so that moving one writes one row. Decides ranks
 * for a wanted order with as few changes as possible; the order itself is decided elsewhere.
 */

/** Between neighbours that were appended: 32 torrents can be put between two, one after the other, before all are spread again. */
export const RANK_GAP = 2 ** 32;
/** Beyond it the ranks are spread anew, long before they lose precision. */
export const RANK_MAX = 2 ** 52;

/**
 * The ranks to write so that ascending ranks give `order`. `ranks` are the present ones; what is not in `order` keeps its
 * own, unless all have to be spread anew: then it comes last.
 */
export function planOrder<T>(ranks: ReadonlyMap<T, number>, order: readonly T[]): Map<T, number> {
  const present = order.map((item) => {
    const rank = ranks.get(item);
    if (rank === undefined) throw new RangeError('the order names what has no rank');
    return rank;
  });
  if (new Set(order).size !== order.length) throw new RangeError('the order names something twice');
  const kept = longestAscending(present);
  const changes = new Map<T, number>();
  let from = 0;
  for (const end of [...kept, order.length]) {
    if (end === from) {
      from += 1;
      continue;
    }
    const low = from === 0 ? undefined : present[from - 1];
    const room = spread(low, present[end], end - from);
    if (room === null) return spreadAll(ranks, order);
    for (const [index, rank] of room.entries()) changes.set(order[from + index] as T, rank);
    from = end + 1;
  }
  return changes;
}

/** `count` ranks between two, or beyond the one there is; null when there is no room. */
function spread(low: number | undefined, high: number | undefined, count: number): number[] | null {
  const ranks = Array.from({ length: count }, (_, index) => {
    if (low !== undefined && high !== undefined) {
      return low + Math.floor(((high - low) * (index + 1)) / (count + 1));
    }
    if (high !== undefined) return high - RANK_GAP * (count - index);
    return (low ?? 0) + RANK_GAP * (index + 1);
  });
  const isTight = low !== undefined && high !== undefined && high - low <= count;
  return isTight || ranks.some((rank) => Math.abs(rank) > RANK_MAX) ? null : ranks;
}

function spreadAll<T>(ranks: ReadonlyMap<T, number>, order: readonly T[]): Map<T, number> {
  const named = new Set(order);
  const others = [...ranks].filter(([item]) => !named.has(item)).sort(([, a], [, b]) => a - b);
  const all = [...order, ...others.map(([item]) => item)];
  return new Map(all.map((item, index) => [item, RANK_GAP * (index + 1)]));
}

/** Indices of a longest strictly ascending subsequence, in O(n log n). */
function longestAscending(values: readonly number[]): number[] {
  /** Index of the smallest last value of an ascending run, by its length - 1. */
  const ends: number[] = [];
  const before = new Int32Array(values.length).fill(-1);
  for (const [index, value] of values.entries()) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[ends[middle] as number] as number) < value) low = middle + 1;
      else high = middle;
    }
    if (low > 0) before[index] = ends[low - 1] as number;
    ends[low] = index;
  }
  const kept: number[] = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index] as number) kept.push(index);
  return kept.reverse();
}
