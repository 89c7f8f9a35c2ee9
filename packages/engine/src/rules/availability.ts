/** How well the pieces of a torrent are spread among those connected. */

/** Copies of the whole among us and our peers: the holders of the rarest piece, and the part of pieces that have more. */
export function distributedCopies(
  pieceCount: number,
  holders: (piece: number) => number,
): { readonly copies: number; readonly rarest: number } {
  let rarest = Infinity;
  let atLeast = 0;
  for (let piece = 0; piece < pieceCount; piece += 1) {
    const count = holders(piece);
    if (count < rarest) {
      rarest = count;
      atLeast = 0;
    }
    if (count === rarest) atLeast += 1;
  }
  if (rarest === Infinity) return { copies: 0, rarest: 0 };
  return { copies: rarest + (pieceCount - atLeast) / pieceCount, rarest };
}

/** Mean number of holders in each of at most `most` equal stretches of pieces. */
export function availabilityBuckets(
  pieceCount: number,
  holders: (piece: number) => number,
  most: number,
): number[] {
  const count = Math.min(most, pieceCount);
  return Array.from({ length: count }, (_, bucket) => {
    const first = Math.floor((bucket * pieceCount) / count);
    const end = Math.floor(((bucket + 1) * pieceCount) / count);
    let sum = 0;
    for (let piece = first; piece < end; piece += 1) sum += holders(piece);
    return Math.round((sum / (end - first)) * 100) / 100;
  });
}
