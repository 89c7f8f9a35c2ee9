/**
 * The queue as numbers: each torrent has a rank with wide gaps between, so that moving one writes one row. Decides the
 * ranks of what is put between two others; the order itself is decided elsewhere.
 */

/** Between neighbours that were appended: 32 torrents can be put between two, one after the other, before all are spread again. */
export const RANK_GAP = 2 ** 32;
/** Beyond it the ranks are spread anew, long before they lose precision. */
export const RANK_MAX = 2 ** 52;

/** `count` ascending ranks above `low` and below `high`, undefined = there is nothing; null when there is no room for them. */
export function ranksBetween(
  low: number | undefined,
  high: number | undefined,
  count: number,
): number[] | null {
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
