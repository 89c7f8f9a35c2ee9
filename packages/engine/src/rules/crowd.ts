/** Who makes room where connections are few: the host that has most of them. Decides the host, not which one of its. */

/** In their order, those of the host with most of `ones`; none when that is not more than `host` would have with one more. */
export function largestCrowd<One>(
  ones: Iterable<One>,
  hostOf: (one: One) => string,
  host: string,
): readonly One[] {
  const crowds = Map.groupBy(ones, hostOf);
  const own = crowds.get(host)?.length ?? 0;
  let largest: readonly One[] = [];
  for (const crowd of crowds.values()) if (crowd.length > largest.length) largest = crowd;
  return largest.length > own ? largest : [];
}
